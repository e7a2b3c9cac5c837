#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/verification_key.h"
#include "base/result.h"

// What an issuer publishes about itself, and the rules for reading it. Pure functions; where the
// texts come from is the caller's matter.
namespace cameo::access {

using Keys = std::vector<std::shared_ptr<const VerificationKey>>;

struct IssuerDocument {
    std::string issuer;  // the `iss` of its tokens; Entra's has `{tenantid}` where the tenant goes
    Keys keys;
};

// The two members of a discovery document that matter (OpenID Connect Discovery 1.0 section 3).
struct Discovery {
    std::string issuer;
    std::string jwks_uri;
};

// Fault::malformed with what is wrong: no JSON object, a member missing, a jwks_uri that may not be
// fetched.
Result<Discovery> parse_discovery(std::string_view text);

// The keys that can verify signatures; those for encryption, of other kinds, or too weak are left
// out (RFC 7517 section 5). Fault::malformed where the text is no key set or no key is left.
Result<Keys> parse_key_set(std::string_view text);

// Whether the URL may be fetched: https, or http to this machine (127.0.0.0/8, [::1], localhost);
// with a host, without a name or password, without a fragment.
bool is_fetchable(std::string_view url);

// `issuer` with `{tenantid}` replaced.
std::string issuer_for(std::string_view issuer, std::string_view tenant);

}  // namespace cameo::access
