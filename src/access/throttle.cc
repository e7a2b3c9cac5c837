#include "access/throttle.h"

#include <fmt/format.h>

#include <string>

namespace cameo::access {
namespace {

constexpr std::size_t kCallers = 100'000;

Result<void> answer(std::optional<std::chrono::seconds> wait) {
    if (!wait) return {};
    return fail(Fault::throttled, std::to_string(wait->count()));
}

std::string name_of(const Principal& principal) {
    return principal.is_app() ? fmt::format("{} app {}", principal.tenant, principal.app)
                              : fmt::format("{} user {}", principal.tenant, principal.user_id);
}

}  // namespace

Throttle::Throttle(const Settings& settings)
    : requests_(settings.requests, kCallers),
      uploads_(settings.uploads, kCallers),
      refusals_(settings.refusals, kCallers) {}

Result<void> Throttle::admit(const Principal& principal, Kind kind) {
    return answer((kind == Kind::upload ? uploads_ : requests_).take(name_of(principal)));
}

Result<void> Throttle::admit_stranger(std::string_view address) {
    return answer(refusals_.take(address));
}

}  // namespace cameo::access
