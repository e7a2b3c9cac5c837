#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/text.h"
#include "directory/query.h"
#include "directory/sign_in_codes.h"
#include "directory/store.h"
#include "photo/catalog.h"
#include "store/store.h"

namespace cameo::store::memory {

class MemoryRepository;

// The catalog in memory: for tests, which may override functions that are to fail. Its data ends
// with it. Thread-safe.
class MemoryCatalog : public photo::Catalog {
  public:
    Result<std::optional<photo::Photo>> find(const OwnerKey& owner, Deadline deadline) override;
    Result<std::int64_t> put(const OwnerKey& owner, const photo::Photo& photo,
                             const photo::WriteCondition& condition, Deadline deadline,
                             const photo::Replacement& replacement = {}) override;
    Result<bool> remove(const OwnerKey& owner, const photo::WriteCondition& condition, Instant now,
                        Deadline deadline, const photo::Replacement& replacement = {}) override;
    Result<void> limit_retired(Instant latest, Deadline deadline) override;
    Result<std::vector<std::string>> retired(Instant before, std::size_t limit,
                                             Deadline deadline) override;
    Result<void> forget_retired(const std::vector<std::string>& blob_keys,
                                Deadline deadline) override;
    Result<std::vector<Owned>> list(const std::optional<OwnerKey>& after, std::size_t limit,
                                    Deadline deadline) override;
    Result<std::vector<std::string>> unknown_blobs(const std::vector<std::string>& blob_keys,
                                                   Deadline deadline) override;
    Result<std::optional<std::vector<photo::Change>>> changes(std::int64_t after, std::size_t limit,
                                                              Deadline deadline) override;
    Result<std::int64_t> last_change(Deadline deadline) override;
    Result<std::size_t> prune_changes(Instant now, std::size_t limit, Deadline deadline) override;
    Result<void> add_lease(const std::string& id, Instant ends, Deadline deadline) override;
    Result<bool> renew_lease(const std::string& id, Instant ends, Deadline deadline) override;
    Result<void> remove_lease(const std::string& id, Deadline deadline) override;
    Result<void> limit_leases(Instant latest, Deadline deadline) override;
    Result<std::size_t> remove_ended_leases(Instant now, Deadline deadline) override;

    Result<std::vector<photo::FormerPhoto>> former_photos(const OwnerKey& owner,
                                                          Deadline deadline) override;
    Result<std::optional<photo::FormerPhoto>> find_former(const OwnerKey& owner,
                                                          const std::string& id,
                                                          Deadline deadline) override;
    Result<std::vector<photo::FormerPhoto>> list_former(const std::string& after, std::size_t limit,
                                                        Deadline deadline) override;
    Result<std::int64_t> restore(const OwnerKey& owner, const std::string& id,
                                 const photo::Origin& origin, Instant now,
                                 const photo::WriteCondition& condition,
                                 const photo::Replacement& replacement, Deadline deadline) override;
    Result<bool> remove_former(const OwnerKey& owner, const std::string& id,
                               const photo::WriteCondition& condition, Instant now,
                               Deadline deadline) override;
    Result<std::size_t> prune_former(Instant before, Instant now, std::size_t limit,
                                     Deadline deadline) override;
    Result<photo::Erased> erase(const OwnerKey& owner, const photo::WriteCondition& condition,
                                Instant now, Deadline deadline) override;
    Result<void> scrub(Deadline deadline) override;
    Result<void> set_lock(const OwnerKey& owner, bool locked, Deadline deadline) override;
    Result<bool> is_locked(const OwnerKey& owner, Deadline deadline) override;
    Result<void> add_run(const photo::Run& run, Deadline deadline) override;
    Result<std::optional<photo::Run>> find_run(const std::string& tenant, const std::string& id,
                                               Deadline deadline) override;
    Result<std::vector<photo::Run>> runs(const std::string& tenant, std::size_t limit,
                                         Deadline deadline) override;
    Result<bool> mark_undone(const std::string& tenant, const std::string& id, Instant now,
                             Deadline deadline) override;
    Result<std::vector<photo::RunPhoto>> photos_of_run(const photo::Run& run,
                                                       const std::optional<OwnerKey>& after,
                                                       std::size_t limit,
                                                       Deadline deadline) override;
    Result<photo::Undone> undo(const photo::Run& run, const std::vector<photo::UndoStep>& steps,
                               const photo::Origin& origin, Instant now,
                               const photo::Replacement& replacement, Deadline deadline) override;
    Result<std::size_t> changed_since_run(const photo::Run& run, Deadline deadline) override;
    Result<std::size_t> prune_runs(Instant before, std::size_t limit, Deadline deadline) override;

    // For tests: as a catalog from before schema 7, which can hold a photo without its owner.
    void put_without_owner(const OwnerKey& owner, const photo::Photo& photo);

    // For MemoryDirectory: as remove, whatever the condition.
    void drop(const OwnerKey& owner, Instant now);
    void record_change(const OwnerKey& owner, photo::Change::What what, Instant at);
    // For MemoryDirectory: what lists of people need of an owner's photo.
    struct PhotoState {
        std::optional<photo::Photo> photo;
        Instant changed{};  // when it was last stored or removed
        bool locked = false;
    };
    PhotoState photo_state(const OwnerKey& owner);
    // For MemoryDirectory: borrowed. Without it every owner exists, and no acting owner is checked.
    void look_for_owners_in(MemoryRepository& directory) { directory_ = &directory; }

  private:
    // The directory's lock, which is always taken before the catalog's; none without a directory.
    std::unique_lock<std::mutex> lock_directory();
    Result<void> check_acting_owner(const OwnerKey& owner, const photo::WriteCondition& condition);
    Result<void> check_owner(const OwnerKey& owner);
    // Under both locks, as below. The first checks of a write, in the order of Catalog::put.
    Result<void> check_writable(const OwnerKey& owner, const photo::WriteCondition& condition);
    Result<void> check_lock(const OwnerKey& owner, const photo::WriteCondition& condition);
    Result<void> check_run(const std::string& tenant, const std::string& run);
    Result<void> check_condition(const OwnerKey& owner, const photo::WriteCondition& condition);
    std::int64_t add_change(const OwnerKey& owner, photo::Change::What what, Instant at);
    std::int64_t store(const OwnerKey& owner, const photo::Photo& photo,
                       const photo::Replacement& replacement);
    // The owner's photo becomes a former photo, or its blob is retired. It must exist.
    void displace(const OwnerKey& owner, Instant when, const photo::Replacement& replacement);
    void remove_photo(const OwnerKey& owner, Instant when, const photo::Replacement& replacement);
    std::int64_t bring_back(photo::FormerPhoto former, const photo::Origin& origin, Instant now,
                            const photo::Replacement& replacement);
    std::vector<photo::FormerPhoto> formers_of(const OwnerKey& owner);  // the last replaced first
    // nullptr where there is none.
    const photo::FormerPhoto* find_former_row(const OwnerKey& owner, const std::string& id);
    void erase_former_row(const std::string& id);
    photo::Run with_photos(photo::Run run);

    MemoryRepository* directory_ = nullptr;
    std::mutex mutex_;
    std::map<OwnerKey, photo::Photo> photos_;
    std::set<OwnerKey> replaced_;  // whose photo replaced one from before its run
    struct Retired {
        Instant when{};
        OwnerKey owner;
    };
    std::map<std::string, Retired> retired_;
    std::vector<photo::FormerPhoto> former_;  // in the order in which they were replaced
    std::set<OwnerKey> locks_;
    std::vector<photo::Run> runs_;  // in the order in which they were added
    std::deque<photo::Change> changes_;
    std::map<OwnerKey, Instant> photos_changed_;
    std::int64_t last_seq_ = 0;
    std::map<std::string, Instant> leases_;  // and their ends
};

// Ids of users and groups are not case-sensitive; ids of contacts and folders are.
template <class Object>
std::string key_of(std::string_view id) {
    constexpr bool kFolds =
        std::is_same_v<Object, directory::User> || std::is_same_v<Object, directory::Group>;
    return kFolds ? to_lower(id) : std::string(id);
}

// The data of a MemoryDirectory. `mutex` must be held for every access.
class MemoryRepository {
  public:
    using Key = std::pair<std::string, std::string>;  // tenant, key_of the id
    template <class Object>
    using Map = std::map<Key, Object>;

    explicit MemoryRepository(MemoryCatalog& catalog_of_photos) : catalog(catalog_of_photos) {
        catalog.look_for_owners_in(*this);
    }

    template <class Object>
    Map<Object>& all() {
        return std::get<Map<Object>>(maps_);
    }
    template <class Object>
    const Map<Object>& all() const {
        return std::get<Map<Object>>(maps_);
    }
    // nullptr where there is none.
    template <class Object>
    Object* find(std::string_view tenant, std::string_view id) {
        const auto found = all<Object>().find({std::string(tenant), key_of<Object>(id)});
        return found == all<Object>().end() ? nullptr : &found->second;
    }
    bool is_member(std::string_view tenant, std::string_view group, std::string_view user) const {
        return members.contains({std::string(tenant), to_lower(group), to_lower(user)});
    }

    bool is_owner(std::string_view tenant, std::string_view group, std::string_view user) const {
        return owners.contains({std::string(tenant), to_lower(group), to_lower(user)});
    }

    // Whether a group has it as its unique_nickname.
    bool has_nickname(std::string_view tenant, std::string_view nickname) const {
        return std::ranges::any_of(all<directory::Group>(), [&](const auto& item) {
            return item.second.tenant == tenant &&
                   directory::unique_nickname(item.second) == nickname;
        });
    }

    // Under exactly that id.
    bool has_owner(const OwnerKey& owner) {
        const auto is_it = [&](const auto* found) {
            return found != nullptr && found->id == owner.id;
        };
        switch (owner.kind) {
            case OwnerKind::user:
                return is_it(find<directory::User>(owner.tenant, owner.id));
            case OwnerKind::group:
                return is_it(find<directory::Group>(owner.tenant, owner.id));
            case OwnerKind::contact:
                return is_it(find<directory::Contact>(owner.tenant, owner.id));
        }
        std::unreachable();
    }

    // As the catalog's, at this moment. Nothing where there is no such group.
    void record_change_of_group(std::string_view tenant, std::string_view group,
                                photo::Change::What what, Instant at = SystemClock().now()) {
        if (const auto* found = find<directory::Group>(tenant, group))
            catalog.record_change({found->tenant, OwnerKind::group, found->id}, what, at);
    }

    // The check of ActingOwner.
    Result<void> check_acting_owner(std::string_view tenant, std::string_view group,
                                    const ActingOwner& acting_owner) {
        if (!acting_owner || is_owner(tenant, group, *acting_owner)) return {};
        if (find<directory::Group>(tenant, group) == nullptr) return {};
        return fail(Fault::denied, "");
    }

    using InGroup = std::tuple<std::string, std::string, std::string>;  // tenant, group, user

    std::mutex mutex;
    std::map<std::string, directory::Tenant> tenants;
    std::set<InGroup> members;
    std::set<InGroup> owners;
    std::map<Key, std::string> managers;                          // by users; ids in lower case
    std::map<directory::IssuerSubject, std::string> bound_users;  // to ids in lower case
    std::map<directory::CodeHash, directory::SignInCode> sign_in_codes;
    MemoryCatalog& catalog;

  private:
    std::tuple<Map<directory::User>, Map<directory::Group>, Map<directory::Contact>,
               Map<directory::ContactFolder>>
        maps_;
};

// Whether scope, filter and search of a list match the object. For User,
// Group, Contact and ContactFolder.
template <class Object>
bool is_wanted(const MemoryRepository& memory, const Object& object, const directory::Scope& scope,
               const directory::Query& query);

// The ids of the folder and of all folders inside it, to any depth; empty if there is none.
std::vector<std::string> folders_in(MemoryRepository& memory, std::string_view tenant,
                                    std::string_view folder);

// As directory::Table::remove, under the lock. For User, Group, Contact and ContactFolder.
template <class Object>
std::optional<directory::Removed> remove(MemoryRepository& memory, std::string_view tenant,
                                         std::string_view id, Instant now);

// The objects of one kind. Borrows the data.
template <class Object>
class MemoryTable final : public directory::Table<Object> {
  public:
    using typename directory::Table<Object>::Change;

    explicit MemoryTable(MemoryRepository& memory) : memory_(memory) {}

    Result<std::optional<Object>> find(std::string_view tenant, std::string_view id,
                                       Deadline deadline, directory::WithKept with_kept) override;
    Result<void> add(const Object& object, Deadline deadline) override;
    Result<void> insert(const Object& object);  // as add, by a caller that holds the lock
    Result<std::optional<Object>> change(std::string_view tenant, std::string_view id,
                                         const Change& change, Deadline deadline,
                                         const ActingOwner& acting_owner) override;
    // As change, by a caller that holds the lock.
    Result<std::optional<Object>> update(std::string_view tenant, std::string_view id,
                                         const Change& change, const ActingOwner& acting_owner);
    Result<std::optional<directory::Removed>> remove(std::string_view tenant, std::string_view id,
                                                     Instant now, Deadline deadline,
                                                     const ActingOwner& acting_owner) override;
    Result<directory::Page<Object>> list(const directory::Scope& scope,
                                         const directory::Query& query, Deadline deadline) override;

  private:
    MemoryRepository& memory_;
};

extern template class MemoryTable<directory::User>;
extern template class MemoryTable<directory::Group>;
extern template class MemoryTable<directory::Contact>;
extern template class MemoryTable<directory::ContactFolder>;

// The directory in memory: for tests, which may override functions that are to fail. Its data ends
// with it. Thread-safe.
class MemoryDirectory : public directory::Store {
  public:
    // With a catalog of its own, for tests that have no photos.
    MemoryDirectory();
    // `catalog`, borrowed, has the photos of these owners.
    explicit MemoryDirectory(MemoryCatalog& catalog);

    Result<std::vector<directory::Tenant>> tenants(Deadline deadline) override;
    Result<void> put_tenant(const directory::Tenant& tenant, Deadline deadline) override;

    directory::Table<directory::User>& users() override { return users_; }
    directory::Table<directory::Group>& groups() override { return groups_; }
    directory::Table<directory::Contact>& contacts() override { return contacts_; }
    directory::Table<directory::ContactFolder>& folders() override { return folders_; }

    Result<std::optional<directory::User>> user_by_name(std::string_view tenant,
                                                        std::string_view name,
                                                        Deadline deadline) override;
    Result<directory::Page<directory::Person>> people(const directory::PeopleQuery& query,
                                                      Deadline deadline) override;
    Result<std::vector<directory::CoverageRow>> coverage(std::string_view tenant,
                                                         directory::CoverageBy by,
                                                         Deadline deadline) override;
    Result<std::optional<std::string>> bound_user(const directory::IssuerSubject& subject,
                                                  Deadline deadline) override;
    Result<void> bind_subject(const directory::IssuerSubject& subject, std::string_view user,
                              Deadline deadline) override;
    Result<std::vector<directory::IssuerSubject>> rebind_subject(
        const directory::IssuerSubject& subject, std::string_view user, Deadline deadline) override;
    Result<void> add_bound(const directory::User& user, const directory::IssuerSubject& subject,
                           Deadline deadline) override;
    Result<void> add_group(const directory::Group& group, const std::vector<std::string>& owners,
                           const std::vector<std::string>& members, Deadline deadline) override;
    Result<std::string> free_nickname(std::string_view tenant, std::string_view wanted,
                                      Deadline deadline) override;
    Result<std::optional<directory::Group>> change_group(
        std::string_view tenant, std::string_view id,
        const directory::Table<directory::Group>::Change& change,
        const std::vector<std::string>& owners, const std::vector<std::string>& members,
        Deadline deadline, const ActingOwner& acting_owner) override;
    Result<std::optional<std::string>> manager_of(std::string_view tenant, std::string_view user,
                                                  Deadline deadline) override;
    Result<void> set_manager(std::string_view tenant, std::string_view user,
                             std::string_view manager, Deadline deadline) override;
    Result<void> add_member(std::string_view tenant, std::string_view group, std::string_view user,
                            Deadline deadline, const ActingOwner& acting_owner) override;
    Result<bool> remove_member(std::string_view tenant, std::string_view group,
                               std::string_view user, Deadline deadline,
                               const ActingOwner& acting_owner) override;
    Result<bool> is_member(std::string_view tenant, std::string_view group, std::string_view user,
                           Deadline deadline) override;
    Result<void> add_owner(std::string_view tenant, std::string_view group, std::string_view user,
                           Deadline deadline, const ActingOwner& acting_owner) override;
    Result<bool> remove_owner(std::string_view tenant, std::string_view group,
                              std::string_view user, Deadline deadline,
                              const ActingOwner& acting_owner) override;
    Result<bool> is_owner(std::string_view tenant, std::string_view group, std::string_view user,
                          Deadline deadline) override;
    Result<std::vector<Result<directory::Membership>>> change_memberships(
        std::string_view tenant, std::string_view group,
        const std::vector<directory::MembershipChange>& changes, Deadline deadline,
        const ActingOwner& acting_owner) override;

    MemoryRepository& memory() { return memory_; }

  private:
    using InGroup = MemoryRepository::InGroup;
    // Puts the user into the group's `people`: members or owners.
    Result<void> add_to_group(std::set<InGroup>& people, const InGroup& one,
                              std::string_view already, Deadline deadline,
                              const ActingOwner& acting_owner);

    // One item of change_memberships, under the lock.
    Result<directory::Membership> change_membership(std::string_view tenant, std::string_view group,
                                                    const directory::MembershipChange& change);
    // Under the lock.
    bool is_last_owner(std::string_view tenant, std::string_view group, std::string_view user);

    // Under the lock. Fault::no_owner if one of the users does not exist, Fault::conflict if
    // one is named twice.
    Result<std::set<InGroup>> in_group(const directory::Group& group,
                                       const std::vector<std::string>& users,
                                       std::string_view already);

    std::unique_ptr<MemoryCatalog> own_catalog_;  // null if it is borrowed
    MemoryRepository memory_;
    MemoryTable<directory::User> users_{memory_};
    MemoryTable<directory::Group> groups_{memory_};
    MemoryTable<directory::Contact> contacts_{memory_};
    MemoryTable<directory::ContactFolder> folders_{memory_};
};

// The codes of sign-ins in memory. Borrows the data.
class MemorySignInCodes final : public directory::SignInCodes {
  public:
    explicit MemorySignInCodes(MemoryRepository& memory) : memory_(memory) {}

    Result<void> add(const directory::SignInCode& code, Instant now, Deadline deadline) override;
    Result<std::optional<directory::SignInCode>> take(const directory::CodeHash& hash, Instant now,
                                                      Deadline deadline) override;

  private:
    MemoryRepository& memory_;
};

// All over one memory.
class MemoryStore final : public Store {
  public:
    MemoryCatalog& catalog() override { return catalog_; }
    MemoryDirectory& directory() override { return directory_; }
    MemorySignInCodes& sign_in_codes() override { return sign_in_codes_; }

  private:
    MemoryCatalog catalog_;
    MemoryDirectory directory_{catalog_};
    MemorySignInCodes sign_in_codes_{directory_.memory()};
};

}  // namespace cameo::store::memory
