#include "access/principal.h"

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

}  // namespace

Reach decide(const Principal& principal, Subject subject, Operation operation) {
    const Reach reach = reach_of(principal.permissions, token_kind(principal), subject, operation);
    const bool needs_role =
        operation == Operation::write && !principal.is_app() && !principal.manages_users;
    if (!needs_role) return reach;
    // A person without a role writes their own photo at most, and nobody's directory entry.
    return subject == Subject::user_photo ? std::min(reach, Reach::own) : Reach::none;
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

}  // namespace cameo::access
