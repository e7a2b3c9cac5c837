#include "access/rate_limiter.h"

#include <algorithm>
#include <string>

namespace cameo::access {
namespace {

constexpr double kSecond = 1e9;            // nanoseconds
constexpr std::size_t kCallerBytes = 320;  // of a usual caller: two GUIDs and the entry

constexpr std::size_t kCallers = 100'000;

Result<void> answer(std::optional<std::chrono::seconds> wait) {
    if (!wait) return {};
    return fail(Fault::throttled, std::to_string(wait->count()));
}

}  // namespace

RateLimiter::RateLimiter(Rate rate, std::size_t callers)
    : cost_(rate.per_second > 0
                ? std::max<std::int64_t>(1, static_cast<std::int64_t>(kSecond / rate.per_second))
                : 0),
      allowance_(static_cast<std::int64_t>(static_cast<double>(cost_) * std::max(1.0, rate.burst))),
      buckets_(callers * kCallerBytes) {}

std::optional<std::chrono::seconds> RateLimiter::acquire(std::string_view caller, Steady now) {
    if (cost_ == 0) return std::nullopt;
    auto known = buckets_.find(caller);
    if (!known) {
        const std::lock_guard lock(adding_);
        known = buckets_.find(caller);
        if (!known) {
            known = std::make_shared<Bucket>(0);
            buckets_.put(caller, *known, sizeof(Bucket));
        }
    }
    const std::int64_t time =
        std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
    auto whole_at = (*known)->load();
    while (true) {
        const auto after = std::max(whole_at, time) + cost_;
        const auto missing = after - time - allowance_;
        if (missing > 0)
            return std::chrono::ceil<std::chrono::seconds>(std::chrono::nanoseconds(missing));
        if ((*known)->compare_exchange_weak(whole_at, after)) return std::nullopt;
    }
}

Throttle::Throttle(const Settings& settings)
    : requests_(settings.requests, kCallers),
      person_uploads_(settings.person_uploads, kCallers),
      app_uploads_(settings.app_uploads, kCallers),
      refusals_(settings.refusals, kCallers) {}

Result<void> Throttle::admit(const Principal& principal, Kind kind) {
    auto& uploads = principal.is_app() ? app_uploads_ : person_uploads_;
    return answer((kind == Kind::upload ? uploads : requests_).acquire(caller_key(principal)));
}

Result<void> Throttle::admit_unauthenticated(std::string_view address) {
    return answer(refusals_.acquire(address));
}

}  // namespace cameo::access
