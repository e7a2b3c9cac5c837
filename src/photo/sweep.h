#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"

namespace cameo::photo {

// How long a lease lasts, unless it is renewed.
inline constexpr std::chrono::seconds kLeaseTime{60};

// Keeps blobs from being deleted while a backup or a check needs all of them. Thread-safe. Must
// outlive its guards.
//
// A guard protects within this process. A lease is a row of the catalog with an end: it also
// protects after a restart of this process, and while its holder is another process. Ended leases
// are removed before a blob is deleted, so a lease that can be renewed has lost no blob.
class GcLock {
  public:
    // No blob is deleted while a guard exists. May be moved to another thread.
    class Guard {
      public:
        Guard(Guard&& other) noexcept : lock_(std::exchange(other.lock_, nullptr)) {}
        Guard& operator=(Guard&& other) noexcept {
            std::swap(lock_, other.lock_);
            return *this;
        }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;
        ~Guard() {
            if (lock_ != nullptr) lock_->release();
        }

      private:
        friend GcLock;
        explicit Guard(GcLock* lock) : lock_(lock) {}
        GcLock* lock_;
    };

    // Without a catalog: guards only.
    GcLock() = default;
    // Borrows both.
    GcLock(Catalog& catalog, const Clock& clock) : catalog_(&catalog), clock_(&clock) {}

    // Waits for the batch that is being deleted.
    Guard hold();

    // Takes the lease `id` for kLeaseTime. Waits for the batch that is being deleted; no blob is
    // deleted until the lease ends. Faults of the catalog. REQUIRES: a catalog, here and below.
    Result<void> take_lease(const std::string& id);
    // The lease lasts kLeaseTime from now. Fault::conflict where it has ended and was removed, so
    // that blobs may have been deleted; else as the catalog.
    Result<void> renew_lease(const std::string& id);
    // Succeeds where there is no such lease.
    Result<void> end_lease(const std::string& id);

    bool is_held();

    // Runs `batch`, which picks blobs and deletes them. False, without a run, where there is a
    // guard or a lease, or where the catalog fails.
    template <class Batch>
    bool run(const Batch& batch) {
        std::unique_lock lock(mutex_);
        none_waits_.wait(lock, [this] { return waiting_ == 0; });
        if (is_held_now()) return false;
        batch();
        return true;
    }

  private:
    std::unique_lock<std::mutex> lock_before_next_batch();
    bool is_held_now();
    void release();

    Catalog* catalog_ = nullptr;
    const Clock* clock_ = nullptr;
    std::mutex mutex_;
    std::condition_variable none_waits_;
    std::atomic<int> waiting_ = 0;  // for mutex_, other than batches
    int guards_ = 0;
};

// The functions below delete blobs that no photo needs any more. Safe while the server writes; may
// be called again at any time; block. A blob that cannot be deleted or moved is counted and
// skipped; an Error means that a store failed. Each function ends early where `stop` is requested,
// which it checks before every blob, and where the lock is held.

// The grace period of a blob without a row: its write may not have reached the catalog yet.
inline constexpr std::chrono::hours kOrphanGrace{1};

struct Swept {
    std::size_t removed = 0;
    std::size_t set_aside = 0;  // instead of being removed
    std::size_t brought_back = 0;
    std::size_t looked_at = 0;  // by sweep_orphans: blobs there are
    std::size_t failed = 0;     // could be neither removed nor moved
    std::string first_failure;
    bool is_complete = false;  // neither stopped nor prevented by the lock
};

// Blobs of photos that were replaced or removed more than `grace` ago.
Result<Swept> sweep_retired(Catalog& catalog, BlobStore& blobs, GcLock& gc_lock, Instant now,
                            std::chrono::seconds grace, const std::stop_token& stop = {});

// Blobs that no catalog row ever named, because a write ended between its two steps. Lists the
// whole store. A blob younger than `grace` stays: its row may not be committed yet.
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
