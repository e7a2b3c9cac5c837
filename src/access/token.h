#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/signing_key.h"
#include "base/clock.h"
#include "base/result.h"

// Access tokens as JWTs (RFC 7519) in compact form (RFC 7515), of the built-in issuer.
namespace cameo::access {

inline constexpr std::string_view kBuiltinIssuer = "urn:cameo:builtin";
inline constexpr std::string_view kBuiltinAudience = "urn:cameo";
// How far the clocks of an issuer and of this server may lie apart (contract section 5).
inline constexpr std::chrono::minutes kClockSkew{5};
// A longer token is refused unread.
inline constexpr std::size_t kMaxTokenBytes = 16'384;

// The claims that rights are made of; names as in Entra's tokens. Empty means absent.
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

// The claims of a token that this key signed and that holds now. Fault::unauthenticated, with a
// sentence for the client, where anything is wrong: form, algorithm, key, signature, issuer,
// audience, time. The clock is the issuer's own, so no skew is allowed.
Result<Claims> verify_token(const SigningKey& key, std::string_view token, Instant now);

}  // namespace cameo::access
