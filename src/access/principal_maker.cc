#include "access/principal_maker.h"

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "access/claims.h"
#include "access/jwt.h"
#include "base/text.h"

namespace cameo::access {
namespace {

namespace json = boost::json;

// The configured claim, else the first of the usual ones that is there.
std::string first_text(const json::object& claims, const std::string& configured,
                       std::initializer_list<std::string_view> usual) {
    if (!configured.empty()) return text_at(claims, configured);
    for (const auto name : usual)
        if (auto text = text_at(claims, name); !text.empty()) return text;
    return {};
}

std::vector<std::string> scopes_of(const json::object& claims, const IssuerSettings& settings) {
    if (!settings.scope_claim.empty()) return words_at(claims, settings.scope_claim);
    return words_at(claims, claims.contains("scp") ? "scp" : "scope");
}

// Scopes count for people, roles for apps; a user token's roles are never application permissions.
PermissionSet permissions_of(const json::object& claims, const IssuerSettings& settings,
                             bool app_only) {
    PermissionSet set = 0;
    for (const auto& name :
         app_only ? words_at(claims, settings.role_claim) : scopes_of(claims, settings))
        set |= permission_bit(name);
    return set;
}

// An array only: names of roles have spaces.
std::vector<std::string> directory_roles_of(const json::object& claims,
                                            const IssuerSettings& settings) {
    std::vector<std::string> roles;
    const auto* value = claim_at(claims, settings.directory_role_claim);
    if (value == nullptr || !value->is_array()) return roles;
    for (const auto& role : value->get_array())
        if (role.is_string()) roles.emplace_back(role.get_string());
    return roles;
}

bool shares_one(const std::vector<std::string>& held, const std::vector<std::string>& wanted) {
    return std::ranges::any_of(held, [&](std::string_view role) {
        return std::ranges::any_of(
            wanted, [&](std::string_view name) { return equals_ignoring_case(role, name); });
    });
}

// OpenID Connect Core 1.0 section 2: `sub` has at most 255 ASCII characters.
bool is_subject(std::string_view text) {
    constexpr std::size_t kLongest = 255;
    return text.size() <= kLongest &&
           std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

// An issuer that does not say whether it verified an address may let people choose any.
bool is_mail_verified(const json::object& claims) {
    const auto* value = claims.if_contains("email_verified");
    if (value == nullptr) return false;
    return value->is_bool() ? value->get_bool() : text_at(claims, "email_verified") == "true";
}

Identity identity_of(const json::object& claims, const IssuerSettings& settings,
                     const std::string& subject) {
    Identity identity{.issuer = text_at(claims, "iss"),
                      .subject = subject,
                      .display_name = text_at(claims, "name"),
                      .match_by_name = settings.match_by_name,
                      .provision = settings.provision};
    if (is_mail_verified(claims)) identity.mail = text_at(claims, "email");
    identity.name = settings.name_claim == "email"
                        ? identity.mail
                        : first_text(claims, settings.name_claim, {"upn", "preferred_username"});
    return identity;
}

Result<directory::Tenant> tenant_of(const json::object& claims, const IssuerSettings& settings,
                                    const std::vector<directory::Tenant>& tenants) {
    const auto name =
        settings.tenant.empty() ? text_at(claims, settings.tenant_claim) : settings.tenant;
    // Entra's tid is an id; a tenant whose name looks like one must not be taken for it.
    const bool by_id_only = settings.tenant.empty() && settings.tenant_claim == "tid";
    const auto found = std::ranges::find_if(tenants, [&](const directory::Tenant& tenant) {
        return tenant.id == to_lower(name) || (tenant.name == name && !by_id_only);
    });
    if (name.empty() || found == tenants.end())
        return refuse_token("The tenant is not known here.");
    return *found;
}

}  // namespace

Result<Principal> make_principal(const json::object& claims, const IssuerSettings& settings,
                                 const std::vector<directory::Tenant>& tenants,
                                 const std::vector<std::string>& photo_admin_roles) {
    const auto tenant = tenant_of(claims, settings, tenants);
    if (!tenant) return std::unexpected(tenant.error());
    const bool app_only = is_app_only(claims, settings);
    const auto subject = first_text(claims, settings.user_claim, {"oid", "sub"});
    if (!app_only && subject.empty()) return refuse_token("It names neither a user nor an app.");
    if (!app_only && !is_subject(subject))
        return refuse_token("The user that it names is no valid subject.");
    const auto roles = app_only ? std::vector<std::string>() : directory_roles_of(claims, settings);
    const auto manages = [&](bool RoleReach::* what) {
        return std::ranges::any_of(
            roles, [&](const std::string& role) { return reach_of_role(role).*what; });
    };
    Principal principal{.tenant = tenant->id,
                        .tenant_kind = tenant->kind,
                        .user_id = app_only ? std::string() : to_lower(subject),
                        .app = app_of(claims),
                        .permissions = permissions_of(claims, settings, app_only),
                        .manages_users = manages(&RoleReach::users),
                        .manages_photos = shares_one(roles, photo_admin_roles),
                        .manages_groups = manages(&RoleReach::groups),
                        .manages_teams = manages(&RoleReach::teams),
                        .expires = expiry_of(claims) + kClockSkew};
    if (!app_only && !settings.discovery.empty())
        principal.identity = identity_of(claims, settings, subject);
    return principal;
}

}  // namespace cameo::access
