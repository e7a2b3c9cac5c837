#include "access/claims.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "access/jwt.h"
#include "base/text.h"

namespace cameo::access {
namespace {

namespace json = boost::json;

// NumericDate of RFC 7519: seconds, possibly with a fraction. nullopt if absent, not a number, or
// outside the years that an Instant holds.
std::optional<Instant> time_of(const json::object& claims, std::string_view name) {
    const auto* value = claims.if_contains(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    const double seconds = value->to_number<double>();
    if (!(std::abs(seconds) < 1e12)) return std::nullopt;
    return Instant(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

bool names_a_person(const json::object& claims, const IssuerSettings& settings) {
    constexpr std::array<std::string_view, 4> kNames{"upn", "preferred_username", "unique_name",
                                                     "email"};
    return std::ranges::any_of(kNames, [&](auto name) { return claims.contains(name); }) ||
           (!settings.name_claim.empty() && claim_at(claims, settings.name_claim) != nullptr);
}

bool has_scopes(const json::object& claims, const IssuerSettings& settings) {
    if (!settings.scope_claim.empty()) return claim_at(claims, settings.scope_claim) != nullptr;
    return claims.contains("scp") || claims.contains("scope");
}

// Keycloak: only service accounts have `client_id`, and their names have this form.
bool is_service_account(const json::object& claims) {
    const auto client = text_at(claims, "client_id");
    return !client.empty() && client == text_at(claims, "azp") &&
           text_at(claims, "preferred_username") == "service-account-" + to_lower(client);
}

namespace json = boost::json;

// The configured claim, else the first of the usual claims that is present.
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

// Scopes apply to people, roles to apps; roles in a user token are never application permissions.
PermissionSet permissions_of(const json::object& claims, const IssuerSettings& settings,
                             bool app_only) {
    PermissionSet set = 0;
    for (const auto& name :
         app_only ? words_at(claims, settings.role_claim) : scopes_of(claims, settings))
        set |= permission_bit(name);
    return set;
}

// Accepts only an array, because names of roles contain spaces.
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

// An issuer without `email_verified` may let people choose any address.
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
    // Entra's tid is an id; it must not match a tenant whose name looks like an id.
    const bool by_id_only = settings.tenant.empty() && settings.tenant_claim == "tid";
    const auto found = std::ranges::find_if(tenants, [&](const directory::Tenant& tenant) {
        return tenant.id == to_lower(name) || (tenant.name == name && !by_id_only);
    });
    if (name.empty() || found == tenants.end())
        return refuse_token("The tenant is not known here.");
    return *found;
}

}  // namespace

const json::value* claim_at(const json::object& claims,  // NOLINT(misc-no-recursion): short paths
                            std::string_view path) {
    if (const auto* value = claims.if_contains(path)) return value;
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
        const auto* outer = claims.if_contains(path.substr(0, dot));
        const auto* object = outer == nullptr ? nullptr : outer->if_object();
        if (object == nullptr) continue;
        if (const auto* value = claim_at(*object, path.substr(dot + 1))) return value;
    }
    return nullptr;
}

std::vector<std::string> words_at(const json::object& claims, std::string_view path) {
    std::vector<std::string> words;
    const auto* value = claim_at(claims, path);
    if (value == nullptr) return words;
    if (value->is_string())
        for (const auto word : split_list(value->get_string(), ' ')) words.emplace_back(word);
    if (value->is_array())
        for (const auto& item : value->get_array())
            if (item.is_string()) words.emplace_back(item.get_string());
    return words;
}

std::string text_at(const json::object& claims, std::string_view path) {
    const auto* value = claim_at(claims, path);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

bool is_app_only(const json::object& claims, const IssuerSettings& settings) {
    if (claims.contains("idtyp")) return text_at(claims, "idtyp") == "app";
    const auto subject = text_at(claims, "sub");
    if (subject.empty()) return false;
    if (subject == app_of(claims)) return true;  // RFC 9068 section 2.2
    if (is_service_account(claims)) return true;
    // Entra without the optional claim idtyp: a person's sub differs from their oid.
    return subject == text_at(claims, "oid") && !has_scopes(claims, settings) &&
           !names_a_person(claims, settings);
}

Result<void> check_audience(const json::object& claims, const IssuerSettings& settings) {
    const auto* value = claims.if_contains("aud");
    std::vector<std::string> audiences;
    if (value != nullptr && value->is_string()) audiences.emplace_back(value->get_string());
    if (value != nullptr && value->is_array()) audiences = words_at(claims, "aud");
    if (std::ranges::any_of(audiences, is_graphs_audience))
        return refuse_token("Invalid audience: the token is meant for Microsoft Graph.");
    if (std::ranges::find_first_of(audiences, settings.audiences) == audiences.end())
        return refuse_token("Invalid audience.");
    return {};
}

Result<void> check_times(const json::object& claims, Instant now) {
    const auto expires = time_of(claims, "exp");
    if (!expires) return refuse_token("It has no expiry.");
    if (*expires + kClockSkew <= now)
        return fail(Fault::unauthenticated, "Access token has expired.");
    for (const auto* name : {"nbf", "iat"}) {
        if (!claims.contains(name)) continue;
        const auto time = time_of(claims, name);
        if (!time || *time > now + kClockSkew)
            return fail(Fault::unauthenticated, "Access token is not yet valid.");
    }
    return {};
}

Instant expiry_of(const json::object& claims) { return time_of(claims, "exp").value_or(Instant{}); }

std::string app_of(const json::object& claims) {
    for (const auto* name : {"appid", "azp", "client_id", "cid"})
        if (auto app = text_at(claims, name); !app.empty()) return app;
    return {};
}

Result<Principal> make_principal(const json::object& claims, const IssuerSettings& settings,
                                 const std::vector<directory::Tenant>& tenants,
                                 const std::vector<std::string>& photo_admin_roles) {
    const auto tenant = tenant_of(claims, settings, tenants);
    if (!tenant) return std::unexpected(tenant.error());
    const bool app_only = is_app_only(claims, settings);
    const auto subject = first_text(claims, settings.user_claim, {"oid", "sub"});
    if (!app_only && subject.empty()) return refuse_token("It names neither a user nor an app.");
    if (!app_only && !is_subject(subject)) return refuse_token("Its user is not a valid subject.");
    const auto roles = app_only ? std::vector<std::string>() : directory_roles_of(claims, settings);
    const auto manages = [&](bool RoleScope::* what) {
        return std::ranges::any_of(roles,
                                   [&](const std::string& role) { return role_scope(role).*what; });
    };
    Principal principal{.tenant = tenant->id,
                        .tenant_kind = tenant->kind,
                        .user_id = app_only ? std::string() : to_lower(subject),
                        .app = app_of(claims),
                        .permissions = permissions_of(claims, settings, app_only),
                        .manages_users = manages(&RoleScope::users),
                        .manages_photos = shares_one(roles, photo_admin_roles),
                        .manages_groups = manages(&RoleScope::groups),
                        .manages_teams = manages(&RoleScope::teams),
                        .expires = expiry_of(claims) + kClockSkew};
    if (!app_only && !settings.discovery.empty())
        principal.identity = identity_of(claims, settings, subject);
    return principal;
}

}  // namespace cameo::access
