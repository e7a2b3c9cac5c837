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

// Writes the configured tenants to the store, and returns all tenants: the configured ones first,
// in their order, then the others, unchanged. Makes a missing tenant and changes one with another
// kind. If there would be no tenant, makes `default`. Fault::conflict, naming the tenant, if a
// configured id differs from the tenant's own or belongs to another tenant.
Result<std::vector<directory::Tenant>> synchronize_tenants(
    directory::Store& store, std::span<const config::TenantSettings> configured, Deadline deadline);

// The tenant with this name or id. For an empty key: the only tenant, or the one named `default`.
// Fault::no_owner, with the names of all tenants.
Result<directory::Tenant> find_tenant(std::span<const directory::Tenant> tenants,
                                      const std::string& key);

// For graph::Settings: the domains by Tenant::id, in lower case. Omits tenants without domains.
std::map<std::string, std::vector<std::string>> domains_by_tenant(
    std::span<const config::TenantSettings> configured, std::span<const directory::Tenant> tenants);

}  // namespace cameo::server
