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

// A server that is restarted during a backup: two gates, one catalog.
class SweepLeases : public SweepTest {
  protected:
    SweepLeases() {
        store('a', kNow);
        store('b', kNow);
    }
    std::size_t sweep(SweepGate& gate) {
        return *sweep_retired(catalog_, blobs_, gate, kNow + hours(2), hours(1));
    }

    ManualClock clock_{kNow + hours(2)};
    std::optional<SweepGate> server_{std::in_place, catalog_, clock_};
    SweepLease lease_{.id = key('1')};
};

TEST_F(SweepLeases, TheNextServerSweepsNothingForAMinute) {
    auto hold = server_->hold(lease_);
    ASSERT_TRUE(hold);
    hold->leave();  // killed
    clock_.advance(hours(5));
    server_.emplace(catalog_, clock_);
    EXPECT_EQ(sweep(*server_), 0U);
    EXPECT_TRUE(server_->is_held());
    clock_.advance(kLeaseTime - seconds(1));
    EXPECT_EQ(sweep(*server_), 0U);
    clock_.advance(seconds(1));
    EXPECT_EQ(sweep(*server_), 1U);
}

TEST_F(SweepLeases, AHoldThatIsRenewedInTimeHasNoGap) {
    server_->hold(lease_)->leave();
    server_.emplace(catalog_, clock_);
    lease_.again = true;
    {
        const auto again = server_->hold(lease_);
        ASSERT_TRUE(again) << again.error().detail;
        clock_.advance(hours(5));
        EXPECT_EQ(sweep(*server_), 0U);
    }
    EXPECT_EQ(sweep(*server_), 1U);
    server_.emplace(catalog_, clock_);
    EXPECT_FALSE(server_->is_held()) << "the end of the hold is the end of the lease";
}

TEST_F(SweepLeases, AHoldThatIsRenewedAfterASweepIsLost) {
    server_->hold(lease_)->leave();
    server_.emplace(catalog_, clock_);
    EXPECT_EQ(sweep(*server_), 0U);
    clock_.advance(kLeaseTime);
    EXPECT_EQ(sweep(*server_), 1U);
    lease_.again = true;
    const auto lost = server_->hold(lease_);
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().fault, Fault::conflict);
}

TEST_F(SweepLeases, AClockThatIsSetBackDoesNotHoldTheSweepForEver) {
    server_->hold(lease_)->leave();
    clock_.advance(hours(24 * 365));
    server_.emplace(catalog_, clock_);
    EXPECT_TRUE(server_->is_held());
    ManualClock right{kNow + hours(2)};
    server_.emplace(catalog_, right);
    EXPECT_EQ(sweep(*server_), 0U);
    right.advance(kLeaseTime);
    EXPECT_EQ(sweep(*server_), 1U);
}

TEST_F(SweepLeases, ACatalogThatFailsHoldsTheSweep) {
    class Failing final : public store::memory::MemoryCatalog {
      public:
        Result<void> end_leases(Instant, Deadline) override {
            return fail(Fault::internal, "no disk");
        }
    };
    Failing catalog;
    SweepGate gate(catalog, clock_);
    EXPECT_TRUE(gate.is_held());
    EXPECT_FALSE(gate.hold(lease_));
}

}  // namespace
}  // namespace cameo::photo
