#include "server/garbage_collector.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "base/ids.h"
#include "store/contract/failing_blob_store.h"
#include "store/memory/memory_blob_store.h"
#include "store/memory/memory_store.h"

namespace cameo::server {
namespace {

using namespace std::chrono_literals;
using store::contract::FailingBlobStore;

class GarbageCollectorTest : public testing::Test {
  protected:
    void add_orphans(int count) {
        for (int i = 0; i < count; ++i)
            ASSERT_TRUE(blobs_.put(random_hex128_lower(), as_bytes("orphan"), soon_));
    }
    void add_photo() {
        const std::string key = random_hex128_lower();
        ASSERT_TRUE(blobs_.put(key, as_bytes("photo"), soon_));
        ASSERT_TRUE(catalog_.put({"t", OwnerKind::user, key}, {.blob_key = key}, {}, soon_));
    }
    std::size_t blob_count() { return blobs_.list("", 100'000, soon_)->size(); }
    bool comes_to(std::size_t count) {
        while (blob_count() != count && !has_passed(soon_)) std::this_thread::sleep_for(1ms);
        return blob_count() == count;
    }

    static constexpr GarbageCollector::Settings kQuick{
        .round = 5ms, .orphan_interval = 20ms, .orphan_age = -1s};

    ManualClock clock_{Instant(std::chrono::hours(1'000))};
    store::memory::MemoryCatalog catalog_;
    store::memory::MemoryBlobStore blobs_{clock_};
    photo::GcLock gc_lock_{catalog_, clock_};
    Deadline soon_ = deadline_in(60s);
};

TEST_F(GarbageCollectorTest, SweepsOrphansRepeatedly) {
    add_photo();
    const GarbageCollector garbage_collector(catalog_, blobs_, gc_lock_, clock_, kQuick);
    for (int day = 0; day < 3; ++day) {
        add_orphans(2);
        ASSERT_TRUE(comes_to(1)) << day;
    }
}

TEST_F(GarbageCollectorTest, SweepsOrphansAfterALeaseThatPreventedIt) {
    add_photo();
    add_orphans(2);
    ASSERT_TRUE(gc_lock_.take_lease("of a backup"));
    auto settings = kQuick;
    settings.orphan_interval = 24h;
    const GarbageCollector garbage_collector(catalog_, blobs_, gc_lock_, clock_, settings);
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(blob_count(), 3U);
    ASSERT_TRUE(gc_lock_.end_lease("of a backup"));
    EXPECT_TRUE(comes_to(1));
}

TEST_F(GarbageCollectorTest, StopsASweepAtItsNextBlob) {
    constexpr int kOrphans = 3'000;
    add_photo();
    add_orphans(kOrphans);
    std::atomic<int> calls = 0;
    FailingBlobStore slow(blobs_, [&](auto, auto&) {
        ++calls;
        std::this_thread::sleep_for(2ms);
        return std::optional<Error>();
    });
    {
        const GarbageCollector garbage_collector(catalog_, slow, gc_lock_, clock_, kQuick);
        while (calls == 0 && !has_passed(soon_)) std::this_thread::yield();
    }
    EXPECT_LT(calls, kOrphans / 2);
}

}  // namespace

}  // namespace cameo::server
