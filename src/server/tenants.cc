#include "server/tenants.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ids.h"
#include "base/text.h"

namespace cameo::server {
namespace {

using directory::Tenant;

Result<Tenant> matched(const config::TenantSettings& wanted, std::span<const Tenant> stored) {
    const auto same_name = std::ranges::find(stored, wanted.name, &Tenant::name);
    if (same_name != stored.end()) {
        if (!wanted.id.empty() && wanted.id != same_name->id)
            return fail(
                Fault::conflict,
                fmt::format("the tenant '{}' is configured with the id {}, but it has the "
                            "id {} in the data folder, and an id never changes: remove `id` or "
                            "set it to that",
                            wanted.name, wanted.id, same_name->id));
        return Tenant{.id = same_name->id, .name = wanted.name, .kind = wanted.kind};
    }
    const auto same_id = std::ranges::find(stored, wanted.id, &Tenant::id);
    if (same_id != stored.end())
        return fail(Fault::conflict,
                    fmt::format("the tenant '{}' is configured with the id {}, but in the data "
                                "folder that is the id of the tenant '{}'",
                                wanted.name, wanted.id, same_id->name));
    return Tenant{
        .id = wanted.id.empty() ? new_guid() : wanted.id, .name = wanted.name, .kind = wanted.kind};
}

bool contains(std::span<const Tenant> tenants, const Tenant& tenant) {
    return std::ranges::find(tenants, tenant) != tenants.end();
}

std::string names_of(std::span<const directory::Tenant> tenants) {
    std::string names;
    for (const auto& tenant : tenants)
        names += fmt::format("{}'{}'", names.empty() ? "" : ", ", tenant.name);
    return names;
}

}  // namespace

Result<std::vector<Tenant>> synchronize_tenants(directory::Store& store,
                                                std::span<const config::TenantSettings> configured,
                                                Deadline deadline) {
    const auto stored = store.tenants(deadline);
    if (!stored) return stored;
    std::vector<Tenant> synchronized;
    for (const auto& wanted : configured) {
        auto tenant = matched(wanted, *stored);
        if (!tenant) return std::unexpected(std::move(tenant.error()));
        synchronized.push_back(std::move(*tenant));
    }
    if (configured.empty() && stored->empty())
        synchronized.push_back({.id = new_guid(), .name = "default"});
    // All are checked before any is written.
    for (const auto& tenant : synchronized)
        if (!contains(*stored, tenant))
            if (auto put = store.put_tenant(tenant, deadline); !put)
                return std::unexpected(std::move(put.error()));
    for (const auto& tenant : *stored)
        if (std::ranges::find(synchronized, tenant.id, &Tenant::id) == synchronized.end())
            synchronized.push_back(tenant);
    return synchronized;
}

std::map<std::string, std::vector<std::string>> domains_by_tenant(
    std::span<const config::TenantSettings> configured, std::span<const Tenant> tenants) {
    std::map<std::string, std::vector<std::string>> domains;
    for (const auto& settings : configured) {
        const auto tenant = std::ranges::find(tenants, settings.name, &Tenant::name);
        if (settings.domains.empty() || tenant == tenants.end()) continue;
        for (const auto& domain : settings.domains) domains[tenant->id].push_back(to_lower(domain));
    }
    return domains;
}

Result<directory::Tenant> find_tenant(std::span<const directory::Tenant> tenants,
                                      const std::string& key) {
    if (key.empty() && tenants.size() == 1) return tenants.front();
    const std::string_view wanted = key.empty() ? std::string_view("default") : key;
    for (const auto& tenant : tenants)
        if (tenant.name == wanted || equals_ignoring_case(tenant.id, wanted)) return tenant;
    return fail(Fault::no_owner, fmt::format("there is no tenant '{}'; there are {}. The server "
                                             "makes a new one of its configuration when it starts",
                                             wanted, names_of(tenants)));
}

}  // namespace cameo::server
