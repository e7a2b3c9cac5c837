#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cameo::access {

// The built-in issuer's RSA key (2048 bits), kept as PEM in the data folder. Immutable;
// thread-safe.
class SigningKey {
  public:
    // Makes a key and its file (mode 0600, durable). Fault::internal where the file cannot be made.
    static Result<SigningKey> create(const std::filesystem::path& file);
    // Fault::internal where the file is missing, unreadable, no RSA key, or readable by others.
    static Result<SigningKey> load(const std::filesystem::path& file);

    // RS256: RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 section 3.3.
    Result<std::string> sign(std::string_view text) const;

    // What others verify its signatures with: a JSON Web Key, RFC 7517.
    std::string public_jwk() const;

    // The `kid` of its tokens: from the public key, so it is the same after a restart.
    const std::string& id() const { return id_; }

  private:
    struct Key;
    explicit SigningKey(std::shared_ptr<const Key> key);
    std::shared_ptr<const Key> key_;
    std::string id_;
};

}  // namespace cameo::access
