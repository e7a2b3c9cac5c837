#pragma once

#include <cstdint>
#include <string_view>

// Which permission reaches how far: docs/access.md, "The table", as one table (permissions.cc).
// Pure functions of their arguments; principal.h has the decision that is made of them.
namespace cameo::access {

// What a permission is about. Photos have their own rows beside the directory entries of their
// owners; so have the members and the owners of a group, and its members where its membership is
// hidden. A contact stands for contact folders too.
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
    contact,
};

bool is_photo(Resource resource);

// Of photos: read_bytes, read (metadata) and write (and delete). Of entries: read, create (POST)
// and write (PATCH, DELETE and what else alters). Of users also read_basic: the basic set of
// properties alone.
enum class Operation : std::uint8_t { read_bytes, read_basic, read, create, write };

// The two faces of the API, where a right differs between them.
enum class Version : std::uint8_t { v1, beta };

// The scope of a right: nothing, what is the signed-in user's own, everything in the tenant.
enum class PermissionScope : std::uint8_t { none, own, all };

// Permissions by name, as bits. Names that the table does not know are left out.
using PermissionSet = std::uint64_t;
PermissionSet permission_bit(std::string_view name);
// Names separated by spaces, as in the claim `scp`. Names are compared exactly.
PermissionSet permissions_from(std::string_view names);

enum class TokenKind : std::uint8_t { work, personal, application };

// The farthest reach that any of the permissions gives.
PermissionScope permission_scope(PermissionSet permissions, TokenKind kind, Resource resource,
                                 Operation operation, Version version);

}  // namespace cameo::access
