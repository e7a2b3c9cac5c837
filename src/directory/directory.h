#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/clock.h"
#include "base/lru_cache.h"
#include "base/result.h"
#include "base/wait.h"
#include "directory/objects.h"
#include "directory/repository.h"
#include "directory/store.h"

namespace cameo::directory {

// The directory of all tenants: a cache in memory in front of the store. Thread-safe. Borrows the
// store.
//
// A read with Wait::memory_only() never blocks; all other calls do and belong on a worker. A write
// is durable when it returns, and every later read gives what it wrote.
class Directory {
  public:
    // `remembered`: how many objects of each kind, of usual size, the cache holds, and how many
    // names of users and subjects of identity providers (docs/configuration.md).
    Directory(Store& store, std::size_t remembered);

    // `key` is an id or a userPrincipalName, percent-decoded, in either letter case. A key longer
    // than a userPrincipalName can be names no user, and is neither looked up nor kept. Faults of
    // Store::user_by_name and Table::find, where it asks the store.
    Result<CacheResult<User>> find_user(std::string_view tenant, std::string_view key, Wait wait);

    Result<std::optional<Group>> change_group(std::string_view tenant, std::string_view id,
                                              const Table<Group>::Change& change,
                                              const std::vector<std::string>& owners,
                                              const std::vector<std::string>& members,
                                              Deadline deadline, const ActingOwner& acting_owner);

    // By id. As Repository::find.
    template <class Object>
    Result<CacheResult<Object>> find(std::string_view tenant, std::string_view id, Wait wait) {
        return repository<Object>().find(tenant, id, wait);
    }

    // By id from the store, with the kept properties, which the cache does not have. nullopt with
    // Wait::memory_only().
    template <class Object>
    Result<CacheResult<Object>> find_with_kept(std::string_view tenant, std::string_view id,
                                               Wait wait) {
        return repository<Object>().find_with_kept(tenant, id, wait);
    }

    // As Table.
    template <class Object>
    Result<void> add(const Object& object, Deadline deadline) {
        auto added = repository<Object>().add(object, deadline);
        if constexpr (std::is_same_v<Object, User>) forget_name(object);
        return added;
    }
    template <class Object>
    Result<std::optional<Object>> change(std::string_view tenant, std::string_view id,
                                         const typename Table<Object>::Change& change,
                                         Deadline deadline, const ActingOwner& acting_owner = {}) {
        auto changed = repository<Object>().change(tenant, id, change, deadline, acting_owner);
        if constexpr (std::is_same_v<Object, User>)
            if (changed && *changed) forget_name(**changed);
        return changed;
    }
    // The caller must call photo::Photos::forget for each owner that was removed.
    template <class Object>
    Result<std::optional<Removed>> remove(std::string_view tenant, std::string_view id, Instant now,
                                          Deadline deadline, const ActingOwner& acting_owner = {}) {
        auto removed = repository<Object>().remove(tenant, id, now, deadline, acting_owner);
        if (removed && *removed) forget(tenant, **removed);
        return removed;
    }
    template <class Object>
    Result<Page<Object>> list(const Scope& scope, const Query& query, Deadline deadline) {
        return repository<Object>().list(scope, query, deadline);
    }

    // The id of the user to whom the subject is bound; a null pointer if it is not bound.
    Result<CacheResult<std::string>> find_bound_user(const IssuerSubject& subject, Wait wait);
    // As Store.
    Result<void> rebind_subject(const IssuerSubject& subject, std::string_view user,
                                Deadline deadline);
    Result<void> add_bound(const User& user, const IssuerSubject& subject, Deadline deadline);

    // As Store.
    Result<void> add_group(const Group& group, const std::vector<std::string>& owners,
                           const std::vector<std::string>& members, Deadline deadline);

    // Bytes in the cache now.
    std::size_t remembered_bytes() const;

    // Memberships and new bindings, as Store.
    Store& store() { return store_; }

  private:
    // nullopt if memory does not hold the id, or holds the user under another name by now.
    CacheResult<User> user_by_cached_name(std::string_view tenant, std::string_view name,
                                          std::string_view cache_key);
    // A name's absence may be cached.
    void forget_name(const User& user);
    void forget(std::string_view tenant, const Removed& removed);
    template <class Object>
    Repository<Object>& repository() {
        if constexpr (std::is_same_v<Object, User>)
            return users_;
        else if constexpr (std::is_same_v<Object, Group>)
            return groups_;
        else if constexpr (std::is_same_v<Object, Contact>)
            return contacts_;
        else
            return folders_;
    }

    Store& store_;
    Repository<User> users_;
    // By tenant and lower-case name; empty if no user has it. Only a hint: a user that is found
    // by it must be checked for the name.
    LruCache<std::string> ids_by_name_;
    // By subject_key. Erased with the user, so that a later user with the id is not taken for the
    // same person.
    LruCache<std::shared_ptr<const std::string>> bound_ids_;
    Repository<Group> groups_;
    Repository<Contact> contacts_;
    Repository<ContactFolder> folders_;
};

}  // namespace cameo::directory
