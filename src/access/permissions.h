#pragma once

#include <cstdint>
#include <string_view>

// The scope of each permission: docs/access.md, "The table", as one table (permissions.cc).
// Pure functions; principal.h uses them to decide about a request.
namespace cameo::access {

// The resource of a permission. Photos have separate rows from the directory entries of their
// owners. Members, hidden members and owners of a group have rows of their own. The rows of
// contacts also apply to contact folders.
enum class Resource : std::uint8_t {
    user_photo,
    group_photo,
    team_photo,
    contact_photo,
    user,
    group,
    member,
    hidden_member,
    owner,
    team,
    team_archive,     // whether a team is archived
    team_member,      // members and owners of a team as one list
    team_owner_role,  // the role of an owner in that list
    contact,
    member_of,             // the groups of a user
    transitive_member_of,  // the same groups, with permissions of their own
    manager,
    direct_reports,
    people,            // persons close to a user
    directory_object,  // a user or group by its id alone
    member_groups,     // the ids of the groups of a user or a group
    member_objects,    // the same ids, with permissions of their own
    organization,      // the caller's tenant
    domain,            // its domains
    deleted_item,      // a deleted user or group, of which none is kept
    photo_settings,    // who may change the photos of others
};

bool is_photo(Resource resource);

// Of photos: read_bytes, read (metadata) and write (and delete). Of entries: read, create (POST)
// and write (PATCH, DELETE and all other changes). Of users also read_basic: only the basic set of
// properties. Of teams also convert: a POST that makes a team of a group that exists.
enum class Operation : std::uint8_t { read_bytes, read_basic, read, create, convert, write };

// The version of the API; one permission differs between the two.
enum class Version : std::uint8_t { v1, beta };

// The scope of a permission: nothing, the signed-in user's own data, everything in the tenant.
enum class PermissionScope : std::uint8_t { none, own, all };

// A set of permissions, as bits. Unknown names are ignored.
using PermissionSet = std::uint64_t;
PermissionSet permission_bit(std::string_view name);
// Names separated by spaces, as in the claim `scp`. Names are compared exactly.
PermissionSet permissions_from(std::string_view names);

enum class TokenKind : std::uint8_t { work, personal, application };

// The widest scope of the permissions.
PermissionScope permission_scope(PermissionSet permissions, TokenKind kind, Resource resource,
                                 Operation operation, Version version);

}  // namespace cameo::access
