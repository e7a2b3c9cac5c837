#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/verification_key.h"
#include "base/result.h"

// Parses the documents that an issuer publishes. Pure functions; the caller fetches the texts.
namespace cameo::access {

using Keys = std::vector<std::shared_ptr<const VerificationKey>>;

struct IssuerDocument {
    std::string issuer;  // the `iss` of its tokens; Entra's has `{tenantid}` for the tenant's id
    Keys keys;
};

// The two members of a discovery document that are used (OpenID Connect Discovery 1.0 section 3).
struct Discovery {
    std::string issuer;
    std::string jwks_uri;
};

// Fault::malformed with the reason: not a JSON object, a missing member, a jwks_uri that may not be
// fetched.
Result<Discovery> parse_discovery(std::string_view text);

// The keys that can verify signatures. Omits keys for encryption, keys of other kinds and weak keys
// (RFC 7517 section 5). Fault::malformed if the text is not a key set or no key remains.
Result<Keys> parse_key_set(std::string_view text);

// Whether the URL may be fetched: https, or http to this machine (127.0.0.0/8, [::1], localhost);
// with a host, without a name or password, without a fragment.
bool is_fetchable(std::string_view url);

// `issuer` with `{tenantid}` replaced.
std::string issuer_for(std::string_view issuer, std::string_view tenant);

}  // namespace cameo::access
