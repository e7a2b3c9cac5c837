#pragma once

#include <memory>
#include <string>
#include <string_view>

// Keys and tokens for the tests, valid and forged.
namespace cameo::access::testing {

// A key pair of an identity provider.
class TestKey {
  public:
    static TestKey rsa(std::string id, int bits = 2048);
    static TestKey p256(std::string id);

    const std::string& id() const { return id_; }
    // The public half as a JSON Web Key; `more`: further members, each with a comma before it.
    std::string jwk(std::string_view more = "") const;
    // The public half as PEM, which a forger could use as the secret of HS256.
    std::string pem() const;
    // RS256, PS256 or ES256, the latter as r and s side by side.
    std::string sign(std::string_view text, std::string_view algorithm) const;
    // In DER, as OpenSSL returns it.
    std::string sign_der(std::string_view text) const;

  private:
    struct Key;
    TestKey(std::string id, std::shared_ptr<const Key> key);
    std::string id_;
    std::shared_ptr<const Key> key_;
};

// {"keys":[...]} of the keys.
std::string key_set(std::initializer_list<const TestKey*> keys);

std::string hmac_sha256(std::string_view secret, std::string_view text);

// header.payload of two JSON texts.
std::string unsigned_token(std::string_view header, std::string_view payload);
std::string with_signature(std::string_view unsigned_text, std::string_view signature);

// A token with that payload: {"alg","kid","typ"} in its header.
std::string token_of(const TestKey& key, std::string_view payload,
                     std::string_view algorithm = "RS256");

}  // namespace cameo::access::testing
