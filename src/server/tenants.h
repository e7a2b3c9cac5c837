#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/config.h"
#include "directory/store.h"

// The tenants of the configuration and those of the store.
namespace cameo::server {

// Writes the configured tenants to the store, and gives all tenants: the configured ones first, in
// their order, then the others, which are unchanged. A tenant that is missing is made, one whose
// kind differs is changed. Where there would be none at all, `default` is made. Fault::conflict,
// naming the tenant, where a configured id is not the tenant's own or is another's.
Result<std::vector<directory::Tenant>> synchronize_tenants(
    directory::Store& store, std::span<const config::TenantSettings> configured, Deadline deadline);

// The tenant with this name or id. For an empty key: the only tenant, or the one named `default`.
// Fault::no_owner, with the names of all tenants.
Result<directory::Tenant> find_tenant(std::span<const directory::Tenant> tenants,
                                      const std::string& key);

// For graph::Settings: the domains by Tenant::id, in lower case. A tenant without domains is left
// out.
std::map<std::string, std::vector<std::string>> domains_by_tenant(
    std::span<const config::TenantSettings> configured, std::span<const directory::Tenant> tenants);

}  // namespace cameo::server
