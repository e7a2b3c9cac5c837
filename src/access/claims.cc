#include "access/claims.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <optional>

#include "access/jwt.h"
#include "base/text.h"

namespace cameo::access {
namespace {

namespace json = boost::json;

// NumericDate of RFC 7519: seconds, perhaps with a fraction. nullopt where absent, no number, or
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

// Keycloak: `client_id` is there for service accounts only, and their names are of this form.
bool is_service_account(const json::object& claims) {
    const auto client = text_at(claims, "client_id");
    return !client.empty() && client == text_at(claims, "azp") &&
           text_at(claims, "preferred_username") == "service-account-" + to_lower(client);
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

}  // namespace cameo::access
