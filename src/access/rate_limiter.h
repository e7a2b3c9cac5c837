#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/lru_cache.h"

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
    std::optional<std::chrono::seconds> take(std::string_view caller,
                                             Steady now = std::chrono::steady_clock::now());

  private:
    // When the allowance will be whole again, in nanoseconds of the steady clock: all there is to
    // know of a bucket.
    using Bucket = std::atomic<std::int64_t>;

    std::int64_t cost_;       // of one, in nanoseconds; 0 for no limit
    std::int64_t allowance_;  // of a whole bucket
    LruCache<std::shared_ptr<Bucket>> buckets_;
};

}  // namespace cameo::access
