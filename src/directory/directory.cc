#include "directory/directory.h"

#include <utility>

#include "base/cache_key.h"
#include "base/ids.h"
#include "base/text.h"
#include "directory/property.h"

namespace cameo::directory {
namespace {

constexpr std::size_t kNameBytes = 320;  // of a usual object in ids_by_name_ and bound_ids_

bool can_be_name(std::string_view name) {
    return fits(name, find_property<User>("userPrincipalName")->max_length);
}

CacheKey name_key(std::string_view tenant, std::string_view name) {
    CacheKey key;
    return key.append(tenant).append("\n").append_lower(name);
}

CacheKey subject_key(const IssuerSubject& subject) {
    CacheKey key;
    key.append(subject.tenant).append("\n").append(subject.issuer).append("\n");
    return key.append(subject.subject);
}

}  // namespace

Directory::Directory(Store& store, std::size_t remembered)
    : store_(store),
      users_(store.users(), remembered),
      ids_by_name_(remembered * kNameBytes),
      bound_ids_(remembered * kNameBytes),
      groups_(store.groups(), remembered),
      contacts_(store.contacts(), remembered),
      folders_(store.folders(), remembered) {}

CacheResult<User> Directory::user_by_cached_name(std::string_view tenant, std::string_view name,
                                                 std::string_view cache_key) {
    const auto id = ids_by_name_.find(cache_key);
    if (!id) return std::nullopt;
    if (id->empty()) return nullptr;
    auto user = *users_.find(tenant, *id, Wait::memory_only());  // never fails
    const bool has_the_name =
        user && *user && equals_ignoring_case((*user)->user_principal_name, name);
    return has_the_name ? user : std::nullopt;
}

Result<CacheResult<User>> Directory::find_user(std::string_view tenant, std::string_view key,
                                               Wait wait) {
    if (is_guid(key)) return users_.find(tenant, key, wait);
    if (!can_be_name(key)) return nullptr;
    const CacheKey cache_key = name_key(tenant, key);
    auto cached = user_by_cached_name(tenant, key, cache_key);
    if (cached || wait.is_memory_only()) return cached;
    const auto ticket = ids_by_name_.begin_load(cache_key);
    auto found = store_.user_by_name(tenant, key, wait.deadline());
    if (!found) return std::unexpected(std::move(found.error()));
    auto id = *found ? (*found)->id : std::string();
    const auto id_bytes = id.size();
    ids_by_name_.finish_load(ticket, cache_key, std::move(id), id_bytes);
    if (!*found) return nullptr;
    return users_.find(tenant, (*found)->id, wait);
}

Result<CacheResult<std::string>> Directory::find_bound_user(const IssuerSubject& subject,
                                                            Wait wait) {
    const CacheKey cache_key = subject_key(subject);
    auto cached = bound_ids_.find(cache_key);
    if (cached || wait.is_memory_only()) return cached;
    const auto ticket = bound_ids_.begin_load(cache_key);
    auto found = store_.bound_user(subject, wait.deadline());
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) return nullptr;
    auto id = std::make_shared<const std::string>(**std::move(found));
    bound_ids_.finish_load(ticket, cache_key, id, id->size());
    return id;
}

Result<void> Directory::rebind_subject(const IssuerSubject& subject, std::string_view user,
                                       Deadline deadline) {
    auto ended = store_.rebind_subject(subject, user, deadline);
    if (!ended) return std::unexpected(std::move(ended.error()));
    for (const auto& each : *ended) bound_ids_.erase(subject_key(each));
    return {};
}

Result<void> Directory::add_bound(const User& user, const IssuerSubject& subject,
                                  Deadline deadline) {
    auto added = store_.add_bound(user, subject, deadline);
    // The absence of both may be cached.
    users_.forget(user.tenant, user.id);
    forget_name(user);
    return added;
}

Result<void> Directory::add_group(const Group& group, const std::vector<std::string>& owners,
                                  const std::vector<std::string>& members, Deadline deadline) {
    auto added = store_.add_group(group, owners, members, deadline);
    groups_.forget(group.tenant, group.id);  // its absence may be cached
    return added;
}

std::size_t Directory::remembered_bytes() const {
    return users_.remembered_bytes() + ids_by_name_.bytes() + bound_ids_.bytes() +
           groups_.remembered_bytes() + contacts_.remembered_bytes() + folders_.remembered_bytes();
}

Result<std::optional<Group>> Directory::change_group(std::string_view tenant, std::string_view id,
                                                     const Table<Group>::Change& change,
                                                     const std::vector<std::string>& owners,
                                                     const std::vector<std::string>& members,
                                                     Deadline deadline,
                                                     const ActingOwner& acting_owner) {
    auto changed = store_.change_group(tenant, id, change, owners, members, deadline, acting_owner);
    groups_.forget(tenant, id);
    return changed;
}

void Directory::forget_name(const User& user) {
    ids_by_name_.erase(name_key(user.tenant, user.user_principal_name));
}

void Directory::forget(std::string_view tenant, const Removed& removed) {
    for (const auto& owner : removed.owners)
        if (owner.kind == OwnerKind::contact) contacts_.forget(tenant, owner.id);
    for (const auto& folder : removed.folders) folders_.forget(tenant, folder);
    for (const auto& subject : removed.subjects) bound_ids_.erase(subject_key(subject));
}

}  // namespace cameo::directory
