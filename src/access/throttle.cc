#include "access/throttle.h"

#include <string>

namespace cameo::access {
namespace {

constexpr std::size_t kCallers = 100'000;

Result<void> answer(std::optional<std::chrono::seconds> wait) {
    if (!wait) return {};
    return fail(Fault::throttled, std::to_string(wait->count()));
}

}  // namespace

Throttle::Throttle(const Settings& settings)
    : requests_(settings.requests, kCallers),
      person_uploads_(settings.person_uploads, kCallers),
      app_uploads_(settings.app_uploads, kCallers),
      refusals_(settings.refusals, kCallers) {}

Result<void> Throttle::admit(const Principal& principal, Kind kind) {
    auto& uploads = principal.is_app() ? app_uploads_ : person_uploads_;
    return answer((kind == Kind::upload ? uploads : requests_).take(caller_name(principal)));
}

Result<void> Throttle::admit_stranger(std::string_view address) {
    return answer(refusals_.take(address));
}

}  // namespace cameo::access
