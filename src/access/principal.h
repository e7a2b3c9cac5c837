#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/permissions.h"
#include "base/cache_key.h"
#include "base/clock.h"
#include "directory/objects.h"

namespace cameo::access {

// A person as an identity provider tells of them: what they are found in the directory by, or added
// to it with. Empty where the token does not say.
struct Identity {
    std::string issuer;          // iss
    std::string subject;         // the value of user_claim, as sent; never empty
    std::string name;            // the value of name_claim
    std::string mail;            // `email`, where the issuer says that it verified it
    std::string display_name;    // `name`
    bool match_by_name = false;  // may be the user of that name or address
    bool provision = false;      // may be added to the directory
};

// Who asks, as a verified token says. Immutable once made.
struct Principal {
    std::string tenant;  // Tenant::id
    directory::TenantKind tenant_kind = directory::TenantKind::work;
    std::string user_id;  // empty for an app on its own
    // Of a person whom an identity provider vouches for; the directory's id may differ from
    // user_id.
    std::optional<Identity> identity;
    std::string app;
    PermissionSet permissions = 0;  // scopes of a user token, roles of an app token: never both
    bool manages_users = false;     // holds a directory role that may write others and their photos
    bool manages_photos = false;    // holds one that may write others' photos and no more
    bool manages_groups = false;    // holds one that may write every group and team
    bool manages_teams = false;     // holds one that may write every team
    Instant expires{};  // the token's exp and the forgiven skew: from then on it is refused

    bool is_app() const { return user_id.empty(); }
};

// A name for each person and each app, the same whichever token they come with: what is counted and
// queued by caller goes by it.
std::string caller_name(const Principal& principal);
CacheKey caller_key(const Principal& principal);  // the same, without an allocation

// What is asked for, as far as rights are concerned.
struct AccessRequest {
    Resource resource = Resource::user_photo;
    // The signed-in user's: themself, what is in their mailbox, a group that they own.
    bool own = false;
    bool is_team = false;  // of a group: that it is a team as well
    Version version = Version::v1;
};

// Whether the principal may: docs/access.md ("The table", "Writing for others"). A delegated write
// of another's photo needs a directory role besides the permission, that of any user's entry one
// that manages users; a delegated write of a group or a team, its photo, members or owners needs
// ownership of the group or a directory role. Photos of users cannot be written in a B2C tenant.
bool is_allowed(const Principal& principal, Operation operation, const AccessRequest& request);

// False for the photos of users in a B2C tenant: a caller who may read them gets 404.
bool has_photos(const Principal& principal, Resource resource);

// What a directory role lets its holder write, besides a permission.
struct RoleScope {
    bool users = false;   // every user and their photo
    bool groups = false;  // every group and team
    bool teams = false;   // every team
};

// By the role's template id (claim `wids`) or its display name. Nothing for a role that is not
// known here.
RoleScope role_scope(std::string_view id_or_name);

// The template id of a directory role that is known here, by its display name in any letter case.
// Empty for any other.
std::string_view directory_role_id(std::string_view name);

}  // namespace cameo::access
