#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "ops/line_log.h"

namespace cameo::ops {

// What one line of the access log tells. Never a token.
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

// Writes the lines to standard output. Thread-safe.
class AccessLog {
  public:
    void write(const AccessEntry& entry);

  private:
    std::unique_ptr<LineLog> lines_ = LineLog::to_stdout();
};

}  // namespace cameo::ops
