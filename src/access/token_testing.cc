#include "access/token_testing.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <utility>

#include "base/bytes.h"
#include "base/encoding.h"

namespace cameo::access::testing {
namespace {

constexpr std::size_t kCoordinate = 32;

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) { return as_bytes(text).data(); }

std::string encode(std::string_view text) { return to_base64url(as_bytes(text)); }

std::string padded(const BIGNUM* number, std::size_t size) {
    std::string bytes(size, '\0');
    BN_bn2binpad(number, bytes_of(bytes), static_cast<int>(size));
    return bytes;
}

std::string number(EVP_PKEY* key, const char* name, std::size_t size = 0) {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key, name, &value);
    auto bytes = padded(value, size != 0 ? size : static_cast<std::size_t>(BN_num_bytes(value)));
    BN_free(value);
    return encode(bytes);
}

// r and s of a DER signature, RFC 7518 section 3.4.
std::string side_by_side(const std::string& der) {
    const auto* at = bytes_of(std::string_view(der));
    ECDSA_SIG* both = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    auto text =
        padded(ECDSA_SIG_get0_r(both), kCoordinate) + padded(ECDSA_SIG_get0_s(both), kCoordinate);
    ECDSA_SIG_free(both);
    return text;
}

}  // namespace

struct TestKey::Key {
    explicit Key(EVP_PKEY* made) : key(made) {}
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;
    ~Key() { EVP_PKEY_free(key); }
    EVP_PKEY* key;
};

TestKey::TestKey(std::string id, std::shared_ptr<const Key> key)
    : id_(std::move(id)), key_(std::move(key)) {}

TestKey TestKey::rsa(std::string id, int bits) {
    return {std::move(id), std::make_shared<const Key>(EVP_RSA_gen(static_cast<unsigned>(bits)))};
}

TestKey TestKey::p256(std::string id) {
    return {std::move(id), std::make_shared<const Key>(EVP_EC_gen("P-256"))};
}

std::string TestKey::jwk(std::string_view more) const {
    EVP_PKEY* key = key_->key;
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
        return fmt::format(R"({{"kty":"RSA","kid":"{}","n":"{}","e":"{}"{}}})", id_,
                           number(key, OSSL_PKEY_PARAM_RSA_N), number(key, OSSL_PKEY_PARAM_RSA_E),
                           more);
    return fmt::format(R"({{"kty":"EC","crv":"P-256","kid":"{}","x":"{}","y":"{}"{}}})", id_,
                       number(key, OSSL_PKEY_PARAM_EC_PUB_X, kCoordinate),
                       number(key, OSSL_PKEY_PARAM_EC_PUB_Y, kCoordinate), more);
}

std::string TestKey::pem() const {
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(out, key_->key);
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(out);
    return text;
}

std::string TestKey::sign(std::string_view text, std::string_view algorithm) const {
    EVP_MD_CTX* digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX* context = nullptr;
    EVP_DigestSignInit(digest, &context, EVP_sha256(), nullptr, key_->key);
    if (algorithm == "PS256") {
        EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST);
    }
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_->key)), '\0');
    std::size_t length = signature.size();
    EVP_DigestSign(digest, bytes_of(signature), &length, bytes_of(text), text.size());
    EVP_MD_CTX_free(digest);
    signature.resize(length);
    return algorithm == "ES256" ? side_by_side(signature) : signature;
}

std::string TestKey::sign_der(std::string_view text) const { return sign(text, "DER"); }

std::string key_set(std::initializer_list<const TestKey*> keys) {
    std::string list;
    for (const auto* key : keys) list += (list.empty() ? "" : ",") + key->jwk();
    return R"({"keys":[)" + list + "]}";
}

std::string hmac_sha256(std::string_view secret, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(text), text.size(),
         mac.data(), &size);
    return std::string(as_text(ByteView(mac).first(size)));
}

std::string unsigned_token(std::string_view header, std::string_view payload) {
    return encode(header) + '.' + encode(payload);
}

std::string with_signature(std::string_view unsigned_text, std::string_view signature) {
    return std::string(unsigned_text) + '.' + encode(signature);
}

std::string token_of(const TestKey& key, std::string_view payload, std::string_view algorithm) {
    const auto text = unsigned_token(
        fmt::format(R"({{"alg":"{}","kid":"{}","typ":"JWT"}})", algorithm, key.id()), payload);
    return with_signature(text, key.sign(text, algorithm));
}

}  // namespace cameo::access::testing
