#include "access/builtin_issuer.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "access/issuer_document.h"
#include "base/bytes.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/ids.h"

namespace cameo::access {
namespace {

constexpr int kBits = 2048;

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeKey>;

struct FreeDigest {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using DigestPointer = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

struct FreeMemory {
    void operator()(BIO* memory) const { BIO_free(memory); }
};
using MemoryPointer = std::unique_ptr<BIO, FreeMemory>;

struct CloseFile {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
};
using FilePointer = std::unique_ptr<std::FILE, CloseFile>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string id_of(EVP_PKEY* key) {
    unsigned char* der = nullptr;
    const int length = i2d_PUBKEY(key, &der);
    if (length <= 0) return {};
    std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
    SHA256(der, static_cast<std::size_t>(length), hash.data());
    OPENSSL_free(der);
    return to_base64url(ByteView(hash).first(16));
}

// One of the key's numbers in base64url, RFC 7518 section 6.3.1.
std::string number(EVP_PKEY* key, const char* name) {
    BIGNUM* value = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &value) != 1) return {};
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(value);
    return to_base64url(as_bytes(bytes));
}

Result<std::string> pem_of(EVP_PKEY* key) {
    const MemoryPointer memory(BIO_new(BIO_s_mem()));
    if (!memory ||
        PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return fail(Fault::internal, "cannot make a signing key: OpenSSL failed");
    char* text = nullptr;
    const auto length = BIO_get_mem_data(memory.get(), &text);
    return std::string(text, static_cast<std::size_t>(length));
}

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

struct SigningKey::Key {
    KeyPointer pkey;
};

SigningKey::SigningKey(std::shared_ptr<const Key> key)
    : key_(std::move(key)), id_(id_of(key_->pkey.get())) {}

Result<SigningKey> SigningKey::create(const std::filesystem::path& file) {
    KeyPointer key(EVP_RSA_gen(kBits));
    if (!key) return fail(Fault::internal, "cannot make a signing key: OpenSSL failed");
    // A new key would invalidate the tokens of an existing one.
    const auto is_made = is_there(file);
    if (!is_made) return std::unexpected(is_made.error());
    if (*is_made)
        return fail(Fault::conflict,
                    fmt::format("there is a signing key {} already", file.string()));
    const auto pem = pem_of(key.get());
    if (!pem) return std::unexpected(pem.error());
    if (auto written = write_file_durably(file, as_bytes(*pem), 0600); !written)
        return std::unexpected(std::move(written.error()));
    return SigningKey(std::make_shared<const Key>(std::move(key)));
}

Result<SigningKey> SigningKey::load(const std::filesystem::path& file) {
    const FilePointer stream(std::fopen(file.c_str(), "re"));
    if (!stream)
        return fail(Fault::internal, fmt::format("cannot read the signing key {}: {}",
                                                 file.string(), std::strerror(errno)));
    struct stat about{};
    if (::fstat(fileno(stream.get()), &about) == 0 && (about.st_mode & 077) != 0)
        return fail(Fault::internal,
                    fmt::format("the signing key {0} can be read by others: run chmod 600 {0}",
                                file.string()));
    KeyPointer key(PEM_read_PrivateKey(stream.get(), nullptr, nullptr, nullptr));
    if (!key || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA || EVP_PKEY_bits(key.get()) < kBits)
        return fail(Fault::internal,
                    fmt::format("{} is not an RSA key of at least {} bits in PEM form: put the key "
                                "of a backup in its place, or remove it for a new one, which "
                                "makes every token invalid",
                                file.string(), kBits));
    return SigningKey(std::make_shared<const Key>(std::move(key)));
}

Result<std::string> SigningKey::sign(std::string_view text) const {
    const DigestPointer digest(EVP_MD_CTX_new());
    EVP_PKEY* key = key_->pkey.get();
    std::string signature(static_cast<std::size_t>(EVP_PKEY_size(key)), '\0');
    std::size_t length = signature.size();
    const bool signed_it =
        EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
        EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                       bytes_of(text), text.size()) == 1;
    if (!signed_it) return fail(Fault::internal, "cannot sign: OpenSSL failed");
    signature.resize(length);
    return signature;
}

std::string SigningKey::public_jwk() const {
    const auto n = number(key_->pkey.get(), OSSL_PKEY_PARAM_RSA_N);
    const auto e = number(key_->pkey.get(), OSSL_PKEY_PARAM_RSA_E);
    return fmt::format(R"({{"kty":"RSA","use":"sig","alg":"RS256","kid":"{}","n":"{}","e":"{}"}})",
                       id_, n, e);
}

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
