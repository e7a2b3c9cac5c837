#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/identity.h"
#include "access/permissions.h"
#include "base/clock.h"
#include "directory/tenant.h"

namespace cameo::access {

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
    Instant expires{};  // the token's exp and the forgiven skew: from then on it is refused

    bool is_app() const { return user_id.empty(); }
};

// A name for each person and each app, the same whichever token they come with: what is counted and
// queued by caller goes by it.
std::string caller_name(const Principal& principal);

// What is asked for, as far as rights are concerned.
struct Owner {
    Subject subject = Subject::user_photo;
    bool own = false;  // the signed-in user's: themself, or what is in their mailbox
    Version version = Version::v1;
};

// Whether the principal may: the whole of contract section 4. A delegated write of another's photo
// needs a directory role besides the permission, that of any user's entry one that manages users.
// Photos of users cannot be written in a B2C tenant.
bool decide(const Principal& principal, Operation operation, const Owner& owner);

// False for the photos of users in a B2C tenant: whoever may read them finds none.
bool has_photos(const Principal& principal, Subject subject);

// The template id (claim `wids`) of a directory role that may write other people's photos, by its
// display name: User Administrator, Global Administrator, People Administrator. Empty for any
// other.
std::string_view directory_role_id(std::string_view name);
bool is_user_managing_role(std::string_view role_id);

}  // namespace cameo::access
