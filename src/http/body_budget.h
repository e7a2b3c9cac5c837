#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

// The limits on the memory of request bodies: a budget of bytes for all of them, and a minimum
// rate for each.
namespace cameo::http {

// The memory budget of the bodies of all requests, until the reply is known. Thread-safe.
class BodyBudget {
  public:
    explicit BodyBudget(std::size_t limit_bytes) : limit_(limit_bytes) {}

    std::size_t used() const { return used_; }

  private:
    friend class BodyReservation;
    bool reserve(std::size_t bytes);
    void release(std::size_t bytes) { used_ -= bytes; }

    const std::size_t limit_;
    std::atomic<std::size_t> used_ = 0;
};

// The share of one body in a budget; the destructor releases it. Not thread-safe. Keeps the budget
// alive, because a job may outlive the server.
class BodyReservation {
  public:
    BodyReservation() = default;  // of no budget
    explicit BodyReservation(std::shared_ptr<BodyBudget> budget) : budget_(std::move(budget)) {}
    BodyReservation(BodyReservation&& other) noexcept
        : budget_(std::move(other.budget_)), bytes_(std::exchange(other.bytes_, 0)) {}
    BodyReservation& operator=(BodyReservation&& other) noexcept {
        std::swap(budget_, other.budget_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    BodyReservation(const BodyReservation&) = delete;
    BodyReservation& operator=(const BodyReservation&) = delete;
    ~BodyReservation() {
        if (budget_) budget_->release(bytes_);
    }

    // Grows to a total of `bytes`, unless it is that large already. False, with nothing changed, if
    // the budget has too little left. REQUIRES: has a budget.
    bool grow_to(std::size_t bytes);

  private:
    std::shared_ptr<BodyBudget> budget_;
    std::size_t bytes_ = 0;
};

// Checks that a body arrives at a minimum rate: a number of bytes in any window of time, the first
// of which begins with the body. The resolution is a 16th of the window: a body is never found too
// slow early, and a steady rate of 16/17 of the minimum still passes. Not thread-safe.
class MinimumRate {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    MinimumRate(std::size_t least_bytes, std::chrono::milliseconds window, TimePoint start)
        : least_(least_bytes), window_(window), start_(start) {}

    void add(std::size_t bytes, TimePoint now);

    // When a window with too few bytes ends, if no more arrive.
    TimePoint deadline() const;

  private:
    static constexpr std::size_t kSlots = 16;  // of a window

    std::chrono::nanoseconds slot_time() const { return window_ / kSlots; }
    std::size_t& bytes_in(std::size_t slot) { return bytes_[slot % bytes_.size()]; }

    std::size_t least_;
    std::chrono::nanoseconds window_;
    TimePoint start_;
    std::array<std::size_t, kSlots + 1> bytes_{};  // of the newest slots, since start_
    std::size_t newest_ = 0;
};

}  // namespace cameo::http
