#pragma once

#include <string>
#include <vector>

#include "access/builtin_issuer.h"
#include "access/issuer_keys.h"
#include "app/config.h"
#include "base/result.h"
#include "directory/objects.h"

// The issuers of the configuration, fetched from and wired.
namespace cameo::app {

// Fault::malformed where an issuer names a tenant that does not exist, or no issuer is left.
Result<void> check_issuers(const Config& config, const std::vector<directory::Tenant>& tenants);

// The configured ones, which begin to fetch their keys at once, and the built-in one.
std::vector<access::Issuer> make_issuers(const Config& config, const access::SigningKey& key);

// Whether the keys of each could be fetched last time.
bool all_issuers_are_fresh(const std::vector<access::Issuer>& issuers);

// Whether one of them has keys, so that somebody can come in.
bool some_issuer_has_keys(const std::vector<access::Issuer>& issuers);

}  // namespace cameo::app
