#pragma once

#include <mutex>
#include <utility>

namespace cameo::photo {

// Keeps the sweep away from those who need every blob to stay: a backup, a check. Thread-safe. Must
// outlive its holds.
class SweepGate {
  public:
    // No blob is swept while it lives. May be moved to another thread.
    class Hold {
      public:
        Hold(Hold&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
        Hold& operator=(Hold&& other) noexcept {
            std::swap(gate_, other.gate_);
            return *this;
        }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;
        ~Hold() {
            if (gate_ != nullptr) gate_->release();
        }

      private:
        friend SweepGate;
        explicit Hold(SweepGate* gate) : gate_(gate) {}
        SweepGate* gate_;
    };

    // Waits for the batch that is being swept.
    Hold hold() {
        const std::lock_guard lock(mutex_);
        ++holds_;
        return Hold(this);
    }

    bool is_held() {
        const std::lock_guard lock(mutex_);
        return holds_ > 0;
    }

    // Runs `batch`, which picks blobs and deletes them; false, without running it, while anyone
    // holds.
    template <class Batch>
    bool run(const Batch& batch) {
        const std::lock_guard lock(mutex_);
        if (holds_ > 0) return false;
        batch();
        return true;
    }

  private:
    void release() {
        const std::lock_guard lock(mutex_);
        --holds_;
    }

    std::mutex mutex_;
    int holds_ = 0;
};

}  // namespace cameo::photo
