#include "access/token.h"

#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "base/base64url.h"
#include "base/bytes.h"
#include "base/ids.h"

namespace cameo::access {
namespace {

namespace json = boost::json;

std::unexpected<Error> refuse(std::string reason) {
    return fail(Fault::unauthenticated, std::move(reason));
}

std::string encode(const json::object& part) {
    return to_base64url(as_bytes(json::serialize(part)));
}

std::int64_t seconds(Instant time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

json::array array_of(const std::vector<std::string>& texts) {
    json::array array;
    for (const auto& text : texts) array.emplace_back(text);
    return array;
}

struct Parts {
    std::string_view signed_text;  // header and payload with the dot between
    std::string_view header, payload, signature;
};

std::optional<Parts> split(std::string_view token) {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    if (token.find('.', first + 1) != last) return std::nullopt;
    return Parts{token.substr(0, last), token.substr(0, first),
                 token.substr(first + 1, last - first - 1), token.substr(last + 1)};
}

std::optional<json::object> parse_part(std::string_view part) {
    const auto text = from_base64url(part);
    if (!text) return std::nullopt;
    boost::system::error_code error;
    auto value = json::parse(*text, error, {}, {.max_depth = 8});
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::string text_of(const json::object& part, std::string_view name) {
    const auto* value = part.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

std::vector<std::string> texts_of(const json::object& part, std::string_view name) {
    std::vector<std::string> texts;
    const auto* value = part.if_contains(name);
    if (value == nullptr || !value->is_array()) return texts;
    for (const auto& item : value->get_array())
        if (item.is_string()) texts.emplace_back(item.get_string());
    return texts;
}

// NumericDate of RFC 7519: seconds, perhaps with a fraction. nullopt where absent, no number, or
// outside the years that an Instant holds.
std::optional<Instant> time_of(const json::object& part, std::string_view name) {
    const auto* value = part.if_contains(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    const double seconds = value->to_number<double>();
    if (!(std::abs(seconds) < 1e12)) return std::nullopt;
    return Instant(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

Result<void> check_header(const json::object& header, const SigningKey& key) {
    if (text_of(header, "alg") != "RS256")
        return refuse("Access token validation failure. The algorithm is not accepted.");
    if (header.contains("crit"))
        return refuse("Access token validation failure. A critical extension is not known.");
    if (text_of(header, "kid") != key.id())
        return refuse("Access token validation failure. The signing key is not known.");
    return {};
}

Result<void> check_claims(const json::object& claims, Instant now) {
    if (text_of(claims, "iss") != kBuiltinIssuer)
        return refuse("Access token validation failure. Invalid issuer.");
    if (text_of(claims, "aud") != kBuiltinAudience)
        return refuse("Access token validation failure. Invalid audience.");
    const auto expires = time_of(claims, "exp");
    if (!expires) return refuse("Access token validation failure. It has no expiry.");
    if (*expires + kClockSkew <= now) return refuse("Access token has expired.");
    if (claims.contains("nbf")) {
        const auto not_before = time_of(claims, "nbf");
        if (!not_before || *not_before > now + kClockSkew)
            return refuse("Access token is not yet valid.");
    }
    return {};
}

Claims read_claims(const json::object& claims) {
    return {.tenant = text_of(claims, "tid"),
            .user = text_of(claims, "oid"),
            .app = text_of(claims, "appid"),
            .user_principal_name = text_of(claims, "upn"),
            .scopes = text_of(claims, "scp"),
            .roles = texts_of(claims, "roles"),
            .directory_roles = texts_of(claims, "wids"),
            .app_only = text_of(claims, "idtyp") == "app",
            .expires = *time_of(claims, "exp")};
}

}  // namespace

Result<std::string> issue_token(const SigningKey& key, const Claims& claims, Instant now) {
    json::object body{{"iss", kBuiltinIssuer},
                      {"aud", kBuiltinAudience},
                      {"iat", seconds(now)},
                      {"nbf", seconds(now)},
                      {"exp", seconds(claims.expires)},
                      {"tid", claims.tenant},
                      {"appid", claims.app},
                      {"jti", new_guid()},
                      {"ver", "2.0"}};
    if (claims.app_only) {
        body["idtyp"] = "app";
        body["roles"] = array_of(claims.roles);
    } else {
        body["idtyp"] = "user";
        body["oid"] = claims.user;
        body["upn"] = claims.user_principal_name;
        body["scp"] = claims.scopes;
        if (!claims.directory_roles.empty()) body["wids"] = array_of(claims.directory_roles);
    }
    const json::object header{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", key.id()}};
    std::string token = encode(header) + '.' + encode(body);
    const auto signature = key.sign(token);
    if (!signature) return std::unexpected(signature.error());
    return token + '.' + to_base64url(as_bytes(*signature));
}

Result<Claims> verify_token(const SigningKey& key, std::string_view token, Instant now) {
    if (token.size() > kMaxTokenBytes) return refuse("Access token is too long.");
    const auto parts = split(token);
    if (!parts) return refuse("Access token is malformed.");
    const auto header = parse_part(parts->header);
    const auto payload = parse_part(parts->payload);
    const auto signature = from_base64url(parts->signature);
    if (!header || !payload || !signature) return refuse("Access token is malformed.");
    if (auto fine = check_header(*header, key); !fine) return std::unexpected(fine.error());
    if (!key.verify(parts->signed_text, *signature))
        return refuse("Access token validation failure. Invalid signature.");
    if (auto fine = check_claims(*payload, now); !fine) return std::unexpected(fine.error());
    return read_claims(*payload);
}

}  // namespace cameo::access
