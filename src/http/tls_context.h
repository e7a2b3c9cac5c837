#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/server_settings.h"

// Private to this module: OpenSSL's objects in unique_ptrs, and the certificate of a server.
namespace cameo::http {

template <auto Free>
struct FreeWith {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

using SslContextPtr = std::unique_ptr<SSL_CTX, FreeWith<&SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, FreeWith<&SSL_free>>;
using X509Ptr = std::unique_ptr<X509, FreeWith<&X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<&EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, FreeWith<&BIO_free_all>>;

struct CloseFile {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
};
using FilePtr = std::unique_ptr<std::FILE, CloseFile>;

// OpenSSL's text for the last failure on this thread; empties its queue of failures.
std::string openssl_error();

// A certificate with its key, and the parameters of its connections: TLS 1.2 and 1.3 with the
// cipher suites that Mozilla's guideline calls intermediate, less those without elliptic curves; no
// renegotiation, no compression; session tickets; http/1.1 by ALPN (RFC 7301). Immutable;
// thread-safe.
class TlsContext {
  public:
    struct Loaded {
        std::shared_ptr<const TlsContext> context;
        std::vector<std::string> warnings;  // expired, not yet valid, key readable by others
    };

    // Fault::internal if a file is missing, not PEM, encrypted, too weak, or the key does not
    // belong to the certificate; the detail names the file.
    static Result<Loaded> load(const TlsSettings& settings);

    explicit TlsContext(SslContextPtr context) : context_(std::move(context)) {}

    // A connection of the server's side, without transport. Throws bad_alloc.
    SslPtr connection() const;

  private:
    SslContextPtr context_;
};

}  // namespace cameo::http
