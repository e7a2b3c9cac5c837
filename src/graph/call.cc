#include "graph/call.h"

#include <fmt/format.h>

#include "base/text.h"

namespace cameo::graph {
namespace {

using directory::User;
using Found = Result<std::shared_ptr<const User>>;

// A guest's name may arrive encoded twice (%2523 for #): decoded once more only where the first
// reading finds nobody.
Found find_user(const Call& call) {
    const auto key = call.route.user_key;
    auto found = call.lookups.user(call.principal.tenant, key);
    if (!found || *found || key.find('%') == std::string_view::npos) return found;
    const auto twice = percent_decode(key);
    if (!twice) return found;
    return call.lookups.user(call.principal.tenant, *twice);
}

bool names_self(const Call& call) {
    if (call.route.me) return true;
    if (call.self == nullptr) return false;
    const auto is_self = [&](std::string_view key) {
        return equals_ignoring_case(key, call.self->id) ||
               equals_ignoring_case(key, call.self->user_principal_name);
    };
    const auto twice = percent_decode(call.route.user_key);
    return is_self(call.route.user_key) || (twice && is_self(*twice));
}

Error nobody(std::string_view key) {
    return {Fault::no_owner,
            fmt::format("Resource '{}' does not exist or one of its queried reference-property "
                        "objects are not present.",
                        key)};
}

}  // namespace

std::string Call::base_url() const {
    if (!settings.public_url.empty())
        return fmt::format("{}/{}", settings.public_url, target.version());
    return fmt::format("http://{}/{}", request.find("host"), target.version());
}

std::string Call::user_context() const {
    const std::string_view key = route.me && self != nullptr ? self->id : route.user_key;
    return fmt::format("users('{}')", percent_encode(key));
}

Found reach_user(const Call& call, access::Subject subject, access::Operation operation) {
    if (call.route.me && call.self == nullptr)
        return fail(Fault::malformed,
                    "/me request is only valid with delegated authentication flow.");
    const auto reach = access::decide(call.principal, subject, operation);
    if (reach == access::Reach::none) return fail(Fault::denied, "");
    if (reach == access::Reach::own && !names_self(call)) return fail(Fault::denied, "");
    // By id, not by the key: a key that decodes to one's own name may, undecoded, be another's.
    if (call.route.me || reach == access::Reach::own)
        return call.lookups.user(call.principal.tenant, call.self->id);
    auto found = find_user(call);
    if (found && !*found) return std::unexpected(nobody(call.route.user_key));
    return found;
}

OwnerKey owner_key(const User& user) {
    return {.tenant = user.tenant, .kind = OwnerKind::user, .id = user.id};
}

}  // namespace cameo::graph
