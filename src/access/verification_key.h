#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

// The public half of an issuer's key, and the three supported signature algorithms.
namespace cameo::access {

// RFC 7518 section 3.1. Excludes `none` and the HS family, whose secret would be the public key, so
// that no configuration can allow them.
enum class Algorithm : std::uint8_t { rs256, ps256, es256 };

// By its name in a header; names are compared exactly.
std::optional<Algorithm> algorithm_named(std::string_view name);

// Thread-safe. Immutable, except withdraw().
class VerificationKey {
  public:
    // The members of a JSON Web Key besides the key itself (RFC 7517 section 4).
    struct About {
        std::string id;                      // kid
        std::optional<Algorithm> algorithm;  // alg; absent: any that fits the key
        std::string issuer;                  // Entra's extension: the issuer that uses it, or empty
    };

    // Big-endian numbers (RFC 7518 section 6). Fault::malformed if they are not a valid key: an RSA
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

    // Whether `signature`, in the form of a JWS (for ES256 r and s, 32 bytes each), is valid for
    // `text`. REQUIRES: fits(algorithm).
    bool verify(Algorithm algorithm, std::string_view text, std::string_view signature) const;

    bool operator==(const VerificationKey& other) const;  // the same key with the same members

    // The issuer no longer publishes it; cached tokens with this key become invalid.
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
