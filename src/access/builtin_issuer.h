#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/issuer_keys.h"
#include "base/clock.h"
#include "base/result.h"

namespace cameo::access {

// The built-in issuer's RSA key (2048 bits), kept as PEM in the data folder. Immutable;
// thread-safe.
class SigningKey {
  public:
    // Creates a key and its file (mode 0600, durable). Fault::internal if the file cannot be made.
    static Result<SigningKey> create(const std::filesystem::path& file);
    // Fault::internal if the file is missing, unreadable, not an RSA key, or readable by others.
    static Result<SigningKey> load(const std::filesystem::path& file);

    // RS256: RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 section 3.3.
    Result<std::string> sign(std::string_view text) const;

    // The key that verifies its signatures: a JSON Web Key, RFC 7517.
    std::string public_jwk() const;

    // The `kid` of its tokens: derived from the public key, so a restart does not change it.
    const std::string& id() const { return id_; }

  private:
    struct Key;
    explicit SigningKey(std::shared_ptr<const Key> key);
    std::shared_ptr<const Key> key_;
    std::string id_;
};

// The tokens that this server issues itself: JWTs (RFC 7519) in compact form (RFC 7515). Their
// verification is that of any other issuer's.
inline constexpr std::string_view kBuiltinIssuer = "urn:cameo:builtin";
inline constexpr std::string_view kBuiltinAudience = "urn:cameo";

// The claims of a new token; names as in Entra's tokens. Empty means absent.
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

// The issuer of these tokens.
Issuer builtin_issuer(const SigningKey& key);

}  // namespace cameo::access
