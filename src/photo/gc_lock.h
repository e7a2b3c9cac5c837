#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
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

}  // namespace cameo::photo
