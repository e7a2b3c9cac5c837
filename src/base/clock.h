#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// Wall time, its text, and deadlines. Clock is an interface so that tests can set the time.
namespace cameo {

// A point in UTC, to the millisecond: for stored and displayed times.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

// A point after which a result is no longer used. A parameter of every call of a store.
using Deadline = std::chrono::steady_clock::time_point;

inline Deadline deadline_in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

inline bool has_passed(Deadline deadline) { return std::chrono::steady_clock::now() >= deadline; }

// `2023-11-14T22:13:20`, RFC 3339 to the second: all timestamps but HTTP's own (http/http_date.h)
// begin with it. A fraction and the `Z` are the caller's. Independent of the time zone
// and the locale of the process. Years 0 to 9999.
std::string utc_text(std::chrono::sys_seconds time);
void append_utc(std::string& out, std::chrono::sys_seconds time);

// `2023-11-14T22:13:20Z`, with an optional fraction of a second or an offset such as `+01:00` in
// place of the `Z` (RFC 3339); a date alone is its beginning. nullopt for anything else. A fraction
// beyond the millisecond is dropped.
std::optional<Instant> parse_utc(std::string_view text);

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

// For tests: changes by advance() alone.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Instant start) : now_(start) {}
    Instant now() const override { return now_.load(); }
    void advance(std::chrono::milliseconds step) { now_ = now_.load() + step; }

  private:
    std::atomic<Instant> now_;
};

}  // namespace cameo
