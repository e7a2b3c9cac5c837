#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

// What keeps the bodies of requests from taking all memory: a budget of bytes for all of them, and
// a least rate for each.
namespace cameo::http {

// How much memory the bodies of all requests may take together, those that wait for their answer
// included. Thread-safe.
class BodyBudget {
  public:
    explicit BodyBudget(std::size_t limit_bytes) : limit_(limit_bytes) {}

    std::size_t used() const { return used_; }

  private:
    friend class BodyShare;
    bool take(std::size_t bytes);
    void give_back(std::size_t bytes) { used_ -= bytes; }

    const std::size_t limit_;
    std::atomic<std::size_t> used_ = 0;
};

// One body's part of a budget; given back with its end. Not thread-safe. Keeps the budget alive,
// since a job may outlive the server.
class BodyShare {
  public:
    BodyShare() = default;  // has no budget
    explicit BodyShare(std::shared_ptr<BodyBudget> budget) : budget_(std::move(budget)) {}
    BodyShare(BodyShare&& other) noexcept
        : budget_(std::move(other.budget_)), bytes_(std::exchange(other.bytes_, 0)) {}
    BodyShare& operator=(BodyShare&& other) noexcept {
        std::swap(budget_, other.budget_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    BodyShare(const BodyShare&) = delete;
    BodyShare& operator=(const BodyShare&) = delete;
    ~BodyShare() {
        if (budget_) budget_->give_back(bytes_);
    }

    // Makes it `bytes` in all, where it is less. False, with nothing changed, where the budget has
    // not so much left. REQUIRES: has a budget.
    bool grow_to(std::size_t bytes);

  private:
    std::shared_ptr<BodyBudget> budget_;
    std::size_t bytes_ = 0;
};

// Whether a body that is being read keeps a least rate: at least so many bytes in any window of
// time, the first of which begins with the body. Times are kept to a 16th of the window: falling
// short is never noticed early, and a steady rate of 16/17 of the least one still passes.
class BodyPace {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    BodyPace(std::size_t least_bytes, std::chrono::milliseconds window, TimePoint start)
        : least_(least_bytes), window_(window), start_(start) {}

    void arrived(std::size_t bytes, TimePoint now);

    // When a window will have passed without enough bytes, if no more come.
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
