#include "http/body_budget.h"

#include <algorithm>
#include <cstdint>

namespace cameo::http {

bool BodyBudget::reserve(std::size_t bytes) {
    auto used = used_.load();
    do {
        if (bytes > limit_ - used) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes));
    return true;
}

bool BodyReservation::grow_to(std::size_t bytes) {
    if (bytes <= bytes_) return true;
    if (!budget_->reserve(bytes - bytes_)) return false;
    bytes_ = bytes;
    return true;
}

void MinimumRate::add(std::size_t bytes, TimePoint now) {
    const auto slot = static_cast<std::size_t>((now - start_) / slot_time());
    if (slot > newest_ + kSlots) bytes_.fill(0);
    while (newest_ < slot && slot - newest_ <= kSlots) bytes_in(++newest_) = 0;
    newest_ = slot;
    bytes_in(slot) += bytes;
}

// Adds the slots from the newest back to the one that makes the sum large enough: the rate is too
// low after that slot has left the window.
MinimumRate::TimePoint MinimumRate::deadline() const {
    std::size_t sum = 0;
    for (std::size_t age = 0; age <= std::min(newest_, kSlots); ++age) {
        const auto slot = newest_ - age;
        sum += bytes_[slot % bytes_.size()];
        if (sum >= least_)
            return start_ + static_cast<std::int64_t>(slot + 1) * slot_time() + window_;
    }
    return start_ + static_cast<std::int64_t>(newest_ - std::min(newest_, kSlots)) * slot_time() +
           window_;
}

}  // namespace cameo::http
