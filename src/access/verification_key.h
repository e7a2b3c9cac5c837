#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

// The public half of an issuer's key, and the three signatures that are believed.
namespace cameo::access {

// RFC 7518 section 3.1. `none` and the HS family, whose secret would be the public key, are not
// here, so that no configuration can allow them.
enum class Algorithm : std::uint8_t { rs256, ps256, es256 };

// By its name in a header; names are compared exactly.
std::optional<Algorithm> algorithm_named(std::string_view name);

// Thread-safe. All but withdraw() leaves it as it was made.
class VerificationKey {
  public:
    // What a JSON Web Key says of itself besides the key (RFC 7517 section 4).
    struct About {
        std::string id;                      // kid
        std::optional<Algorithm> algorithm;  // alg; without it, any that fits the key
        std::string issuer;                  // Entra's extension: whose tokens it signs, or empty
    };

    // Big-endian numbers (RFC 7518 section 6). Fault::malformed where they make no key: an RSA
    // modulus under 2048 or over 8192 bits, a point that is not on the curve P-256.
    static Result<std::shared_ptr<const VerificationKey>> rsa(About about, std::string_view modulus,
                                                              std::string_view exponent);
    static Result<std::shared_ptr<const VerificationKey>> p256(About about, std::string_view x,
                                                               std::string_view y);
    ~VerificationKey();
    VerificationKey(const VerificationKey&) = delete;
    VerificationKey& operator=(const VerificationKey&) = delete;

    const About& about() const { return about_; }
    bool fits(Algorithm algorithm) const;

    // Whether `signature`, as a JWS carries it (an ES256 one is r and s, 32 bytes each), is of
    // `text`. REQUIRES: fits(algorithm).
    bool verify(Algorithm algorithm, std::string_view text, std::string_view signature) const;

    bool operator==(const VerificationKey& other) const;  // the same key, said to be the same

    // The issuer publishes it no more: what was believed because of it is to be forgotten.
    void withdraw() const { withdrawn_ = true; }
    bool withdrawn() const { return withdrawn_; }

  private:
    struct Key;
    VerificationKey(About about, std::unique_ptr<const Key> key);

    About about_;
    std::unique_ptr<const Key> key_;
    mutable std::atomic<bool> withdrawn_ = false;
};

}  // namespace cameo::access
