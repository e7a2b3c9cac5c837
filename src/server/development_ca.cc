#include "server/development_ca.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/ids.h"
#include "base/text.h"

namespace cameo::server {
namespace {

using namespace std::chrono_literals;

constexpr auto kCaLifetime = 24h * 3652;
constexpr auto kServerLifetime = 24h * 365;
constexpr auto kClockSkew = 5min;
constexpr int kSerialBits = 127;  // RFC 5280 section 4.1.2.2: positive, at most 20 octets
constexpr int kMaxNameLength = 253;
constexpr std::array<std::string_view, 3> kLocalNames{"localhost", "127.0.0.1", "::1"};

template <auto Function>
struct FreeWith {
    template <class T>
    void operator()(T* object) const {
        Function(object);
    }
};

using X509Ptr = std::unique_ptr<X509, FreeWith<&X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<&EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, FreeWith<&BIO_free_all>>;
using ConstraintsPtr = std::unique_ptr<NAME_CONSTRAINTS, FreeWith<&NAME_CONSTRAINTS_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, FreeWith<&X509_EXTENSION_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, FreeWith<&BN_free>>;

std::unexpected<Error> openssl_failed(std::string_view what) {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return fail(Fault::internal,
                fmt::format("cannot {}: {}", what, reason != nullptr ? reason : "no reason given"));
}

// In network order: 4 or 16 bytes.
std::optional<std::string> address_bytes(const std::string& text) {
    std::array<char, 16> bytes{};
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return std::string(bytes.data(), 4);
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return std::string(bytes.data(), 16);
    return std::nullopt;
}

std::string address_text(std::string_view bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
    return text.data();
}

bool is_host_name(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    return !text.empty() && text.size() <= kMaxNameLength && std::ranges::all_of(text, allowed) &&
           !text.starts_with('.') && !text.ends_with('.') && !text.contains("..");
}

// `DNS:localhost` or `IP:::1`, as OpenSSL's configuration has it; an address in a constraint needs
// its mask.
std::string general_name(const std::string& name, bool with_mask) {
    const auto bytes = address_bytes(name);
    if (!bytes) return "DNS:" + name;
    const std::string_view mask =
        bytes->size() == 4 ? "255.255.255.255" : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    return with_mask ? fmt::format("IP:{}/{}", name, mask) : "IP:" + name;
}

std::string joined(const std::vector<std::string>& names, std::string_view before, bool with_mask) {
    std::string all;
    for (const auto& name : names)
        all += fmt::format("{}{}{}", all.empty() ? "" : ",", before, general_name(name, with_mask));
    return all;
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509V3_set_ctx_nodb(&context);
    const ExtensionPtr extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, const_cast<char*>(value.c_str())));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_random_serial(X509* certificate) {
    const NumberPtr number(BN_new());
    return number && BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_lifetime(X509* certificate, Instant now, std::chrono::seconds lifetime) {
    const auto from = std::chrono::system_clock::to_time_t(now - kClockSkew);
    const auto to = std::chrono::system_clock::to_time_t(now + lifetime);
    return ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), to) != nullptr;
}

bool set_subject(X509* certificate, const std::string& common_name) {
    auto* subject = X509_get_subject_name(certificate);
    const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
    const auto* organisation = reinterpret_cast<const unsigned char*>("Cameo development");
    return X509_NAME_add_entry_by_NID(subject, NID_organizationName, MBSTRING_UTF8, organisation,
                                      -1, -1, 0) == 1 &&
           X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, text, -1, -1, 0) == 1;
}

// Version 3, with serial, lifetime, subject and key; without issuer, extensions and signature.
X509Ptr unsigned_certificate(EVP_PKEY* key, const std::string& common_name, Instant now,
                             std::chrono::seconds lifetime) {
    X509Ptr certificate(X509_new());
    const bool filled =
        certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
        set_random_serial(certificate.get()) && set_lifetime(certificate.get(), now, lifetime) &&
        set_subject(certificate.get(), common_name) && X509_set_pubkey(certificate.get(), key) == 1;
    return filled ? std::move(certificate) : nullptr;
}

bool finish(X509* certificate, X509* issuer, EVP_PKEY* issuer_key,
            const std::vector<std::pair<int, std::string>>& extensions) {
    if (X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) != 1) return false;
    for (const auto& [kind, value] : extensions)
        if (!add_extension(certificate, issuer, kind, value)) return false;
    return X509_sign(certificate, issuer_key, EVP_sha256()) > 0;
}

std::string text_of(BIO* bio) {
    char* text = nullptr;
    const auto size = BIO_get_mem_data(bio, &text);
    return {text, static_cast<std::size_t>(size)};
}

Result<PemPair> to_pem(X509* certificate, EVP_PKEY* key) {
    const BioPtr one(BIO_new(BIO_s_mem()));
    const BioPtr other(BIO_new(BIO_s_mem()));
    if (!one || !other || PEM_write_bio_X509(one.get(), certificate) != 1 ||
        PEM_write_bio_PKCS8PrivateKey(other.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return openssl_failed("write a certificate");
    return PemPair{text_of(one.get()), text_of(other.get())};
}

BioPtr reader_of(const std::string& text) {
    return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

X509Ptr certificate_of(const PemPair& pem) {
    return X509Ptr(PEM_read_bio_X509(reader_of(pem.certificate).get(), nullptr, nullptr, nullptr));
}

KeyPtr key_of(const PemPair& pem) {
    const auto no_passphrase = [](char*, int, int, void*) { return -1; };
    return KeyPtr(
        PEM_read_bio_PrivateKey(reader_of(pem.key).get(), nullptr, no_passphrase, nullptr));
}

std::string name_of(const GENERAL_NAME* base) {
    int kind = 0;
    const auto* value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(base, &kind));
    if (kind != GEN_DNS && kind != GEN_IPADD) return {};
    const std::string_view bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                                 static_cast<std::size_t>(ASN1_STRING_length(value)));
    if (kind == GEN_DNS) return std::string(bytes);
    return bytes.size() == 8 || bytes.size() == 32 ? address_text(bytes.substr(0, bytes.size() / 2))
                                                   : "";
}

// Empty if the certificate has no constraints like those of create().
std::vector<std::string> names_of(const X509* certificate) {
    const ConstraintsPtr constraints(static_cast<NAME_CONSTRAINTS*>(
        X509_get_ext_d2i(certificate, NID_name_constraints, nullptr, nullptr)));
    if (!constraints) return {};
    std::vector<std::string> names;
    for (int i = 0; i < sk_GENERAL_SUBTREE_num(constraints->permittedSubtrees); ++i) {
        names.push_back(name_of(sk_GENERAL_SUBTREE_value(constraints->permittedSubtrees, i)->base));
        if (names.back().empty()) return {};
    }
    return names;
}

Result<std::vector<std::string>> with_local_names(const std::vector<std::string>& asked) {
    std::vector<std::string> names(kLocalNames.begin(), kLocalNames.end());
    for (const auto& text : asked) {
        auto name = certificate_name(text);
        if (!name) return std::unexpected(std::move(name.error()));
        if (std::ranges::find(names, *name) == names.end()) names.push_back(std::move(*name));
    }
    return names;
}

// In a trust store the old CA and the one that replaced it have different names.
std::string distinct_name() { return "Cameo development CA " + random_hex128_lower().substr(0, 8); }

}  // namespace

Result<std::string> certificate_name(std::string_view text) {
    auto name = to_lower(text);
    if (const auto bytes = address_bytes(name)) return address_text(*bytes);
    if (is_host_name(name)) return name;
    return fail(Fault::malformed, fmt::format("'{}' is no host name and no IP address", text));
}

Result<DevelopmentCa> DevelopmentCa::create(const std::vector<std::string>& names, Instant now) {
    auto all = with_local_names(names);
    if (!all) return std::unexpected(std::move(all.error()));
    const KeyPtr key(EVP_EC_gen("P-256"));
    if (!key) return openssl_failed("make a key");
    const auto certificate = unsigned_certificate(key.get(), distinct_name(), now, kCaLifetime);
    const bool finished =
        certificate &&
        finish(certificate.get(), certificate.get(), key.get(),
               {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                {NID_key_usage, "critical,keyCertSign,cRLSign"},
                {NID_subject_key_identifier, "hash"},
                {NID_name_constraints, "critical," + joined(*all, "permitted;", true)}});
    if (!finished) return openssl_failed("make a certificate authority");
    auto pem = to_pem(certificate.get(), key.get());
    if (!pem) return std::unexpected(std::move(pem.error()));
    return DevelopmentCa(std::move(*pem), std::move(*all));
}

Result<DevelopmentCa> DevelopmentCa::parse(PemPair pem) {
    const auto certificate = certificate_of(pem);
    const auto key = key_of(pem);
    auto names = certificate ? names_of(certificate.get()) : std::vector<std::string>();
    if (names.empty() || !key || X509_check_private_key(certificate.get(), key.get()) != 1) {
        ERR_clear_error();
        return fail(Fault::malformed, "is no development certificate authority with its key");
    }
    return DevelopmentCa(std::move(pem), std::move(names));
}

Result<PemPair> DevelopmentCa::issue(Instant now) const {
    const auto ca = certificate_of(pem_);
    const auto ca_key = key_of(pem_);
    const KeyPtr key(EVP_EC_gen("P-256"));
    if (!ca || !ca_key || !key) return openssl_failed("make a key");
    const auto certificate = unsigned_certificate(key.get(), names_.front(), now, kServerLifetime);
    const bool finished =
        certificate && finish(certificate.get(), ca.get(), ca_key.get(),
                              {{NID_basic_constraints, "critical,CA:FALSE"},
                               {NID_key_usage, "critical,digitalSignature"},
                               {NID_ext_key_usage, "serverAuth"},
                               {NID_subject_key_identifier, "hash"},
                               {NID_authority_key_identifier, "keyid"},
                               {NID_subject_alt_name, joined(names_, "", false)}});
    if (!finished) return openssl_failed("make a certificate");
    return to_pem(certificate.get(), key.get());
}

}  // namespace cameo::server
