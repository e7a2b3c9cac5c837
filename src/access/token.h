#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "access/issuer.h"
#include "access/signing_key.h"
#include "base/clock.h"
#include "base/result.h"

// The tokens that this server issues itself: JWTs (RFC 7519) in compact form (RFC 7515). They are
// verified as any other issuer's.
namespace cameo::access {

inline constexpr std::string_view kBuiltinIssuer = "urn:cameo:builtin";
inline constexpr std::string_view kBuiltinAudience = "urn:cameo";

// What a token is to say; names as in Entra's tokens. Empty means absent.
struct Claims {
    std::string tenant;                        // tid
    std::string user;                          // oid of a user token
    std::string app;                           // appid
    std::string user_principal_name;           // upn: for people who read tokens
    std::string scopes;                        // scp, separated by spaces
    std::vector<std::string> roles;            // roles
    std::vector<std::string> directory_roles;  // wids
    bool app_only = false;                     // idtyp = app
    Instant expires{};                         // exp
};

Result<std::string> issue_token(const SigningKey& key, const Claims& claims, Instant now);

// The issuer whose tokens these are.
Issuer builtin_issuer(const SigningKey& key);

}  // namespace cameo::access
