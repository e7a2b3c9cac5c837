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

// So many at once, then so many a second; 0 a second for any number.
struct Rate {
    double per_second = 0;
    double burst = 1;  // at least 1
};

// A token bucket for each caller, by any name: the newest `callers` of them are known, fewer where
// names are longer than usual. Thread-safe; never blocks.
class RateLimiter {
  public:
    using Steady = std::chrono::steady_clock::time_point;

    RateLimiter(Rate rate, std::size_t callers);

    // Takes one of the caller's allowance. Where it is used up, nothing is taken, and this is how
    // long until there is one again: whole seconds, at least 1.
    std::optional<std::chrono::seconds> acquire(std::string_view caller,
                                                Steady now = std::chrono::steady_clock::now());

  private:
    // When the allowance will be whole again, in nanoseconds of the steady clock: all there is to
    // know of a bucket.
    using Bucket = std::atomic<std::int64_t>;

    std::int64_t cost_;       // of one, in nanoseconds; 0 for no limit
    std::int64_t allowance_;  // of a whole bucket
    std::mutex adding_;       // a caller gets one bucket, also where two threads meet it first
    LruCache<std::shared_ptr<Bucket>> buckets_;
};

// How much each caller may ask: docs/identity.md. Thread-safe; never blocks.
class Throttle {
  public:
    struct Settings {
        Rate requests{.per_second = 1'000, .burst = 10'000};  // [limits] requests_per_second, ...
        // Of photos. They are not requests as well: clients repeat a read that was refused, and
        // lose a photo. An app synchronises many people.
        Rate person_uploads{.per_second = 2, .burst = 30};   // [limits] uploads_per_second, ...
        Rate app_uploads{.per_second = 50, .burst = 1'000};  // [limits] app_uploads_per_second, ...
        Rate refusals{.per_second = 100, .burst = 2'000};    // of tokens, by address
    };
    enum class Kind : std::uint8_t { request, upload };

    explicit Throttle(const Settings& settings);

    // Fault::throttled, with the seconds to wait, where the caller asked too much.
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
