#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/verification_key.h"
#include "base/result.h"

namespace cameo::access {

// One issuer as an operator configures it (`[[issuer]]`): which tokens are for this server, and
// what its claims are called. A claim's name may be a path: `realm_access.roles`.
struct IssuerSettings {
    // `discovery`: URL of its /.well-known/openid-configuration.
    std::string discovery;
    // `issuer`: its name, the `iss` of its tokens, where that is not what `discovery` begins with.
    // Empty: by the address, issuer_name.h.
    std::string issuer;
    // `ca_file`: PEM file of the authorities that its https is trusted by; empty: the system's.
    std::string ca_file;
    // `audience`: a token's `aud` must hold one of these exactly. Never empty.
    std::vector<std::string> audiences;
    // `tenant`: name or id of the tenant of all its tokens. Exactly one of the two is set.
    std::string tenant;
    // `tenant_claim`: the claim that holds the name or id of the tenant.
    std::string tenant_claim;
    // `user_claim`: what names a person for ever. Empty: `oid`, else `sub`.
    std::string user_claim;
    // `name_claim`: the userPrincipalName. Empty: `upn`, else `preferred_username`.
    std::string name_claim;
    // `scope_claim`: what an app may do in a person's name. Empty: `scp`, else `scope`.
    std::string scope_claim;
    // `role_claim`: application permissions of an app on its own.
    std::string role_claim = "roles";
    // `directory_role_claim`: a person's directory roles, by template id or name.
    std::string directory_role_claim = "wids";
    // `algorithms`.
    std::vector<Algorithm> algorithms{Algorithm::rs256, Algorithm::ps256, Algorithm::es256};
    // `match_by_name`: whether somebody who signs in first may be the user here whose name, or
    // address where the issuer verified it, their token has, if no subject is bound to that user.
    bool match_by_name = false;
    // `provision`: whether a person who is not in the directory is added to it.
    bool provision = false;
};

// Fault::malformed with the key and what it must be.
Result<void> check(const IssuerSettings& settings);

// Fault::malformed where a token could be of two issuers: two of one name, unless they are one
// address with other audiences and the same user_claim.
Result<void> check_beside(const IssuerSettings& issuer, const std::vector<IssuerSettings>& others);

// Microsoft Graph's own audiences, its sovereign clouds' and Azure AD Graph's: the holder of such a
// token was given it for Microsoft's service, and one that accepts it would act in its place.
bool is_graphs_audience(std::string_view audience);

// What an issuer may be called: by its address, and beside others (OpenID Connect Discovery 1.0
// section 4.3). A name may hold `{tenantid}`, as Entra's does.
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
