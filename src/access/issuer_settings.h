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

// The configuration of one issuer (`[[issuer]]`): which tokens are accepted, and the names of its
// claims. A claim's name may be a path: `realm_access.roles`.
struct IssuerSettings {
    // `discovery`: URL of its /.well-known/openid-configuration.
    std::string discovery;
    // `issuer`: its name, the `iss` of its tokens, if that is not the start of `discovery`.
    // Empty: derived from the address, see expected_issuer().
    std::string issuer;
    // `ca_file`: PEM file of the certificate authorities for its https; empty: the system's.
    std::string ca_file;
    // `audience`: a token's `aud` must hold one of these exactly. Never empty.
    std::vector<std::string> audiences;
    // `tenant`: name or id of the tenant of all its tokens. Exactly one of the two is set.
    std::string tenant;
    // `tenant_claim`: the claim that holds the name or id of the tenant.
    std::string tenant_claim;
    // `user_claim`: the permanent id of a person. Empty: `oid`, else `sub`.
    std::string user_claim;
    // `name_claim`: the userPrincipalName. Empty: `upn`, else `preferred_username`.
    std::string name_claim;
    // `scope_claim`: the delegated permissions. Empty: `scp`, else `scope`.
    std::string scope_claim;
    // `role_claim`: the application permissions.
    std::string role_claim = "roles";
    // `directory_role_claim`: a person's directory roles, by template id or name.
    std::string directory_role_claim = "wids";
    // `algorithms`.
    std::vector<Algorithm> algorithms{Algorithm::rs256, Algorithm::ps256, Algorithm::es256};
    // `match_by_name`: whether the first sign-in of a person may select the user with the name, or
    // the verified address, of the token, if no subject is bound to that user.
    bool match_by_name = false;
    // `provision`: whether a person who is not in the directory is added to it.
    bool provision = false;
};

// Fault::malformed with the key and its allowed values.
Result<void> check(const IssuerSettings& settings);

// Fault::malformed if a token could belong to two issuers: two issuers with one name, unless they
// have one address, different audiences and the same user_claim.
Result<void> check_beside(const IssuerSettings& issuer, const std::vector<IssuerSettings>& others);

// The audiences of Microsoft Graph, its sovereign clouds and Azure AD Graph. Such a token was
// issued for Microsoft's service; a server that accepts it could use it there as the caller.
bool is_graphs_audience(std::string_view audience);

// The names of issuers (OpenID Connect Discovery 1.0 section 4.3). A name may contain `{tenantid}`,
// as Entra's does.
// The name that the configuration gives the issuer: `issuer`, else the start of `discovery`.
// For Entra's addresses, the name in Entra's documents: with the tenant's id, or with `{tenantid}`
// for an address without the tenant's id. Empty if `discovery` does not end as section 4 requires.
std::string expected_issuer(const IssuerSettings& settings);

// The same if it is known before the fetch: not for Entra's addresses by domain name.
std::optional<std::string> settled_issuer(const IssuerSettings& settings);

// Whether a client that appends the well-known path to `url` reaches this issuer: `url` is its name
// or the start of `discovery`, with or without a slash at the end.
bool is_reached_by(const IssuerSettings& settings, std::string_view url);

// Whether one `iss` can match both names.
bool names_overlap(std::string_view a, std::string_view b);

// The names of all issuers of a server, so that no token has two. Thread-safe.
class IssuerNames {
  public:
    // Starts with the built-in issuer's name and every settled one.
    explicit IssuerNames(const std::vector<IssuerSettings>& issuers);

    // Whether the document from the issuer's address may name this issuer; if so, records the name
    // for that address. Fault::malformed if the address has another name, or another address has
    // this name.
    Result<void> accept(const IssuerSettings& settings, const std::string& issuer);

  private:
    std::mutex mutex_;
    std::map<std::string, std::string> names_;  // by discovery
};

}  // namespace cameo::access
