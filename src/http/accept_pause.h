#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "http/tls_settings.h"

namespace cameo::http {

// Tells the operator once when connections can no longer be accepted, and once when they can again.
// One for all I/O threads of a server, since they share what is short. Thread-safe.
class AcceptPause {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    // `notify` may be null.
    explicit AcceptPause(std::function<void(const Notice&)> notify) : notify_(std::move(notify)) {}

    // A connection could not be accepted, for this reason.
    void failed(std::string_view reason, TimePoint now);

    // To be called a few times a second: the pause is over once there has been no failure for a
    // second.
    void look(TimePoint now) {
        if (paused_) end_where_over(now);
    }

  private:
    void end_where_over(TimePoint now);

    std::function<void(const Notice&)> notify_;
    std::atomic<bool> paused_ = false;
    std::mutex mutex_;  // of what follows
    TimePoint began_;
    TimePoint last_failure_;
};

}  // namespace cameo::http
