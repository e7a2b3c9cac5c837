#pragma once

#include <cstdint>
#include <string_view>

#include "access/principal.h"
#include "access/rate_limiter.h"
#include "base/result.h"

namespace cameo::access {

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
    Result<void> admit_stranger(std::string_view address);

  private:
    RateLimiter requests_;
    RateLimiter person_uploads_;
    RateLimiter app_uploads_;
    RateLimiter refusals_;
};

}  // namespace cameo::access
