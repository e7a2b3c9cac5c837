#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "access/principal.h"
#include "base/lru_cache.h"
#include "base/result.h"

namespace cameo::access {

// A burst, and a rate per second after it; a rate of 0 means no limit.
struct Rate {
    double per_second = 0;
    double burst = 1;  // at least 1
};

// A token bucket per caller, by any name. Keeps the newest `callers` of them, fewer if the names
// are longer than usual. Thread-safe; never blocks.
class RateLimiter {
  public:
    using Steady = std::chrono::steady_clock::time_point;

    RateLimiter(Rate rate, std::size_t callers);

    // Takes one token. If none is left, takes nothing and returns the time until the next one:
    // whole seconds, at least 1.
    std::optional<std::chrono::seconds> acquire(std::string_view caller,
                                                Steady now = std::chrono::steady_clock::now());

  private:
    // When the bucket will be full again, in nanoseconds of the steady clock: the whole state of a
    // bucket.
    using Bucket = std::atomic<std::int64_t>;

    std::int64_t cost_;       // of one token, in nanoseconds; 0 for no limit
    std::int64_t allowance_;  // of a full bucket
    std::mutex adding_;       // one bucket per caller, also if two threads add it at once
    LruCache<std::shared_ptr<Bucket>> buckets_;
};

// The limits of each caller: docs/identity.md. Thread-safe; never blocks.
class Throttle {
  public:
    struct Settings {
        Rate requests{.per_second = 1'000, .burst = 10'000};  // [limits] requests_per_second, ...
        // Uploads of photos do not count as requests, because clients repeat a refused read but
        // lose a refused photo. An app synchronises many people.
        Rate person_uploads{.per_second = 2, .burst = 30};   // [limits] uploads_per_second, ...
        Rate app_uploads{.per_second = 50, .burst = 1'000};  // [limits] app_uploads_per_second, ...
        Rate refusals{.per_second = 100, .burst = 2'000};    // of tokens, by address
    };
    enum class Kind : std::uint8_t { request, upload };

    explicit Throttle(const Settings& settings);

    // Fault::throttled, with the seconds to wait, if the caller exceeds a limit.
    Result<void> admit(const Principal& principal, Kind kind);
    // For a request whose token was refused.
    Result<void> admit_unauthenticated(std::string_view address);

  private:
    RateLimiter requests_;
    RateLimiter person_uploads_;
    RateLimiter app_uploads_;
    RateLimiter refusals_;
};

}  // namespace cameo::access
