#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/permissions.h"
#include "base/cache_key.h"
#include "base/clock.h"
#include "directory/objects.h"

namespace cameo::access {

// A person of an identity provider: the values by which the directory finds or adds the user. Empty
// if the token does not have the value.
struct Identity {
    std::string issuer;          // iss
    std::string subject;         // the value of user_claim, as sent; never empty
    std::string name;            // the value of name_claim
    std::string mail;            // `email`, if the issuer verified it
    std::string display_name;    // `name`
    bool match_by_name = false;  // may be matched with the user of that name or address
    bool provision = false;      // may be added to the directory
};

// The caller of a request, from a verified token. Immutable.
struct Principal {
    std::string tenant;  // Tenant::id
    directory::TenantKind tenant_kind = directory::TenantKind::work;
    std::string user_id;  // empty for an app on its own
    // Set for a person of an identity provider; the user's id in the directory may differ from
    // user_id.
    std::optional<Identity> identity;
    std::string app;
    PermissionSet permissions = 0;  // scopes of a user token, roles of an app token: never both
    bool manages_users = false;     // a directory role that may write users and their photos
    bool manages_photos = false;    // a role that may write only the photos of other users
    bool manages_groups = false;    // a role that may write every group and team
    bool manages_teams = false;     // a role that may write every team
    Instant expires{};  // exp plus the allowed clock skew; the token is refused from then on

    bool is_app() const { return user_id.empty(); }
};

// A unique name of each person and each app, the same for all their tokens: the key for limits and
// queues.
std::string caller_name(const Principal& principal);
CacheKey caller_key(const Principal& principal);  // the same, without an allocation

// The target of a request, for the permission check.
struct AccessRequest {
    Resource resource = Resource::user_photo;
    // The signed-in user, the contents of their mailbox, or a group that they own.
    bool own = false;
    bool is_team = false;  // of a group: whether it is also a team
    Version version = Version::v1;
};

// Whether the principal may: docs/access.md ("The table", "Writing for others"). A delegated write
// of another user's photo also needs a directory role; a delegated write of any user entry needs
// one that manages users. A delegated write of a group or a team, its photo, members or owners
// needs ownership of the group or a directory role. Photos of users cannot be written in a B2C
// tenant.
bool is_allowed(const Principal& principal, Operation operation, const AccessRequest& request);

// False for the photos of users in a B2C tenant: a caller who may read them gets 404.
bool has_photos(const Principal& principal, Resource resource);

// What a directory role allows in addition to a permission.
struct RoleScope {
    bool users = false;   // every user and their photo
    bool groups = false;  // every group and team
    bool teams = false;   // every team
};

// By the role's template id (claim `wids`) or its display name. Nothing for an unknown role.
RoleScope role_scope(std::string_view id_or_name);

// The template id of a known directory role, by its display name in any letter case.
// Empty for any other name.
std::string_view directory_role_id(std::string_view name);

}  // namespace cameo::access
