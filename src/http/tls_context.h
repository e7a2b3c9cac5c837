#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/openssl_ptr.h"
#include "http/server_settings.h"

namespace cameo::http {

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

    // Fault::internal where a file is missing, not PEM, encrypted, too weak, or the key does not
    // belong to the certificate; the detail names the file.
    static Result<Loaded> load(const TlsSettings& settings);

    explicit TlsContext(SslContextPtr context) : context_(std::move(context)) {}

    // A connection of the server's side, without transport. Throws bad_alloc.
    SslPtr connection() const;

  private:
    SslContextPtr context_;
};

}  // namespace cameo::http
