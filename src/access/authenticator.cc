#include "access/authenticator.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <utility>

#include "access/token.h"
#include "base/bytes.h"
#include "base/text.h"

namespace cameo::access {
namespace {

constexpr std::string_view kScheme = "bearer";

// The token of `Bearer TOKEN` (RFC 6750 section 2.1); empty where there is none.
std::string_view bearer_token(std::string_view authorization) {
    if (authorization.size() <= kScheme.size() || authorization[kScheme.size()] != ' ') return {};
    if (!equals_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) return {};
    return trim(authorization.substr(kScheme.size()));
}

using Hash = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Hash hash_of(std::string_view token) {
    Hash hash{};
    SHA256(as_bytes(token).data(), token.size(), hash.data());
    return hash;
}

// Scopes count for people, roles for apps; a user token's roles are never application permissions.
PermissionSet permissions_of(const Claims& claims) {
    if (!claims.app_only) return permissions_from(claims.scopes);
    PermissionSet set = 0;
    for (const auto& role : claims.roles) set |= permission_bit(role);
    return set;
}

bool shares_one(const std::vector<std::string>& held, const std::vector<std::string>& wanted) {
    return std::ranges::any_of(held, [&](std::string_view role) {
        return std::ranges::any_of(
            wanted, [&](std::string_view name) { return equals_ignoring_case(role, name); });
    });
}

Principal principal_of(const Claims& claims, const directory::Tenant& tenant,
                       const std::vector<std::string>& photo_admin_roles) {
    return {.tenant = tenant.id,
            .tenant_kind = tenant.kind,
            .user_id = claims.app_only ? std::string() : to_lower(claims.user),
            .app = claims.app,
            .permissions = permissions_of(claims),
            .manages_users = std::ranges::any_of(claims.directory_roles, is_user_managing_role),
            .manages_photos = shares_one(claims.directory_roles, photo_admin_roles),
            .expires = claims.expires + kClockSkew};
}

}  // namespace

Authenticator::Authenticator(SigningKey key, std::vector<directory::Tenant> tenants,
                             const Clock& clock, std::size_t remembered_tokens,
                             std::vector<std::string> photo_admin_roles)
    : key_(std::move(key)),
      tenants_(std::move(tenants)),
      clock_(clock),
      photo_admin_roles_(std::move(photo_admin_roles)),
      remembered_(remembered_tokens) {}

Result<std::shared_ptr<const Principal>> Authenticator::authenticate(
    std::string_view authorization) {
    const std::string_view token = bearer_token(authorization);
    if (token.empty()) return fail(Fault::unauthenticated, "Access token is empty.");
    const Hash hash = hash_of(token);
    const std::string_view key = as_text(hash);
    if (auto known = remembered_.find(key)) {
        if ((*known)->expires > clock_.now()) return *known;
        remembered_.erase(key);
    }
    auto principal = verify(token);
    if (principal) remembered_.put(key, *principal, 1);
    return principal;
}

Result<std::shared_ptr<const Principal>> Authenticator::verify(std::string_view token) const {
    const auto claims = verify_token(key_, token, clock_.now());
    if (!claims) return std::unexpected(claims.error());
    const auto tenant = std::ranges::find(tenants_, claims->tenant, &directory::Tenant::id);
    if (tenant == tenants_.end())
        return fail(Fault::unauthenticated,
                    "Access token validation failure. The tenant is not known here.");
    if (!claims->app_only && claims->user.empty())
        return fail(Fault::unauthenticated,
                    "Access token validation failure. It names neither a user nor an app.");
    return std::make_shared<const Principal>(principal_of(*claims, *tenant, photo_admin_roles_));
}

}  // namespace cameo::access
