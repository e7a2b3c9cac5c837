#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <string>
#include <unordered_set>

#include "base/clock.h"
#include "base/result.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"

namespace cameo::photo {

// How long a lease lasts, unless it is renewed.
inline constexpr std::chrono::seconds kLeaseTime{60};

// Keeps blobs from being deleted: all of them while a backup or a check needs them, and those whose
// write is under way. Thread-safe. Borrows the catalog and the clock.
//
// A lease is a row of the catalog with an end: it also protects after a restart of this process,
// and while its holder is another process. Ended leases are removed before a blob is deleted, so a
// lease that can be renewed has lost no blob.
class GcLock {
  public:
    GcLock(Catalog& catalog, const Clock& clock) : catalog_(catalog), clock_(clock) {}

    // Takes the lease `id` for kLeaseTime. Waits for the batch that is being deleted; no blob is
    // deleted until the lease ends. Faults of the catalog, here and below.
    Result<void> take_lease(const std::string& id);
    // The lease lasts kLeaseTime from now. Fault::conflict where it has ended and was removed, so
    // that blobs may have been deleted.
    Result<void> renew_lease(const std::string& id);
    // Succeeds where there is no such lease. Where the catalog fails, the lease has still ended for
    // this process: its row is removed before the next batch.
    Result<void> end_lease(const std::string& id);

    // No sweep deletes or sets aside the blob `key` from begin_write to end_write, whatever its
    // age: its row may not be committed yet. Never blocks on a batch or the catalog.
    void begin_write(const std::string& key);
    // Not where the outcome of the row's commit is unknown: until a restart the catalog does not
    // show the row, and after it may.
    void end_write(const std::string& key);
    bool is_being_written(const std::string& key);

    // Runs `batch`, which picks blobs and deletes them. False, without a run, where there is a
    // lease; faults of the catalog, which cannot tell then.
    template <class Batch>
    Result<bool> run(const Batch& batch) {
        std::unique_lock lock(mutex_);
        none_waits_.wait(lock, [this] { return waiting_ == 0; });
        return run_unless_leased(batch);
    }
    // As run, ahead of the next batch of a sweep.
    template <class Batch>
    Result<bool> run_first(const Batch& batch) {
        const auto lock = lock_before_next_batch();
        return run_unless_leased(batch);
    }

  private:
    // Under the lock.
    template <class Batch>
    Result<bool> run_unless_leased(const Batch& batch) {
        const auto leased = is_leased();
        if (!leased) return std::unexpected(leased.error());
        if (*leased) return false;
        batch();
        return true;
    }
    std::unique_lock<std::mutex> lock_before_next_batch();
    Result<bool> is_leased();

    Catalog& catalog_;
    const Clock& clock_;
    std::mutex mutex_;
    std::condition_variable none_waits_;
    std::atomic<int> waiting_ = 0;           // for mutex_, other than batches
    std::unordered_set<std::string> ended_;  // leases whose row could not be removed
    std::mutex writes_mutex_;
    std::unordered_set<std::string> writes_;  // blob keys
};

// The functions below delete blobs that no photo needs any more. Safe while the server writes; may
// be called again at any time; block. A blob that cannot be deleted or moved is counted and
// skipped; an Error means that a store failed. Each function ends early where `stop` is requested,
// which it checks before every blob, and where there is a lease.

// The grace period of a blob without a row.
inline constexpr std::chrono::hours kOrphanGrace{1};

struct Swept {
    std::size_t removed = 0;
    std::size_t set_aside = 0;  // instead of being removed
    std::size_t brought_back = 0;
    std::size_t looked_at = 0;  // by sweep_orphans: blobs there are
    std::size_t failed = 0;     // could be neither removed nor moved
    std::string first_failure;
    bool is_complete = false;  // neither stopped nor prevented by a lease
};

// Blobs of photos that were replaced or removed more than `grace` ago. A time after `now` was
// written before the clock was set back: it is brought forward to `now`.
Result<Swept> sweep_retired(Catalog& catalog, BlobStore& blobs, GcLock& gc_lock, Instant now,
                            std::chrono::seconds grace, const std::stop_token& stop = {});

// Blobs that no catalog row ever named, because a write ended between its two steps. Lists the
// whole store. A blob younger than `grace` stays, and one that is being written (GcLock).
//
// Where these are more than 10 and more than 1 % of all blobs, or all, the catalog is probably not
// the one that belongs to the blobs: then they are set aside, not removed.
Result<Swept> sweep_orphans(Catalog& catalog, BlobStore& blobs, GcLock& gc_lock,
                            std::chrono::seconds grace, const std::stop_token& stop = {});

// The blobs that were set aside: brings those back that the catalog names, and removes the others
// when `life` has passed since they were set aside.
Result<Swept> sweep_set_aside(Catalog& catalog, BlobStore& blobs, GcLock& gc_lock,
                              std::chrono::seconds life, const std::stop_token& stop = {});

// More than 10 and more than 1 %, or all: too many for a few interrupted writes.
constexpr bool is_suspiciously_many(std::size_t count, std::size_t all) {
    return count > 0 && (count >= all || (count > 10 && count * 100 > all));
}

}  // namespace cameo::photo
