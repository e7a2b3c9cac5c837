#include "photo/sweep.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "store/contract/failing_blob_store.h"
#include "store/memory/memory_blob_store.h"
#include "store/memory/memory_store.h"

namespace cameo::photo {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using store::contract::FailingBlobStore;

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

    // Orphans n, n+1, ... of 32 digits, so in the order of their numbers.
    void add_orphans(int first, int count) {
        for (int i = first; i < first + count; ++i)
            ASSERT_TRUE(blobs_.put(numbered(i), as_bytes("orphan"), soon_));
    }
    // Photos of as many owners, replaced one after the other, so that their first blobs are
    // retired.
    void add_retired(int first, int count, Instant when) {
        for (int i = first; i < first + count; ++i) {
            add_orphans(i, 1);
            ASSERT_TRUE(
                catalog_.put(kOwner, {.blob_key = numbered(i), .modified = when}, {}, soon_));
        }
        ASSERT_TRUE(catalog_.remove(kOwner, {}, when, soon_));
    }
    static std::string numbered(int number) { return fmt::format("{:032}", number); }
    std::size_t count_set_aside() { return blobs_.list_set_aside("", 10'000, soon_)->size(); }
    std::size_t count_in_use() { return blobs_.list("", 10'000, soon_)->size(); }

    ManualClock clock_{kNow};
    store::memory::MemoryCatalog catalog_;
    store::memory::MemoryBlobStore blobs_{clock_};
    GcLock gc_lock_{catalog_, clock_};
    Deadline soon_ = deadline_in(seconds(10));
};

TEST_F(SweepTest, ARetiredBlobIsRemovedAfterItsGracePeriod) {
    store('a', kNow);
    store('b', kNow);
    EXPECT_EQ(sweep_retired(catalog_, blobs_, gc_lock_, kNow, hours(1))->removed, 0U);
    EXPECT_TRUE(exists('a'));
    EXPECT_EQ(sweep_retired(catalog_, blobs_, gc_lock_, kNow + hours(2), hours(1))->removed, 1U);
    EXPECT_FALSE(exists('a'));
    EXPECT_TRUE(exists('b'));
    EXPECT_EQ(sweep_retired(catalog_, blobs_, gc_lock_, kNow + hours(2), hours(1))->removed, 0U);
}

TEST_F(SweepTest, ABlobThatWasRetiredAheadOfTheClockHasItsGracePeriodFromTheNextSweep) {
    store('a', kNow);
    store('b', kNow + hours(24 * 365));  // then the clock was set back
    EXPECT_EQ(sweep_retired(catalog_, blobs_, gc_lock_, kNow, hours(1))->removed, 0U);
    EXPECT_EQ(sweep_retired(catalog_, blobs_, gc_lock_, kNow + hours(1), hours(1))->removed, 0U);
    EXPECT_TRUE(exists('a'));
    EXPECT_EQ(sweep_retired(catalog_, blobs_, gc_lock_, kNow + hours(2), hours(1))->removed, 1U);
    EXPECT_FALSE(exists('a'));
    EXPECT_TRUE(exists('b'));
}

TEST_F(SweepTest, AnOrphanIsRemovedAfterItsGracePeriod) {
    store('a', kNow);
    ASSERT_TRUE(blobs_.put(key('c'), as_bytes("orphan"), soon_));
    EXPECT_EQ(sweep_orphans(catalog_, blobs_, gc_lock_, hours(1))->removed, 0U)
        << "within its grace period it may get its row yet";
    EXPECT_TRUE(exists('c'));
    EXPECT_EQ(sweep_orphans(catalog_, blobs_, gc_lock_, seconds(-1))->removed, 1U);
    EXPECT_FALSE(exists('c'));
    EXPECT_TRUE(exists('a'));
}

TEST_F(SweepTest, ARetiredBlobIsNoOrphan) {
    store('a', kNow);
    store('b', kNow);
    EXPECT_EQ(sweep_orphans(catalog_, blobs_, gc_lock_, seconds(-1))->removed, 0U);
    EXPECT_TRUE(exists('a'));
}

TEST_F(SweepTest, NothingIsRemovedWhileThereIsALease) {
    store('a', kNow);
    store('b', kNow);
    ASSERT_TRUE(blobs_.put(key('c'), as_bytes("orphan"), soon_));
    ASSERT_TRUE(gc_lock_.take_lease(key('1')));
    ASSERT_TRUE(gc_lock_.take_lease(key('2')));
    const auto retired = sweep_retired(catalog_, blobs_, gc_lock_, kNow + hours(2), hours(1));
    EXPECT_EQ(retired->removed, 0U);
    EXPECT_FALSE(retired->is_complete);
    ASSERT_TRUE(gc_lock_.end_lease(key('2')));
    EXPECT_EQ(sweep_orphans(catalog_, blobs_, gc_lock_, seconds(-1))->removed, 0U);
    EXPECT_TRUE(exists('a') && exists('c'));
    ASSERT_TRUE(gc_lock_.end_lease(key('1')));
    EXPECT_EQ(sweep_retired(catalog_, blobs_, gc_lock_, kNow + hours(2), hours(1))->removed, 1U);
    EXPECT_EQ(sweep_orphans(catalog_, blobs_, gc_lock_, seconds(-1))->removed, 1U);
}

TEST_F(SweepTest, AnOrphanThatCannotBeRemovedIsSkipped) {
    store('a', kNow);
    add_orphans(0, 5);
    FailingBlobStore failing(blobs_, [](auto, const std::string& key) {
        return key == numbered(1) ? std::optional(Error{Fault::internal, "unlink 1"})
                                  : std::nullopt;
    });
    const auto swept = sweep_orphans(catalog_, failing, gc_lock_, seconds(-1));
    ASSERT_TRUE(swept);
    EXPECT_EQ(swept->removed, 4U);
    EXPECT_EQ(swept->failed, 1U);
    EXPECT_EQ(swept->first_failure, "unlink 1");
    EXPECT_TRUE(swept->is_complete);
    EXPECT_EQ(count_in_use(), 2U);
}

TEST_F(SweepTest, RetiredBlobsThatCannotBeRemovedDoNotBlockOthers) {
    constexpr int kStuck = 1'200;  // more than two batches, and the oldest
    add_retired(0, kStuck, kNow);
    add_retired(kStuck, 5, kNow + hours(1));
    FailingBlobStore failing(blobs_, [](auto, const std::string& key) {
        return key < numbered(kStuck) ? std::optional(Error{Fault::internal, "no"}) : std::nullopt;
    });
    const auto swept = sweep_retired(catalog_, failing, gc_lock_, kNow + hours(5), hours(1));
    ASSERT_TRUE(swept);
    EXPECT_EQ(swept->removed, 5U);
    EXPECT_EQ(swept->failed, kStuck) << "each once";
    EXPECT_EQ(catalog_.retired(Instant::max(), 5'000, soon_)->size(), kStuck)
        << "they are tried again";
    EXPECT_EQ(sweep_retired(catalog_, blobs_, gc_lock_, kNow + hours(5), hours(1))->removed,
              kStuck);
}

TEST_F(SweepTest, StopsAtTheNextBlob) {
    add_retired(0, 20, kNow);
    store('a', kNow);
    add_orphans(100, 9);
    std::stop_source stop;
    int removals = 0;
    FailingBlobStore stopping(blobs_, [&](auto, const std::string&) {
        if (++removals == 3) stop.request_stop();
        return std::optional<Error>();
    });
    const auto retired =
        sweep_retired(catalog_, stopping, gc_lock_, kNow + hours(5), hours(1), stop.get_token());
    ASSERT_TRUE(retired);
    EXPECT_EQ(retired->removed, 3U);
    EXPECT_FALSE(retired->is_complete);
    EXPECT_EQ(catalog_.retired(Instant::max(), 100, soon_)->size(), 17U);
    stop = std::stop_source();
    removals = 0;
    const auto orphans = sweep_orphans(catalog_, stopping, gc_lock_, seconds(-1), stop.get_token());
    ASSERT_TRUE(orphans);
    EXPECT_EQ(orphans->removed, 3U);
    EXPECT_FALSE(orphans->is_complete);
}

TEST_F(SweepTest, MoreThanTenOrphansAndOnePercentAreSetAside) {
    store('a', kNow);
    add_orphans(0, 11);
    const auto swept = sweep_orphans(catalog_, blobs_, gc_lock_, seconds(-1));
    ASSERT_TRUE(swept);
    EXPECT_EQ(swept->removed, 0U);
    EXPECT_EQ(swept->set_aside, 11U);
    EXPECT_EQ(swept->looked_at, 12U);
    EXPECT_EQ(count_set_aside(), 11U);
    EXPECT_EQ(count_in_use(), 1U);
}

TEST_F(SweepTest, TheRestOfAStoppedSetAsideIsNotRemoved) {
    store('a', kNow);
    add_orphans(0, 30);
    for (int i = 0; i < 25; ++i) ASSERT_TRUE(blobs_.set_aside(numbered(i), soon_));
    const auto swept = sweep_orphans(catalog_, blobs_, gc_lock_, seconds(-1));
    ASSERT_TRUE(swept);
    EXPECT_EQ(swept->removed, 0U);
    EXPECT_EQ(count_set_aside(), 30U);
}

TEST_F(SweepTest, WhereEveryBlobIsAnOrphanAllAreSetAside) {
    add_orphans(0, 2);
    EXPECT_EQ(sweep_orphans(catalog_, blobs_, gc_lock_, seconds(-1))->set_aside, 2U);
    EXPECT_EQ(count_set_aside(), 2U);
}

TEST_F(SweepTest, TenOrphansOrOnePercentAreRemoved) {
    store('a', kNow);
    add_orphans(0, 10);
    EXPECT_EQ(sweep_orphans(catalog_, blobs_, gc_lock_, seconds(-1))->removed, 10U);
    EXPECT_FALSE(is_suspiciously_many(0, 0));
    EXPECT_TRUE(is_suspiciously_many(1, 1));
    EXPECT_FALSE(is_suspiciously_many(10, 11));
    EXPECT_TRUE(is_suspiciously_many(11, 1'099));
    EXPECT_FALSE(is_suspiciously_many(11, 1'100));
}

TEST_F(SweepTest, ABlobSetAsideIsBroughtBackWhenNamedAndElseRemovedAfterItsTime) {
    add_orphans(0, 3);
    (void)sweep_orphans(catalog_, blobs_, gc_lock_, seconds(-1));
    clock_.advance(hours(20));
    ASSERT_TRUE(catalog_.put(kOwner, {.blob_key = numbered(1)}, {}, soon_));
    const auto early = sweep_set_aside(catalog_, blobs_, gc_lock_, hours(24));
    EXPECT_EQ(early->brought_back, 1U);
    EXPECT_EQ(early->removed, 0U);
    EXPECT_EQ(count_set_aside(), 2U);
    clock_.advance(hours(5));
    EXPECT_EQ(sweep_set_aside(catalog_, blobs_, gc_lock_, hours(24))->removed, 2U);
    EXPECT_EQ(count_set_aside(), 0U);
    EXPECT_EQ(count_in_use(), 1U);
}

// A server that is restarted during a backup: two locks, one catalog.
class SweepLeases : public SweepTest {
  protected:
    SweepLeases() {
        store('a', kNow);
        store('b', kNow);
    }
    std::size_t sweep(GcLock& gc_lock) {
        return sweep_retired(catalog_, blobs_, gc_lock, kNow + hours(2), hours(1))->removed;
    }

    ManualClock server_clock_{kNow + hours(2)};
    std::optional<GcLock> server_{std::in_place, catalog_, server_clock_};
    const std::string lease_ = key('1');
};

TEST_F(SweepLeases, TheNextServerRemovesNothingForAMinute) {
    ASSERT_TRUE(server_->take_lease(lease_));
    server_.emplace(catalog_, server_clock_);  // the first one was killed
    EXPECT_EQ(sweep(*server_), 0U);
    server_clock_.advance(kLeaseTime - seconds(1));
    EXPECT_EQ(sweep(*server_), 0U);
    server_clock_.advance(seconds(1));
    EXPECT_EQ(sweep(*server_), 1U);
}

// std::mutex is not fair: the thread of the batches would lock it again and again.
TEST_F(SweepLeases, ALeaseIsTakenBeforeTheNextBatch) {
    constexpr int kBatches = 200;
    std::atomic<int> batches = 0;
    const auto batch = [&] {
        ++batches;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    };
    std::jthread sweep([&] {
        for (int i = 0; i < kBatches && server_->run(batch).value(); ++i) {
        }
    });
    while (batches == 0) std::this_thread::yield();
    const int before = batches;
    ASSERT_TRUE(server_->take_lease(lease_));
    sweep.join();
    EXPECT_LE(batches - before, 2);
}

TEST_F(SweepLeases, ALeaseThatIsRenewedInTimeHasNoGap) {
    ASSERT_TRUE(server_->take_lease(lease_));
    server_clock_.advance(hours(5));
    server_.emplace(catalog_, server_clock_);
    const auto renewed = server_->renew_lease(lease_);
    ASSERT_TRUE(renewed) << renewed.error().detail;
    server_clock_.advance(kLeaseTime - seconds(1));
    EXPECT_EQ(sweep(*server_), 0U);
    ASSERT_TRUE(server_->end_lease(lease_));
    EXPECT_EQ(sweep(*server_), 1U);
    server_.emplace(catalog_, server_clock_);
    EXPECT_TRUE(sweep_retired(catalog_, blobs_, *server_, kNow, hours(1))->is_complete);
}

TEST_F(SweepLeases, ALeaseThatIsRenewedAfterASweepIsLost) {
    ASSERT_TRUE(server_->take_lease(lease_));
    server_.emplace(catalog_, server_clock_);
    EXPECT_EQ(sweep(*server_), 0U);
    server_clock_.advance(kLeaseTime);
    EXPECT_EQ(sweep(*server_), 1U);
    const auto lost = server_->renew_lease(lease_);
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().fault, Fault::conflict);
}

TEST_F(SweepLeases, ALeaseLastsAMinuteUnlessItIsRenewed) {
    ASSERT_TRUE(server_->take_lease(key('2')));
    server_clock_.advance(kLeaseTime - seconds(1));
    EXPECT_EQ(sweep(*server_), 0U);
    ASSERT_TRUE(server_->renew_lease(key('2')));
    server_clock_.advance(kLeaseTime - seconds(1));
    EXPECT_EQ(sweep(*server_), 0U);
    server_clock_.advance(seconds(1));
    ASSERT_TRUE(server_->renew_lease(key('2'))) << "ended, but no blob was deleted since";
    EXPECT_EQ(sweep(*server_), 0U);
    ASSERT_TRUE(server_->end_lease(key('2')));
    EXPECT_EQ(sweep(*server_), 1U);
    const auto lost = server_->renew_lease(key('2'));
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().fault, Fault::conflict);
}

TEST_F(SweepLeases, AClockThatIsSetBackDoesNotKeepALeaseForEver) {
    server_clock_.advance(hours(24 * 365));
    ASSERT_TRUE(server_->take_lease(lease_));
    EXPECT_EQ(sweep(*server_), 0U);
    ManualClock right{kNow + hours(2)};
    server_.emplace(catalog_, right);
    EXPECT_EQ(sweep(*server_), 0U);
    right.advance(kLeaseTime);
    EXPECT_EQ(sweep(*server_), 1U);
}

TEST_F(SweepLeases, ACatalogThatFailsIsTheErrorOfTheSweepAndNotALease) {
    class Failing final : public store::memory::MemoryCatalog {
      public:
        Result<void> limit_leases(Instant, Deadline) override {
            return fail(Fault::internal, "no disk");
        }
    };
    Failing catalog;
    GcLock gc_lock(catalog, server_clock_);
    for (const auto& swept : {sweep_retired(catalog, blobs_, gc_lock, kNow + hours(2), hours(1)),
                              sweep_orphans(catalog, blobs_, gc_lock, seconds(-1)),
                              sweep_set_aside(catalog, blobs_, gc_lock, seconds(-1))}) {
        ASSERT_FALSE(swept);
        EXPECT_EQ(swept.error().detail, "no disk");
    }
    EXPECT_TRUE(exists('a') && exists('b'));
}

// The disk is full, so the row cannot be removed.
TEST_F(SweepLeases, ALeaseThatCouldNotBeEndedIsEndedByTheNextSweep) {
    class Full final : public store::memory::MemoryCatalog {
      public:
        Result<void> remove_lease(const std::string& id, Deadline deadline) override {
            if (is_full) return fail(Fault::internal, "database or disk is full");
            return MemoryCatalog::remove_lease(id, deadline);
        }
        bool is_full = true;
    };
    Full catalog;
    GcLock gc_lock(catalog, server_clock_);
    ASSERT_TRUE(gc_lock.take_lease(lease_));
    EXPECT_FALSE(gc_lock.end_lease(lease_));
    const auto prevented = sweep_orphans(catalog, blobs_, gc_lock, seconds(-1));
    ASSERT_FALSE(prevented);
    EXPECT_EQ(prevented.error().detail, "database or disk is full");
    catalog.is_full = false;
    const auto swept = sweep_orphans(catalog, blobs_, gc_lock, seconds(-1));
    ASSERT_TRUE(swept);
    EXPECT_TRUE(swept->is_complete);
    ASSERT_TRUE(gc_lock.take_lease(lease_)) << "again";
    EXPECT_FALSE(sweep_orphans(catalog, blobs_, gc_lock, seconds(-1))->is_complete);
}

}  // namespace
}  // namespace cameo::photo
