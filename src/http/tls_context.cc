#include "http/tls_context.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>

namespace cameo::http {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTls12Suites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kTls13Suites =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr std::array<unsigned char, 5> kSessionContext{'c', 'a', 'm', 'e', 'o'};

// RFC 7301 section 3.2: an offer without a supported protocol ends the handshake.
int choose_protocol(SSL* /*connection*/, const unsigned char** chosen, unsigned char* length,
                    const unsigned char* offered, unsigned int size, void* /*unused*/) {
    static constexpr std::string_view kSupported = "\x08http/1.1\x08http/1.0";
    unsigned char* match = nullptr;
    const int found = SSL_select_next_proto(
        &match, length, reinterpret_cast<const unsigned char*>(kSupported.data()),
        static_cast<unsigned int>(kSupported.size()), offered, size);
    *chosen = match;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

SslContextPtr make_context(bool only_tls13) {
    SslContextPtr context(SSL_CTX_new(TLS_server_method()));
    if (!context) throw std::bad_alloc();
    auto* raw = context.get();
    const bool set =
        SSL_CTX_set_min_proto_version(raw, only_tls13 ? TLS1_3_VERSION : TLS1_2_VERSION) == 1 &&
        SSL_CTX_set_cipher_list(raw, kTls12Suites) == 1 &&
        SSL_CTX_set_ciphersuites(raw, kTls13Suites) == 1 &&
        SSL_CTX_set1_groups_list(raw, kGroups) == 1 &&
        SSL_CTX_set_session_id_context(raw, kSessionContext.data(), kSessionContext.size()) == 1;
    if (!set) throw std::bad_alloc();
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);          // an idle connection keeps no 32 KB
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);  // the client keeps its ticket
    SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
    return context;
}

std::unexpected<Error> file_error(const fs::path& file, std::string_view what) {
    return fail(Fault::internal, fmt::format("{} {}", file.string(), what));
}

Result<FilePtr> open_file(const fs::path& file, std::string_view what) {
    FilePtr stream(std::fopen(file.c_str(), "re"));
    if (stream) return stream;
    return fail(Fault::internal, fmt::format("cannot read the {} {}: {}", what, file.string(),
                                             std::strerror(errno)));
}

Result<void> use_certificate(SSL_CTX* context, const fs::path& file) {
    if (const auto stream = open_file(file, "certificate"); !stream)
        return std::unexpected(stream.error());
    if (SSL_CTX_use_certificate_chain_file(context, file.c_str()) == 1) return {};
    return file_error(file,
                      fmt::format("is not a usable certificate in PEM form: {}", openssl_error()));
}

// Without it OpenSSL would prompt at the terminal.
int refuse_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

Result<KeyPtr> read_key(const fs::path& file) {
    const auto stream = open_file(file, "key");
    if (!stream) return std::unexpected(stream.error());
    bool asked = false;
    KeyPtr key(PEM_read_PrivateKey(stream->get(), nullptr, refuse_passphrase, &asked));
    if (key) return key;
    const auto reason = openssl_error();
    if (asked) return file_error(file, "has a passphrase; remove it with 'openssl pkey'");
    return file_error(file, fmt::format("is not a private key in PEM form: {}", reason));
}

Result<void> use_key(SSL_CTX* context, const TlsSettings& settings) {
    const auto key = read_key(settings.key);
    if (!key) return std::unexpected(key.error());
    if (X509_check_private_key(SSL_CTX_get0_certificate(context), key->get()) != 1) {
        openssl_error();
        return file_error(settings.key, fmt::format("is not the key of the certificate {}",
                                                    settings.certificate.string()));
    }
    if (SSL_CTX_use_PrivateKey(context, key->get()) == 1) return {};
    return file_error(settings.key, fmt::format("cannot be used: {}", openssl_error()));
}

std::vector<std::string> warnings_about(const X509* certificate, const TlsSettings& settings) {
    std::vector<std::string> warnings;
    const auto file = settings.certificate.string();
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
        warnings.push_back(fmt::format("the certificate {} has expired", file));
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0)
        warnings.push_back(fmt::format("the certificate {} is not valid yet", file));
    struct stat about{};
    if (::stat(settings.key.c_str(), &about) == 0 && (about.st_mode & S_IROTH) != 0)
        warnings.push_back(fmt::format("the key {0} can be read by all users: run chmod o-rwx {0}",
                                       settings.key.string()));
    return warnings;
}

}  // namespace

std::string openssl_error() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return reason != nullptr ? reason : "no reason given";
}

Result<TlsContext::Loaded> TlsContext::load(const TlsSettings& settings) {
    ERR_clear_error();
    auto context = make_context(settings.only_tls13);
    if (const auto used = use_certificate(context.get(), settings.certificate); !used)
        return std::unexpected(used.error());
    if (const auto used = use_key(context.get(), settings); !used)
        return std::unexpected(used.error());
    auto warnings = warnings_about(SSL_CTX_get0_certificate(context.get()), settings);
    return Loaded{std::make_shared<const TlsContext>(std::move(context)), std::move(warnings)};
}

SslPtr TlsContext::connection() const {
    SslPtr connection(SSL_new(context_.get()));
    if (!connection) throw std::bad_alloc();
    SSL_set_accept_state(connection.get());
    return connection;
}

}  // namespace cameo::http
