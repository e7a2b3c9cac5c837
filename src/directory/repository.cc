#include "directory/repository.h"

#include <type_traits>
#include <utility>

#include "base/cache_key.h"
#include "directory/property.h"

namespace cameo::directory {
namespace {

std::size_t bytes_of(const std::string& text) { return text.size(); }
std::size_t bytes_of(const EmailAddress& one) {
    return sizeof one + one.name.size() + one.address.size();
}
template <class Item>
std::size_t bytes_of(const std::vector<Item>& list) {
    std::size_t bytes = list.size() * sizeof(Item);
    for (const auto& item : list) bytes += bytes_of(item);
    return bytes;
}
std::size_t bytes_of(bool) { return 0; }
std::size_t bytes_of(PhotoStorage) { return 0; }
std::size_t bytes_of(Instant) { return 0; }

template <class Object>
std::size_t bytes_of(const std::shared_ptr<const Object>& object) {
    if (!object) return 0;
    std::size_t bytes = sizeof(Object) + object->tenant.size();
    for (const auto& property : properties<Object>())
        bytes +=
            std::visit([&](auto member) { return bytes_of((*object).*member); }, property.member);
    return bytes;
}

// Ids of users and groups are GUIDs, found in either letter case; those of a mailbox are not.
template <class Object>
CacheKey key_of(std::string_view tenant, std::string_view id) {
    constexpr bool kFolds = std::is_same_v<Object, User> || std::is_same_v<Object, Group>;
    CacheKey key;
    key.append(tenant).append("\n");
    return kFolds ? key.append_lower(id) : key.append(id);
}

}  // namespace

template <class Object>
Result<CacheResult<Object>> Repository<Object>::find(std::string_view tenant, std::string_view id,
                                                     Wait wait) {
    if (!can_be_id<Object>(id)) return nullptr;
    const CacheKey cache_key = key_of<Object>(tenant, id);
    auto cached = memory_.find(cache_key);
    if (cached || wait.is_memory_only()) return cached;
    const auto ticket = memory_.begin_load(cache_key);
    auto found = table_.find(tenant, id, wait.deadline());
    if (!found) return std::unexpected(std::move(found.error()));
    std::shared_ptr<const Object> object;
    if (*found) object = std::make_shared<const Object>(std::move(**found));
    memory_.finish_load(ticket, cache_key, object, bytes_of(object));
    return object;
}

template <class Object>
Result<CacheResult<Object>> Repository<Object>::find_with_kept(std::string_view tenant,
                                                               std::string_view id, Wait wait) {
    if (!can_be_id<Object>(id)) return nullptr;
    if (wait.is_memory_only()) return std::nullopt;
    auto found = table_.find(tenant, id, wait.deadline(), WithKept::yes);
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) return nullptr;
    return std::make_shared<const Object>(std::move(**found));
}

template <class Object>
Result<void> Repository<Object>::add(const Object& object, Deadline deadline) {
    auto added = table_.add(object, deadline);
    forget(object.tenant, object.id);  // its absence may be cached
    return added;
}

template <class Object>
Result<std::optional<Object>> Repository<Object>::change(
    std::string_view tenant, std::string_view id, const typename Table<Object>::Change& change,
    Deadline deadline, const ActingOwner& acting_owner) {
    auto changed = table_.change(tenant, id, change, deadline, acting_owner);
    forget(tenant, id);
    return changed;
}

template <class Object>
Result<std::optional<Removed>> Repository<Object>::remove(std::string_view tenant,
                                                          std::string_view id, Instant now,
                                                          Deadline deadline,
                                                          const ActingOwner& acting_owner) {
    auto removed = table_.remove(tenant, id, now, deadline, acting_owner);
    forget(tenant, id);
    return removed;
}

template <class Object>
void Repository<Object>::forget(std::string_view tenant, std::string_view id) {
    memory_.erase(key_of<Object>(tenant, id));
}

template class Repository<User>;
template class Repository<Group>;
template class Repository<Contact>;
template class Repository<ContactFolder>;

}  // namespace cameo::directory
