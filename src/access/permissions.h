#pragma once

#include <cstdint>
#include <string_view>

#include "directory/user.h"

// Who may do what: contract section 4 as one table (permissions.cc). Pure functions of their
// arguments.
namespace cameo::access {

// What a permission is about. Photos have their own rows beside the owners' directory entries.
enum class Subject : std::uint8_t { user_photo, user };
enum class Operation : std::uint8_t { read_bytes, read, write };

// How far a right goes: nobody, the signed-in user only, everybody in the tenant.
enum class Reach : std::uint8_t { none, own, all };

// Permissions by name, as bits. Names that the table does not know are left out.
using PermissionSet = std::uint64_t;
PermissionSet permission_bit(std::string_view name);
// Names separated by spaces, as in the claim `scp`. Names are compared exactly.
PermissionSet permissions_from(std::string_view names);

enum class TokenKind : std::uint8_t { work, personal, application };

// The farthest reach that any of the permissions gives.
Reach reach_of(PermissionSet permissions, TokenKind kind, Subject subject, Operation operation);

}  // namespace cameo::access
