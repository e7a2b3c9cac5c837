#include "access/principal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace cameo::access {
namespace {

struct DirectoryRole {
    std::string_view name;
    std::string_view id;  // Microsoft's role template id, the same in every tenant
};

constexpr std::array kUserManagingRoles{
    DirectoryRole{"User Administrator", "fe930be7-5e62-47db-91af-98c3a49a38b1"},
    DirectoryRole{"Global Administrator", "62e90394-69f5-4237-9190-012177145e10"},
    DirectoryRole{"People Administrator", "024906de-61e5-49c8-8572-40335f1e0e10"},
};

TokenKind token_kind(const Principal& principal) {
    if (principal.is_app()) return TokenKind::application;
    return principal.tenant_kind == directory::TenantKind::personal ? TokenKind::personal
                                                                    : TokenKind::work;
}

// Whether a person has the directory role that a write of this needs; most need none.
bool has_role_for(const Principal& principal, const Owner& owner) {
    if (owner.subject == Subject::user) return principal.manages_users;
    if (owner.subject == Subject::user_photo && !owner.own)
        return principal.manages_users || principal.manages_photos;
    return true;
}

}  // namespace

bool decide(const Principal& principal, Operation operation, const Owner& owner) {
    const bool writes = operation == Operation::write || operation == Operation::create;
    if (writes && !has_photos(principal, owner.subject)) return false;
    if (writes && !principal.is_app() && !has_role_for(principal, owner)) return false;
    const Reach reach = reach_of(principal.permissions, token_kind(principal), owner.subject,
                                 operation, owner.version);
    return reach == Reach::all || (reach == Reach::own && owner.own);
}

bool has_photos(const Principal& principal, Subject subject) {
    return principal.tenant_kind != directory::TenantKind::b2c || subject != Subject::user_photo;
}

std::string_view directory_role_id(std::string_view name) {
    for (const auto& role : kUserManagingRoles)
        if (equals_ignoring_case(role.name, name)) return role.id;
    return {};
}

bool is_user_managing_role(std::string_view role_id) {
    return std::ranges::find(kUserManagingRoles, role_id, &DirectoryRole::id) !=
           kUserManagingRoles.end();
}

std::string caller_name(const Principal& principal) {
    return principal.is_app() ? fmt::format("{} app {}", principal.tenant, principal.app)
                              : fmt::format("{} user {}", principal.tenant, principal.user_id);
}

}  // namespace cameo::access
