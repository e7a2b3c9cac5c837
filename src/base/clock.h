#pragma once

#include <atomic>
#include <chrono>

// Wall time and deadlines. Clock is an interface so that tests can hold time still.
namespace cameo {

// A point in UTC, to the millisecond: what is stored and shown.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

// A point after which nobody waits for the answer any more. Every call of a store takes one.
using Deadline = std::chrono::steady_clock::time_point;

inline Deadline deadline_in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

inline bool has_passed(Deadline deadline) { return std::chrono::steady_clock::now() >= deadline; }

// Thread-safe.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
  public:
    Instant now() const override {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

// For tests: stands still until told to move.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Instant start) : now_(start) {}
    Instant now() const override { return now_.load(); }
    void advance(std::chrono::milliseconds step) { now_ = now_.load() + step; }

  private:
    std::atomic<Instant> now_;
};

}  // namespace cameo
