#include "store/memory/memory_directory.h"

#include <algorithm>

#include "base/text.h"

namespace cameo::store::memory {
namespace {

std::unexpected<Error> late() { return fail(Fault::busy, "The directory did not answer in time."); }

}  // namespace

Result<std::vector<directory::Tenant>> MemoryDirectory::tenants(Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    std::vector<directory::Tenant> tenants;
    for (const auto& [id, tenant] : tenants_) tenants.push_back(tenant);
    return tenants;
}

Result<void> MemoryDirectory::add_tenant(const directory::Tenant& tenant, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    const bool taken = std::ranges::any_of(tenants_, [&](const auto& entry) {
        return entry.first == tenant.id || entry.second.name == tenant.name;
    });
    if (taken) return fail(Fault::conflict, "A tenant with that id or name already exists.");
    tenants_.emplace(tenant.id, tenant);
    return {};
}

Result<std::optional<directory::User>> MemoryDirectory::user_by_id(std::string_view tenant,
                                                                   std::string_view id,
                                                                   Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    const auto found = users_.find({std::string(tenant), to_lower(id)});
    if (found == users_.end()) return std::nullopt;
    return found->second;
}

Result<std::optional<directory::User>> MemoryDirectory::user_by_name(std::string_view tenant,
                                                                     std::string_view name,
                                                                     Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    const auto found = ids_by_name_.find({std::string(tenant), to_lower(name)});
    if (found == ids_by_name_.end()) return std::nullopt;
    return users_.at({std::string(tenant), found->second});
}

Result<void> MemoryDirectory::add_user(const directory::User& user, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const Key by_id{user.tenant, to_lower(user.id)};
    const Key by_name{user.tenant, to_lower(user.user_principal_name)};
    const std::lock_guard lock(mutex_);
    if (users_.contains(by_id) || ids_by_name_.contains(by_name))
        return fail(Fault::conflict,
                    "A user with that id or userPrincipalName already exists in the tenant.");
    ids_by_name_.emplace(by_name, by_id.second);
    users_.emplace(by_id, user);
    return {};
}

Result<std::uint64_t> MemoryDirectory::count_users(std::string_view tenant, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    return static_cast<std::uint64_t>(std::ranges::count_if(
        users_, [&](const auto& entry) { return entry.first.first == tenant; }));
}

}  // namespace cameo::store::memory
