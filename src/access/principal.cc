#include "access/principal.h"

#include <array>

#include "base/text.h"

namespace cameo::access {
namespace {

struct DirectoryRole {
    std::string_view name;
    std::string_view id;  // Microsoft's role template id, the same in every tenant
    RoleScope scope;
};

constexpr std::array kRoles{
    DirectoryRole{"User Administrator",
                  "fe930be7-5e62-47db-91af-98c3a49a38b1",
                  {.users = true, .groups = true}},
    DirectoryRole{"Global Administrator",
                  "62e90394-69f5-4237-9190-012177145e10",
                  {.users = true, .groups = true}},
    DirectoryRole{"People Administrator", "024906de-61e5-49c8-8572-40335f1e0e10", {.users = true}},
    DirectoryRole{"Groups Administrator", "fdd7a751-b60b-444a-984c-02652fe8fa1c", {.groups = true}},
    DirectoryRole{"Teams Administrator", "69091246-20e8-4a56-aa4d-066075b2a7a8", {.teams = true}},
};

TokenKind token_kind(const Principal& principal) {
    if (principal.is_app()) return TokenKind::application;
    return principal.tenant_kind == directory::TenantKind::personal ? TokenKind::personal
                                                                    : TokenKind::work;
}

// Whether a person owns the target of a write, or has the directory role that the write needs.
// Creating groups and writing contacts needs neither.
bool owns_or_has_role(const Principal& principal, Operation operation,
                      const AccessRequest& request) {
    switch (request.resource) {
        case Resource::user:
        case Resource::manager:
            return principal.manages_users;
        case Resource::user_photo:
            return request.own || principal.manages_users || principal.manages_photos;
        case Resource::contact:
        case Resource::contact_photo:
            return true;
        default:
            return operation == Operation::create || request.own || principal.manages_groups ||
                   (request.is_team && principal.manages_teams);
    }
}

}  // namespace

bool is_allowed(const Principal& principal, Operation operation, const AccessRequest& request) {
    const bool writes = operation == Operation::write || operation == Operation::create ||
                        operation == Operation::convert;
    if (writes && !has_photos(principal, request.resource)) return false;
    if (writes && !principal.is_app() && !owns_or_has_role(principal, operation, request))
        return false;
    const PermissionScope scope = permission_scope(principal.permissions, token_kind(principal),
                                                   request.resource, operation, request.version);
    return scope == PermissionScope::all || (scope == PermissionScope::own && request.own);
}

bool has_photos(const Principal& principal, Resource resource) {
    return principal.tenant_kind != directory::TenantKind::b2c || resource != Resource::user_photo;
}

RoleScope role_scope(std::string_view id_or_name) {
    for (const auto& role : kRoles)
        if (role.id == id_or_name || equals_ignoring_case(role.name, id_or_name)) return role.scope;
    return {};
}

std::string_view directory_role_id(std::string_view name) {
    for (const auto& role : kRoles)
        if (equals_ignoring_case(role.name, name)) return role.id;
    return {};
}

std::string caller_name(const Principal& principal) {
    return std::string(std::string_view(caller_key(principal)));
}

CacheKey caller_key(const Principal& principal) {
    CacheKey key;
    key.append(principal.tenant).append(principal.is_app() ? " app " : " user ");
    return key.append(principal.is_app() ? principal.app : principal.user_id);
}

}  // namespace cameo::access
