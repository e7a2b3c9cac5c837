#include "access/sign_in.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "access/principal.h"
#include "base/encoding.h"
#include "base/ids.h"
#include "base/text.h"

namespace cameo::access {
namespace {

directory::CodeHash hash_of(std::string_view code) {
    directory::CodeHash hash{};
    SHA256(reinterpret_cast<const unsigned char*>(code.data()), code.size(), hash.data());
    return hash;
}

}  // namespace

Result<std::string> SignIn::make_code(const Grant& grant, Deadline deadline) {
    auto code = to_base64url(*from_hex(random_hex128_lower()));
    const auto now = clock_.now();
    const auto added =
        codes_.add({.hash = hash_of(code),
                    .tenant = grant.tenant,
                    .user = grant.user,
                    .scopes = grant.scopes,
                    .directory_roles = fmt::format("{}", fmt::join(grant.directory_roles, " ")),
                    .ends = now + kCodeTime},
                   now, deadline);
    if (!added) return std::unexpected(added.error());
    return code;
}

Result<SignIn::Grant> SignIn::redeem(std::string_view code, Deadline deadline) {
    auto taken = codes_.take(hash_of(code), clock_.now(), deadline);
    if (!taken) return std::unexpected(std::move(taken.error()));
    if (!*taken) return fail(Fault::unauthenticated, std::string(kUnusableCode));
    auto& found = **taken;
    Grant grant{.tenant = std::move(found.tenant),
                .user = std::move(found.user),
                .scopes = std::move(found.scopes),
                .directory_roles = {}};
    for (const auto role : split_list(found.directory_roles, ' '))
        grant.directory_roles.emplace_back(role);
    return grant;
}

Result<SignIn::Token> SignIn::issue(const Grant& grant, const directory::User& user) const {
    const auto now = clock_.now();
    const Claims claims{.tenant = grant.tenant,
                        .user = user.id,
                        .app = std::string(kWebApp),
                        .user_principal_name = user.user_principal_name,
                        .scopes = grant.scopes,
                        .directory_roles = grant.directory_roles,
                        .expires = now + kSignInTime};
    auto text = issue_token(key_, claims, now);
    if (!text) return std::unexpected(std::move(text.error()));
    return Token{.text = *std::move(text), .expires = claims.expires};
}

std::string web_scopes(const std::vector<std::string>& directory_roles) {
    const bool manages_users = std::ranges::any_of(
        directory_roles, [](const auto& role) { return role_scope(role).users; });
    return manages_users ? "User.ReadWrite User.Read.All Group.Read.All ProfilePhoto.ReadWrite.All"
                         : "User.ReadWrite User.ReadBasic.All";
}

}  // namespace cameo::access
