#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/owner.h"
#include "base/result.h"
#include "directory/membership.h"
#include "directory/objects.h"
#include "directory/people.h"
#include "directory/query.h"

// Port: tenants and their objects; one half of store::Store, whose other half is photo::Catalog.
// Implementations: memory, SQLite. They pass the suite in store/contract.
//
// Thread-safe; calls block. Fault::busy if the deadline passes, Fault::internal if the store
// fails; these and all faults below say that nothing was changed. Fault::outcome_unknown if it is
// unknown whether a write was stored. A write that returned is durable, and every later read
// returns it. Every write of a user, group, contact, membership or ownership adds a photo::Change
// in its transaction.
//
// Text, for every store: text is UTF-8 and is compared byte by byte, with A to Z folded
// to a to z if letter case does not count; no other letter is folded. Letter case does not count
// for ids of users and groups, userPrincipalName, mail and the texts of a filter; it counts for ids
// of contacts and folders and for names of tenants. Lists are in the order of the folded text of
// Query::order_by, or of its time, then of the id (folded where its case does not count), byte by
// byte. A page and its count are of one moment.
namespace cameo::directory {

// The objects of a list.
struct Scope {
    std::string tenant;
    std::string mailbox;     // contacts, folders: the id of its user; REQUIRED there
    std::string folder;      // contacts, folders: directly in it; empty for any folder
    std::string members_of;  // users: of the group with this id
    std::string owners_of;   // users: of the group with this id
    std::string people_of;   // users: members and owners of the group with this id
    std::string reports_of;  // users: whose manager is the user with this id
    // Users: who are in a group with the user with this id, without that user. `without_hidden`
    // and `except_joined_by` then limit these groups.
    std::string shares_group_with;
    std::string joined_by;    // groups: that the user with this id is a member of
    bool teams_only = false;  // groups
    // Groups: without those of hidden membership, except those that the user with the id
    // `except_joined_by` is a member of.
    bool without_hidden = false;
    std::string except_joined_by;
};

// The removed objects, for the removal from caches.
struct Removed {
    std::vector<OwnerKey> owners;         // users, groups, contacts
    std::vector<std::string> folders;     // ids of contact folders
    std::vector<IssuerSubject> subjects;  // that were bound to a user
};

// Whether a read fills the member `kept` of its objects.
enum class WithKept : std::uint8_t { no, yes };

// The objects of one kind. `add` and `change` have the member `kept` of their objects.
template <class Object>
class Table {
  public:
    virtual ~Table() = default;

    virtual Result<std::optional<Object>> find(std::string_view tenant, std::string_view id,
                                               Deadline deadline,
                                               WithKept with_kept = WithKept::no) = 0;

    // Fault::conflict if the id, a user's userPrincipalName or a group's unique_nickname exists in
    // the tenant, or a folder would become its own descendant. Fault::no_owner if the mailbox, or
    // the parent folder in that mailbox, does not exist.
    virtual Result<void> add(const Object& object, Deadline deadline) = 0;

    // Calls `change` on the object and stores the result, in one transaction. Returns the new
    // object, nullopt if there is none. An error of `change` is returned and
    // nothing is stored. Faults of add. `change` must not change tenant, mailbox and id. It may run
    // more than once, each time on a new copy, if the store repeats its transaction: only the
    // effects of the last run may remain. `acting_owner` is only for groups, here and below.
    using Change = std::function<Result<void>(Object&)>;
    virtual Result<std::optional<Object>> change(std::string_view tenant, std::string_view id,
                                                 const Change& change, Deadline deadline,
                                                 const ActingOwner& acting_owner = {}) = 0;

    // Removes the object and, in the same transaction, all that depends on it: a user's contacts,
    // folders, memberships and ownerships, a group's memberships and owners, a folder's contacts
    // and folders to any depth; and the photos of every owner among them, whose blobs are then
    // retired as photo::Catalog::remove does. nullopt if there is no such object.
    virtual Result<std::optional<Removed>> remove(std::string_view tenant, std::string_view id,
                                                  Instant now, Deadline deadline,
                                                  const ActingOwner& acting_owner = {}) = 0;

    virtual Result<Page<Object>> list(const Scope& scope, const Query& query,
                                      Deadline deadline) = 0;
};

class Store {
  public:
    virtual ~Store() = default;

    virtual Result<std::vector<Tenant>> tenants(Deadline deadline) = 0;
    // Adds the tenant, or changes name and kind of the one with its id. Fault::conflict if
    // another tenant has the name.
    virtual Result<void> put_tenant(const Tenant& tenant, Deadline deadline) = 0;

    virtual Table<User>& users() = 0;
    virtual Table<Group>& groups() = 0;
    virtual Table<Contact>& contacts() = 0;
    virtual Table<ContactFolder>& folders() = 0;

    // By userPrincipalName in either letter case.
    virtual Result<std::optional<User>> user_by_name(std::string_view tenant, std::string_view name,
                                                     Deadline deadline) = 0;

    // One page of the users of the query, in the order of displayName and id, each with the state
    // of its photo. All of one moment. docs/cameo-api.md, "People".
    virtual Result<Page<Person>> people(const PeopleQuery& query, Deadline deadline) = 0;
    // One row for each value of the property, in no order.
    virtual Result<std::vector<CoverageRow>> coverage(std::string_view tenant, CoverageBy by,
                                                      Deadline deadline) = 0;

    // The id of the user to whom the subject is bound; nullopt if there is none.
    virtual Result<std::optional<std::string>> bound_user(const IssuerSubject& subject,
                                                          Deadline deadline) = 0;
    // Binds the subject to the user, until the user is removed; repeating it is not an error.
    // Fault::no_owner if the user does not exist, Fault::conflict if the subject is bound to
    // another user, or as check_binding.
    virtual Result<void> bind_subject(const IssuerSubject& subject, std::string_view user,
                                      Deadline deadline) = 0;
    // As bind_subject, and ends the binding of the subject to another user and of the user's other
    // subject of the same issuer; subjects of other issuers stay. Never Fault::conflict. Returns
    // the subjects whose binding ended.
    virtual Result<std::vector<IssuerSubject>> rebind_subject(const IssuerSubject& subject,
                                                              std::string_view user,
                                                              Deadline deadline) = 0;
    // Adds the user and binds the subject to it, both or neither. Faults of both.
    virtual Result<void> add_bound(const User& user, const IssuerSubject& subject,
                                   Deadline deadline) = 0;

    // Adds the group with its owners and members (ids of users, each once in either list), all or
    // nothing. Faults of Table::add, add_owner and add_member.
    virtual Result<void> add_group(const Group& group, const std::vector<std::string>& owners,
                                   const std::vector<std::string>& members, Deadline deadline) = 0;

    // `wanted`, or where another group has it as its unique_nickname, with the smallest number from
    // 2 on that makes it free, behind its first kNumberedCharacters.
    virtual Result<std::string> free_nickname(std::string_view tenant, std::string_view wanted,
                                              Deadline deadline) = 0;

    // As Table::change, and adds owners and members (ids of users, each once in either list) in the
    // same transaction. Faults of Table::change, add_owner and add_member.
    virtual Result<std::optional<Group>> change_group(std::string_view tenant, std::string_view id,
                                                      const Table<Group>::Change& change,
                                                      const std::vector<std::string>& owners,
                                                      const std::vector<std::string>& members,
                                                      Deadline deadline,
                                                      const ActingOwner& acting_owner = {}) = 0;

    // The id of the user's manager; nullopt without one, or for an unknown user.
    virtual Result<std::optional<std::string>> manager_of(std::string_view tenant,
                                                          std::string_view user,
                                                          Deadline deadline) = 0;
    // Sets the manager of a user, or removes it where `manager` is empty; ends with the removal of
    // either. Fault::no_owner where one of them does not exist, Fault::conflict where they are the
    // same user.
    virtual Result<void> set_manager(std::string_view tenant, std::string_view user,
                                     std::string_view manager, Deadline deadline) = 0;

    // Fault::no_owner if the user or the group does not exist, Fault::conflict if the user is
    // already a member.
    virtual Result<void> add_member(std::string_view tenant, std::string_view group,
                                    std::string_view user, Deadline deadline,
                                    const ActingOwner& acting_owner = {}) = 0;
    // False if the user was not a member.
    virtual Result<bool> remove_member(std::string_view tenant, std::string_view group,
                                       std::string_view user, Deadline deadline,
                                       const ActingOwner& acting_owner = {}) = 0;
    virtual Result<bool> is_member(std::string_view tenant, std::string_view group,
                                   std::string_view user, Deadline deadline) = 0;

    // As the three above, for a group's owners. A group may have none, but the last one cannot be
    // removed: Fault::conflict.
    virtual Result<void> add_owner(std::string_view tenant, std::string_view group,
                                   std::string_view user, Deadline deadline,
                                   const ActingOwner& acting_owner = {}) = 0;
    virtual Result<bool> remove_owner(std::string_view tenant, std::string_view group,
                                      std::string_view user, Deadline deadline,
                                      const ActingOwner& acting_owner = {}) = 0;
    virtual Result<bool> is_owner(std::string_view tenant, std::string_view group,
                                  std::string_view user, Deadline deadline) = 0;

    // Makes the changes one after the other in one transaction, and returns for each what the user
    // was before it, or its fault: those of changed(), Fault::no_owner if the user does not exist,
    // Fault::conflict for the last owner, who stays one. A change with a fault changes nothing; the
    // others are made. Fault::no_owner if the group does not exist.
    virtual Result<std::vector<Result<Membership>>> change_memberships(
        std::string_view tenant, std::string_view group,
        const std::vector<MembershipChange>& changes, Deadline deadline,
        const ActingOwner& acting_owner = {}) = 0;
};

inline constexpr std::size_t kNumberedCharacters = 56;  // of ASCII

inline constexpr std::string_view kTakenNickname =
    "Another object with the same value for property mailNickname already exists.";

// The details of Fault::conflict of memberships and ownerships.
inline constexpr std::string_view kAlreadyMember = "The user is a member of the group already.";
inline constexpr std::string_view kAlreadyOwner = "The user is an owner of the group already.";
inline constexpr std::string_view kOwnManager = "A user cannot be their own manager.";
inline constexpr std::string_view kLastOwner =
    "The group must have at least one owner, hence this owner cannot be removed.";

}  // namespace cameo::directory
