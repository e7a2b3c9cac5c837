#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/issuer_settings.h"
#include "base/result.h"

// What an issuer may be called: by its address, and beside others (OpenID Connect Discovery 1.0
// section 4.3). A name may hold `{tenantid}`, as Entra's does.
namespace cameo::access {

// The name that the configuration gives the issuer: `issuer`, else what `discovery` begins with.
// Where `discovery` is Entra's, the name that Entra's documents have: of the tenant, or with
// `{tenantid}` for an address that does not tell the tenant's id. Empty where `discovery` does not
// end as section 4 says.
std::string expected_issuer(const IssuerSettings& settings);

// The same where it is known before the document is: not for Entra's addresses by domain name.
std::optional<std::string> settled_issuer(const IssuerSettings& settings);

// Whether some token's `iss` fits both names.
bool names_overlap(std::string_view a, std::string_view b);

// The names of all issuers of a server, so that no token has two. Thread-safe.
class IssuerNames {
  public:
    // Holds the built-in issuer's name and every settled one.
    explicit IssuerNames(const std::vector<IssuerSettings>& issuers);

    // Whether the document that came from the issuer's address may name this issuer; then the name
    // is held for it. Fault::malformed where the address stands for another, or another address
    // holds the name.
    Result<void> accept(const IssuerSettings& settings, const std::string& issuer);

  private:
    std::mutex mutex_;
    std::map<std::string, std::string> names_;  // by discovery
};

}  // namespace cameo::access
