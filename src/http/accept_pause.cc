#include "http/accept_pause.h"

#include <fmt/format.h>

namespace cameo::http {
namespace {

constexpr std::chrono::seconds kQuiet{1};

}  // namespace

void AcceptPause::failed(std::string_view reason, TimePoint now) {
    const std::lock_guard lock(mutex_);
    last_failure_ = now;
    if (paused_.exchange(true)) return;
    began_ = now;
    if (notify_)
        notify_({.is_trouble = true,
                 .text = fmt::format("no connection can be accepted for now: {}", reason)});
}

void AcceptPause::end_where_over(TimePoint now) {
    const std::lock_guard lock(mutex_);
    if (!paused_ || now - last_failure_ < kQuiet) return;
    paused_ = false;
    const auto seconds = std::chrono::duration<double>(last_failure_ - began_).count();
    if (notify_)
        notify_({.text = fmt::format("connections are accepted again after {:.1f} s", seconds)});
}

}  // namespace cameo::http
