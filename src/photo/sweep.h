#pragma once

#include <chrono>
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

// How long a process that takes a data folder over keeps the holds of the one before it, for those
// who come back to renew them.
inline constexpr std::chrono::seconds kLeaseTime{60};

// Names a hold, so that it can be renewed at another process.
struct SweepLease {
    std::string id;      // random; empty for a hold that ends with its process
    bool again = false;  // it was taken before
};

// Keeps the sweep away from those who need every blob to stay: a backup, a check. Thread-safe. Must
// outlive its holds.
//
// A hold with a name is a lease in the catalog too: where this process is killed or ends, the next
// one sweeps nothing for kLeaseTime, and a hold that is renewed meanwhile has no gap. The sweep
// removes an ended lease before it deletes a blob, so a hold that can be renewed has lost none.
class GcLock {
  public:
    // No blob is swept while it lives. May be moved to another thread.
    class Hold {
      public:
        Hold(Hold&& other) noexcept
            : gate_(std::exchange(other.gate_, nullptr)), lease_(std::move(other.lease_)) {}
        Hold& operator=(Hold&& other) noexcept {
            std::swap(gate_, other.gate_);
            std::swap(lease_, other.lease_);
            return *this;
        }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;
        ~Hold() {
            if (gate_ != nullptr) gate_->release(lease_);
        }

        // From here on the hold lasts to the end of this process, and its lease beyond.
        void leave() { gate_ = nullptr; }

      private:
        friend GcLock;
        Hold(GcLock* gate, std::string lease) : gate_(gate), lease_(std::move(lease)) {}
        GcLock* gate_;
        std::string lease_;  // empty for none
    };

    GcLock() = default;
    // Borrows both.
    GcLock(Catalog& catalog, const Clock& clock) : catalog_(&catalog), clock_(&clock) {}

    // Waits for the batch that is being swept.
    Hold hold();

    // As hold, and with a name a lease. Fault::conflict where `again` and the lease is no more, so
    // that blobs may have been deleted; else as the catalog.
    Result<Hold> hold(const SweepLease& lease);

    bool is_held();

    // Runs `batch`, which picks blobs and deletes them; false, without running it, while anyone
    // holds.
    template <class Batch>
    bool run(const Batch& batch) {
        const std::lock_guard lock(mutex_);
        if (is_held_now()) return false;
        batch();
        return true;
    }

  private:
    bool is_held_now();
    Result<void> limit_earlier_leases();
    void release(const std::string& lease);

    Catalog* catalog_ = nullptr;
    const Clock* clock_ = nullptr;
    std::mutex mutex_;
    int holds_ = 0;
    bool are_limited_ = false;    // the leases of earlier processes
    bool may_be_earlier_ = true;  // some of them may not have ended
};

// Deletes blobs that no photo needs any more. Safe while the server writes; may be called again at
// any time; blocks. A blob that cannot be deleted or moved is counted and passed over; an Error
// means that the stores could not be asked. Each function ends early where `stop` is requested,
// which it looks at before every blob, and where somebody holds the gate.

// A blob younger than this may belong to a write that has not reached the catalog yet.
inline constexpr std::chrono::hours kYoungBlob{1};

struct Swept {
    std::size_t removed = 0;
    std::size_t set_aside = 0;  // instead of being removed
    std::size_t brought_back = 0;
    std::size_t looked_at = 0;  // by sweep_orphans: blobs there are
    std::size_t failed = 0;     // could be neither removed nor moved
    std::string first_failure;
    bool is_complete = false;  // neither stopped nor kept off by a hold
};

// Blobs of photos that were replaced or removed more than `grace` ago.
Result<Swept> sweep_retired(Catalog& catalog, BlobStore& blobs, GcLock& gate, Instant now,
                            std::chrono::seconds grace, const std::stop_token& stop = {});

// Blobs that no catalog row ever named, because a write ended between its two steps. Lists the
// whole store, and never touches a blob younger than `grace`: its row may be about to come.
//
// Where these are more than 10 and more than 1 % of all blobs, or all, the catalog is probably not
// the one that belongs to the blobs: then they are set aside, not removed.
Result<Swept> sweep_orphans(Catalog& catalog, BlobStore& blobs, GcLock& gate,
                            std::chrono::seconds grace, const std::stop_token& stop = {});

// The blobs that were set aside: brings back those that the catalog names, and removes the others
// `life` after they were set aside.
Result<Swept> sweep_set_aside(Catalog& catalog, BlobStore& blobs, GcLock& gate,
                              std::chrono::seconds life, const std::stop_token& stop = {});

// More than 10 and more than 1 %, or all: too many for an accident of a few.
constexpr bool is_suspiciously_many(std::size_t count, std::size_t all) {
    return count > 0 && (count >= all || (count > 10 && count * 100 > all));
}

}  // namespace cameo::photo
