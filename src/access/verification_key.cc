#include "access/verification_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <utility>

namespace cameo::access {
namespace {

constexpr int kLeastRsaBits = 2048;  // docs/identity.md, "Keys"
constexpr int kMaxRsaBits = 8192;    // verification with a larger key is slow
constexpr std::size_t kCoordinate = 32;

template <auto Function>
struct Free {
    void operator()(auto* object) const { Function(object); }
};
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Number number_of(std::string_view bytes) {
    return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

// Clears OpenSSL's errors of this thread, which its TLS would report as its own.
struct ForgetErrors {
    ForgetErrors() = default;
    ForgetErrors(const ForgetErrors&) = delete;
    ForgetErrors& operator=(const ForgetErrors&) = delete;
    ~ForgetErrors() { ERR_clear_error(); }
};

// Null if OpenSSL accepts no key from the parameters; it rejects a point that is not on the curve.
PublicKey key_from(const char* kind, OSSL_PARAM_BLD* builder) {
    const ForgetErrors at_the_end;
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
        return nullptr;
    PublicKey made(key);
    const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    return EVP_PKEY_public_check(check.get()) == 1 ? std::move(made) : nullptr;
}

// Converts r and s in sequence (RFC 7518 section 3.4) to OpenSSL's form; empty if they are
// malformed.
std::string der_signature(std::string_view signature) {
    if (signature.size() != 2 * kCoordinate) return {};
    const EcSignature both(ECDSA_SIG_new());
    auto r = number_of(signature.substr(0, kCoordinate));
    auto s = number_of(signature.substr(kCoordinate));
    if (ECDSA_SIG_set0(both.get(), r.get(), s.get()) != 1) return {};
    (void)r.release();  // the signature owns them now
    (void)s.release();
    unsigned char* bytes = nullptr;
    const int length = i2d_ECDSA_SIG(both.get(), &bytes);
    if (length <= 0) return {};
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return der;
}

}  // namespace

struct VerificationKey::Key {
    PublicKey key;
    bool is_rsa = false;
};

std::optional<Algorithm> algorithm_named(std::string_view name) {
    if (name == "RS256") return Algorithm::rs256;
    if (name == "PS256") return Algorithm::ps256;
    if (name == "ES256") return Algorithm::es256;
    return std::nullopt;
}

VerificationKey::VerificationKey(About about, std::unique_ptr<const Key> key)
    : about_(std::move(about)), key_(std::move(key)) {}

VerificationKey::~VerificationKey() = default;

Result<std::shared_ptr<const VerificationKey>> VerificationKey::rsa(About about,
                                                                    std::string_view modulus,
                                                                    std::string_view exponent) {
    if (modulus.size() > kMaxRsaBits / 8 + 1 || exponent.size() > 8)
        return fail(Fault::malformed, "the RSA key is too large");
    const auto n = number_of(modulus);
    const auto e = number_of(exponent);
    if (!n || BN_num_bits(n.get()) < kLeastRsaBits || BN_num_bits(n.get()) > kMaxRsaBits)
        return fail(Fault::malformed, "the RSA key has fewer than 2048 or more than 8192 bits");
    if (!e || BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) != 0)
        return fail(Fault::malformed, "the RSA exponent is not an odd number above 1");
    const Builder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    auto key = key_from("RSA", builder.get());
    if (!key) return fail(Fault::malformed, "the numbers are not an RSA key");
    return std::shared_ptr<const VerificationKey>(
        new VerificationKey(std::move(about), std::make_unique<const Key>(std::move(key), true)));
}

Result<std::shared_ptr<const VerificationKey>> VerificationKey::p256(About about,
                                                                     std::string_view x,
                                                                     std::string_view y) {
    if (x.size() != kCoordinate || y.size() != kCoordinate)
        return fail(Fault::malformed, "the coordinates are not 32 bytes each");
    std::string point("\x04");  // uncompressed: SEC 1 section 2.3.3
    point.append(x).append(y);
    const Builder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                     point.size());
    auto key = key_from("EC", builder.get());
    if (!key) return fail(Fault::malformed, "the point is not on the curve P-256");
    return std::shared_ptr<const VerificationKey>(
        new VerificationKey(std::move(about), std::make_unique<const Key>(std::move(key), false)));
}

bool VerificationKey::fits(Algorithm algorithm) const {
    if (about_.algorithm && *about_.algorithm != algorithm) return false;
    return key_->is_rsa == (algorithm != Algorithm::es256);
}

bool VerificationKey::verify(Algorithm algorithm, std::string_view text,
                             std::string_view signature) const {
    const ForgetErrors at_the_end;
    const std::string der = algorithm == Algorithm::es256 ? der_signature(signature) : "";
    if (algorithm == Algorithm::es256) signature = der;
    const Digest digest(EVP_MD_CTX_new());
    EVP_PKEY_CTX* context = nullptr;  // owned by the digest
    if (EVP_DigestVerifyInit(digest.get(), &context, EVP_sha256(), nullptr, key_->key.get()) != 1)
        return false;
    if (algorithm == Algorithm::ps256 &&
        (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) != 1 ||
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) != 1))
        return false;
    return EVP_DigestVerify(digest.get(), bytes_of(signature), signature.size(), bytes_of(text),
                            text.size()) == 1;
}

bool VerificationKey::operator==(const VerificationKey& other) const {
    return about_.id == other.about_.id && about_.algorithm == other.about_.algorithm &&
           about_.issuer == other.about_.issuer &&
           EVP_PKEY_eq(key_->key.get(), other.key_->key.get()) == 1;
}

}  // namespace cameo::access
