#include "photo/sweep.h"

#include <gtest/gtest.h>

#include <optional>

#include "store/memory/memory_blob_store.h"
#include "store/memory/memory_catalog.h"

namespace cameo::photo {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const Instant kNow{std::chrono::milliseconds(1'800'000'000'000)};
const OwnerKey kOwner{"t", OwnerKind::user, "u"};

std::string key(char digit) { return std::string(32, digit); }

class SweepTest : public testing::Test {
  protected:
    void store(char digit, Instant when) {
        ASSERT_TRUE(blobs_.put(key(digit), as_bytes("bytes"), soon_));
        ASSERT_TRUE(catalog_.put(kOwner,
                                 {.etag = key(digit),
                                  .blob_key = key(digit),
                                  .modified = when,
                                  .renditions = {{.size = {48, 48}, .length = 5}}},
                                 {}, soon_));
    }
    bool exists(char digit) { return blobs_.read(key(digit), 0, 1, soon_)->has_value(); }

    store::memory::MemoryCatalog catalog_;
    store::memory::MemoryBlobStore blobs_;
    SweepGate gate_;
    Deadline soon_ = deadline_in(seconds(10));
};

TEST_F(SweepTest, ARetiredBlobGoesAfterTheGraceAndNotBefore) {
    store('a', kNow);
    store('b', kNow);
    EXPECT_EQ(sweep_retired(catalog_, blobs_, gate_, kNow, hours(1)), 0U);
    EXPECT_TRUE(exists('a'));
    EXPECT_EQ(sweep_retired(catalog_, blobs_, gate_, kNow + hours(2), hours(1)), 1U);
    EXPECT_FALSE(exists('a'));
    EXPECT_TRUE(exists('b'));
    EXPECT_EQ(sweep_retired(catalog_, blobs_, gate_, kNow + hours(2), hours(1)), 0U);
}

TEST_F(SweepTest, AnOrphanGoesOnceItIsOldEnough) {
    store('a', kNow);
    ASSERT_TRUE(blobs_.put(key('c'), as_bytes("orphan"), soon_));
    EXPECT_EQ(sweep_orphans(catalog_, blobs_, gate_, hours(1)), 0U)
        << "a young blob may get its row yet";
    EXPECT_TRUE(exists('c'));
    EXPECT_EQ(sweep_orphans(catalog_, blobs_, gate_, seconds(-1)), 1U);
    EXPECT_FALSE(exists('c'));
    EXPECT_TRUE(exists('a'));
}

TEST_F(SweepTest, ARetiredBlobIsNoOrphan) {
    store('a', kNow);
    store('b', kNow);
    EXPECT_EQ(sweep_orphans(catalog_, blobs_, gate_, seconds(-1)), 0U);
    EXPECT_TRUE(exists('a'));
}

TEST_F(SweepTest, NothingGoesWhileAnyoneHoldsTheGate) {
    store('a', kNow);
    store('b', kNow);
    ASSERT_TRUE(blobs_.put(key('c'), as_bytes("orphan"), soon_));
    {
        const auto first = gate_.hold();
        auto second = std::make_optional(gate_.hold());
        EXPECT_EQ(sweep_retired(catalog_, blobs_, gate_, kNow + hours(2), hours(1)), 0U);
        second.reset();
        EXPECT_EQ(sweep_orphans(catalog_, blobs_, gate_, seconds(-1)), 0U);
        EXPECT_TRUE(exists('a') && exists('c'));
    }
    EXPECT_EQ(sweep_retired(catalog_, blobs_, gate_, kNow + hours(2), hours(1)), 1U);
    EXPECT_EQ(sweep_orphans(catalog_, blobs_, gate_, seconds(-1)), 1U);
}

}  // namespace
}  // namespace cameo::photo
