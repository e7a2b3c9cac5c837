#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace cameo::server {

struct PemPair {
    std::string certificate;
    std::string key;  // PKCS #8, without a passphrase
};

// A certificate authority for one developer's machine: ECDSA P-256, valid for ten years. Its name
// constraints (RFC 5280 section 4.2.1.10) restrict it to its own names, so a stolen
// key can sign for no others. Immutable; thread-safe.
class DevelopmentCa {
  public:
    // `names`: host names and IP addresses; localhost, 127.0.0.1 and ::1 are added.
    // Fault::malformed if one is neither.
    static Result<DevelopmentCa> create(const std::vector<std::string>& names, Instant now);

    // From the PEM of create(). Fault::malformed for anything else.
    static Result<DevelopmentCa> parse(PemPair pem);

    const PemPair& pem() const { return pem_; }

    // The names for which it may sign: those of create(), in lower case.
    const std::vector<std::string>& names() const { return names_; }

    // A new key and a server's certificate for all its names, valid for one year from `now`.
    Result<PemPair> issue(Instant now) const;

  private:
    DevelopmentCa(PemPair pem, std::vector<std::string> names)
        : pem_(std::move(pem)), names_(std::move(names)) {}

    PemPair pem_;
    std::vector<std::string> names_;
};

// A name in the form of a certificate: a host name in lower case, or an address in its usual form.
// Fault::malformed for anything else.
Result<std::string> certificate_name(std::string_view text);

}  // namespace cameo::server
