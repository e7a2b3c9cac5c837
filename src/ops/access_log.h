#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace cameo::ops {

// What one line of the access log tells. Never a token: those travel in headers only.
struct AccessEntry {
    Instant time{};
    std::string_view method;
    std::string_view target;
    int status = 0;
    std::size_t body_bytes = 0;
    std::chrono::nanoseconds duration{};
    bool fast = false;
    std::string_view request_id;
    std::string_view remote;
};

// One JSON object per line: time, method, path, status, bytes, microseconds, lane, request_id,
// remote. The query is left out: it is the caller's own text, and a token pasted there must not be
// kept.
std::string format_access_line(const AccessEntry& entry);

// Writes the lines to standard output from a thread of its own, so that a slow reader of the log
// does not slow the server; when 8,192 lines wait, the oldest are dropped. Thread-safe.
class AccessLog {
  public:
    AccessLog();
    ~AccessLog();
    void write(const AccessEntry& entry);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace cameo::ops
