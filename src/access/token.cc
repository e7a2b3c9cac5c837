#include "access/token.h"

#include <boost/json.hpp>
#include <utility>

#include "access/issuer_document.h"
#include "base/base64url.h"
#include "base/bytes.h"
#include "base/ids.h"

namespace cameo::access {
namespace {

namespace json = boost::json;

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

Issuer builtin_issuer(const SigningKey& key) {
    IssuerDocument document{.issuer = std::string(kBuiltinIssuer)};
    if (auto keys = parse_key_set("{\"keys\":[" + key.public_jwk() + "]}"))
        document.keys = std::move(*keys);
    return {.settings = {.audiences = {std::string(kBuiltinAudience)},
                         .tenant_claim = "tid",
                         .user_claim = "oid",
                         .algorithms = {Algorithm::rs256}},
            .keys = std::make_unique<IssuerKeys>(std::move(document))};
}

}  // namespace cameo::access
