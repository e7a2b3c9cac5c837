#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
    // `remembered` objects of each kind, names of users and people of identity providers, of usual
    // size: docs/configuration.md.
    Directory(Store& store, std::size_t remembered);

    // `key` is an id or a userPrincipalName, percent-decoded, in either letter case. A key longer
    // than a userPrincipalName can be names no user, and is neither looked up nor kept. Faults of
    // Store::user_by_name and Table::find, where it asks the store.
    Result<CacheResult<User>> find_user(std::string_view tenant, std::string_view key, Wait wait);

    // As find_user with Wait::memory_only().
    CacheResult<User> cached_user(std::string_view tenant, std::string_view key);
    // As find_user with Wait::until(deadline).
    Result<std::shared_ptr<const User>> user(std::string_view tenant, std::string_view key,
                                             Deadline deadline);

    // Reads of the other kinds by id; writes of them, but for removals and groups with people, need
    // nothing more.
    Repository<Group>& groups() { return groups_; }
    Repository<Contact>& contacts() { return contacts_; }
    Repository<ContactFolder>& folders() { return folders_; }

    // The id of the user to whom the subject is bound; a null pointer where it is not bound.
    Result<CacheResult<std::string>> find_bound_user(const IssuerSubject& subject, Wait wait);

    // As find_bound_user with Wait::memory_only(), but nullopt for an unbound subject too.
    std::optional<std::string> cached_bound_user(const IssuerSubject& subject);
    // As find_bound_user with Wait::until(deadline); nullopt where the subject is not bound.
    Result<std::optional<std::string>> bound_user(const IssuerSubject& subject, Deadline deadline);
    // As Store.
    Result<void> rebind_subject(const IssuerSubject& subject, std::string_view user,
                                Deadline deadline);
    Result<void> add_bound(const User& user, const IssuerSubject& subject, Deadline deadline);

    // As Store.
    Result<void> add_group(const Group& group, const std::vector<std::string>& owners,
                           const std::vector<std::string>& members, Deadline deadline);

    // As Table<User>.
    Result<void> add(const User& user, Deadline deadline);
    Result<std::optional<User>> change_user(std::string_view tenant, std::string_view id,
                                            const Table<User>::Change& change, Deadline deadline);
    Result<Page<User>> list_users(const Scope& scope, const Query& query, Deadline deadline);

    // As Table::remove, for the owner or folder with that id. The caller lets photo::Photos forget
    // the owners that were removed.
    Result<std::optional<Removed>> remove_user(std::string_view tenant, std::string_view id,
                                               Instant now, Deadline deadline);
    Result<std::optional<Removed>> remove_group(std::string_view tenant, std::string_view id,
                                                Instant now, Deadline deadline,
                                                const ActingOwner& acting_owner = {});
    Result<std::optional<Removed>> remove_contact(std::string_view tenant, std::string_view id,
                                                  Instant now, Deadline deadline);
    Result<std::optional<Removed>> remove_folder(std::string_view tenant, std::string_view id,
                                                 Instant now, Deadline deadline);

    // Of the memory, what is held now.
    std::size_t remembered_bytes() const;

    // Memberships and new bindings, as Store.
    Store& store() { return store_; }

  private:
    // nullopt where memory does not hold the id, or holds the user under another name by now.
    CacheResult<User> user_by_cached_name(std::string_view tenant, std::string_view name,
                                          const std::string& cache_key);
    void forget(std::string_view tenant, const Removed& removed);

    Store& store_;
    Repository<User> users_;
    // By tenant and lower-case name; empty where nobody has it. Only a hint: whoever it leads to
    // must still have the name.
    LruCache<std::string> ids_by_name_;
    // By subject_key. Forgotten with the user, so that whoever gets the id later is not taken for
    // them.
    LruCache<std::shared_ptr<const std::string>> bound_ids_;
    Repository<Group> groups_;
    Repository<Contact> contacts_;
    Repository<ContactFolder> folders_;
};

}  // namespace cameo::directory
