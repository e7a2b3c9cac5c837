#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

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

// Appends one JSON object: time, method, path, status, bytes, microseconds, lane, request_id,
// remote. The query is left out: it is the caller's own text, and a token pasted there must not be
// kept.
void append_access_line(std::string& out, const AccessEntry& entry);

// Never blocks: a line is dropped where the destination does not take lines fast enough.
// Thread-safe.
class AccessLog {
  public:
    explicit AccessLog(std::shared_ptr<LineLog> lines) : lines_(std::move(lines)) {}
    void write(const AccessEntry& entry);

  private:
    std::shared_ptr<LineLog> lines_;
};

}  // namespace cameo::ops
