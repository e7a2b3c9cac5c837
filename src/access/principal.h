#pragma once

#include <string>
#include <string_view>

#include "access/permissions.h"
#include "base/clock.h"
#include "directory/user.h"

namespace cameo::access {

// Who asks, as a verified token says. Immutable once made.
struct Principal {
    std::string tenant;  // Tenant::id
    directory::TenantKind tenant_kind = directory::TenantKind::work;
    std::string user_id;  // empty for an app on its own
    std::string app;
    PermissionSet permissions = 0;  // scopes of a user token, roles of an app token: never both
    bool manages_users = false;     // holds a directory role that may write others' photos
    Instant expires{};  // the token's exp and the forgiven skew: from then on it is refused

    bool is_app() const { return user_id.empty(); }
};

// How far the principal's rights go for this: the whole of contract section 4. A delegated write of
// another's photo or entry needs a directory role besides the permission.
Reach decide(const Principal& principal, Subject subject, Operation operation);

// The template id (claim `wids`) of a directory role that may write other people's photos, by its
// display name: User Administrator, Global Administrator, People Administrator. Empty for any
// other.
std::string_view directory_role_id(std::string_view name);
bool is_user_managing_role(std::string_view role_id);

}  // namespace cameo::access
