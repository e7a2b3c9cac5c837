#include "store/sqlite/object_table.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/list_sql.h"
#include "store/sqlite/memberships.h"
#include "store/sqlite/object_row.h"
#include "store/sqlite/photo_rows.h"

namespace cameo::store::sqlite {
namespace {

using directory::Contact;
using directory::ContactFolder;
using directory::Group;
using directory::Page;
using directory::Removed;
using directory::User;
using directory::WithKept;
using What = photo::Change::What;

using Texts = std::vector<std::string>;

// The stored id, which the photo's row has too; nullopt if there is no such object.
std::optional<std::string> kept_id(Connection& connection, std::string_view sql,
                                   std::string_view tenant, std::string_view id) {
    auto query = connection.query(sql);
    query.bind(1, tenant).bind(2, id);
    if (!query.step()) return std::nullopt;
    return query.text(0);
}

void run(Connection& connection, std::string_view sql, std::string_view tenant,
         std::string_view id) {
    connection.query(sql).bind(1, tenant).bind(2, id).step();
}

// The first column of all rows of a statement over tenant and id.
Texts texts(Connection& connection, std::string_view sql, std::string_view tenant,
            std::string_view id) {
    auto query = connection.query(sql);
    query.bind(1, tenant).bind(2, id);
    Texts found;
    while (query.step()) found.push_back(query.text(0));
    return found;
}

// The ids of the folder and of all folders inside it, to any depth; empty if there is none.
std::vector<std::string> folders_in(Connection& connection, std::string_view tenant,
                                    std::string_view folder) {
    return texts(connection,
                 "WITH RECURSIVE inside(id) AS ("
                 "SELECT id FROM contact_folders WHERE tenant=?1 AND id=?2 UNION "
                 "SELECT child.id FROM inside JOIN contact_folders AS child "
                 "ON child.tenant=?1 AND child.parent_folder_id=inside.id) SELECT id FROM inside",
                 tenant, folder);
}

void add_contacts(Removed& removed, std::string_view tenant, Texts ids) {
    for (auto& id : ids)
        removed.owners.push_back({std::string(tenant), OwnerKind::contact, std::move(id)});
}

// Deletes the object and its dependents, except photos, and adds both to `removed`. Foreign
// keys delete memberships and bindings with their user or group. False if there is no such
// object.
template <class Object>
bool take(Connection& connection, std::string_view tenant, std::string_view id, Removed& removed);

template <>
bool take<User>(Connection& connection, std::string_view tenant, std::string_view id,
                Removed& removed) {
    auto user = kept_id(connection, "SELECT id FROM users WHERE tenant=?1 AND id=?2", tenant, id);
    if (!user) return false;
    removed.owners.push_back({std::string(tenant), OwnerKind::user, *std::move(user)});
    add_contacts(
        removed, tenant,
        texts(connection, "SELECT id FROM contacts WHERE tenant=?1 AND mailbox=?2", tenant, id));
    removed.folders = texts(
        connection, "SELECT id FROM contact_folders WHERE tenant=?1 AND mailbox=?2", tenant, id);
    removed.subjects = subjects_of(connection, tenant, id);
    run(connection, "DELETE FROM contacts WHERE tenant=?1 AND mailbox=?2", tenant, id);
    run(connection, "DELETE FROM contact_folders WHERE tenant=?1 AND mailbox=?2", tenant, id);
    run(connection, "DELETE FROM sign_in_codes WHERE tenant=?1 AND user=?2 COLLATE NOCASE", tenant,
        id);
    run(connection, "DELETE FROM users WHERE tenant=?1 AND id=?2", tenant, id);
    return true;
}

template <>
bool take<Group>(Connection& connection, std::string_view tenant, std::string_view id,
                 Removed& removed) {
    auto group = kept_id(connection, "SELECT id FROM groups WHERE tenant=?1 AND id=?2", tenant, id);
    if (!group) return false;
    removed.owners.push_back({std::string(tenant), OwnerKind::group, *std::move(group)});
    run(connection, "DELETE FROM groups WHERE tenant=?1 AND id=?2", tenant, id);
    return true;
}

template <>
bool take<Contact>(Connection& connection, std::string_view tenant, std::string_view id,
                   Removed& removed) {
    auto contact =
        kept_id(connection, "SELECT id FROM contacts WHERE tenant=?1 AND id=?2", tenant, id);
    if (!contact) return false;
    removed.owners.push_back({std::string(tenant), OwnerKind::contact, *std::move(contact)});
    run(connection, "DELETE FROM contacts WHERE tenant=?1 AND id=?2", tenant, id);
    return true;
}

template <>
bool take<ContactFolder>(Connection& connection, std::string_view tenant, std::string_view id,
                         Removed& removed) {
    removed.folders = folders_in(connection, tenant, id);
    for (const auto& folder : removed.folders) {
        add_contacts(
            removed, tenant,
            texts(connection, "SELECT id FROM contacts WHERE tenant=?1 AND parent_folder_id=?2",
                  tenant, folder));
        run(connection, "DELETE FROM contacts WHERE tenant=?1 AND parent_folder_id=?2", tenant,
            folder);
        run(connection, "DELETE FROM contact_folders WHERE tenant=?1 AND id=?2", tenant, folder);
    }
    return !removed.folders.empty();
}

struct GroupsOfUser {
    Texts joined, owned;  // ids
};

GroupsOfUser groups_of(Connection& connection, std::string_view tenant, std::string_view user) {
    return {texts(connection,
                  "SELECT groups.id FROM users JOIN members ON members.user=users.number JOIN "
                  "groups ON groups.number=members.\"group\" WHERE users.tenant=?1 AND users.id=?2",
                  tenant, user),
            texts(connection,
                  "SELECT groups.id FROM users JOIN owners ON owners.user=users.number JOIN "
                  "groups ON groups.number=owners.\"group\" WHERE users.tenant=?1 AND users.id=?2",
                  tenant, user)};
}

void record_change_of_groups(Connection& connection, std::string_view tenant,
                             const GroupsOfUser& groups, Instant now) {
    for (const auto& id : groups.joined)
        record_change(connection, {std::string(tenant), OwnerKind::group, id},
                      What::members_changed, now);
    for (const auto& id : groups.owned)
        record_change(connection, {std::string(tenant), OwnerKind::group, id}, What::owners_changed,
                      now);
}

// As directory::Table::remove, in its caller's transaction.
template <class Object>
std::optional<Removed> remove_object(Connection& connection, std::string_view tenant,
                                     std::string_view id, Instant now) {
    Removed removed;
    GroupsOfUser groups;
    if constexpr (std::is_same_v<Object, User>) groups = groups_of(connection, tenant, id);
    if (!take<Object>(connection, tenant, id, removed)) return std::nullopt;
    for (const auto& owner : removed.owners) {
        drop_photos(connection, owner, now);
        record_change(connection, owner, What::owner_removed, now);
    }
    record_change_of_groups(connection, tenant, groups, now);
    return removed;
}

bool is_in_mailbox(Connection& connection, std::string_view tenant, std::string_view mailbox,
                   std::string_view folder) {
    auto query =
        connection.query("SELECT 1 FROM contact_folders WHERE tenant=?1 AND id=?2 AND mailbox=?3");
    query.bind(1, tenant).bind(2, folder).bind(3, mailbox);
    return query.step();
}

template <class Object>
Result<void> check_place(Connection& connection, const Object& object) {
    auto query = connection.query("SELECT id FROM users WHERE tenant=?1 AND id=?2");
    query.bind(1, object.tenant).bind(2, object.mailbox);
    if (!query.step()) return fail(Fault::no_owner, "There is no such mailbox.");
    if (object.parent_folder_id == directory::default_folder_id(query.text(0))) return {};
    if (is_in_mailbox(connection, object.tenant, object.mailbox, object.parent_folder_id))
        return {};
    return fail(Fault::no_owner, "There is no such parent folder in the mailbox.");
}

// The checks before an object is written: the faults of directory::Table::add, except a taken id.
// In a write transaction, so the result holds until the write.
// `before`, the object as it was, is null for a new one.
Result<void> check(Connection& connection, const User& user, const User* /*before*/) {
    const std::string name = to_lower(user.user_principal_name);
    auto query = connection.query("SELECT 1 FROM users WHERE tenant=?1 AND upn_key=?2 AND id<>?3");
    query.bind(1, user.tenant).bind(2, name).bind(3, user.id);
    if (!query.step()) return {};
    return fail(Fault::conflict,
                "Another user with that userPrincipalName already exists in the tenant.");
}

// A group of an earlier schema may share its nickname as long as it keeps it.
Result<void> check(Connection& connection, const Group& group, const Group* before) {
    const auto nickname = directory::unique_nickname(group);
    if (nickname.empty() || (before != nullptr && directory::unique_nickname(*before) == nickname))
        return {};
    auto query = connection.query("SELECT 1 FROM nicknames WHERE tenant=?1 AND nickname=?2");
    query.bind(1, group.tenant).bind(2, nickname);
    if (!query.step()) return {};
    return fail(Fault::conflict, std::string(directory::kTakenNickname));
}

Result<void> check(Connection& connection, const Contact& contact, const Contact* /*before*/) {
    return check_place(connection, contact);
}

Result<void> check(Connection& connection, const ContactFolder& folder,
                   const ContactFolder* /*before*/) {
    if (auto fits = check_place(connection, folder); !fits) return fits;
    const auto inside = folders_in(connection, folder.tenant, folder.id);
    if (std::ranges::find(inside, folder.parent_folder_id) == inside.end()) return {};
    return fail(Fault::conflict, "A folder cannot lie in itself.");
}

template <class Object>
Result<std::optional<Object>> find_object(Connection& connection, std::string_view tenant,
                                          std::string_view id, WithKept with_kept) {
    const auto& statements = object_statements<Object>();
    auto query =
        connection.query(with_kept == WithKept::yes ? statements.find_with_kept : statements.find);
    query.bind(1, tenant).bind(2, id);
    if (!query.step()) return std::nullopt;
    return read_object<Object>(query, with_kept);
}

void write_row(Connection& connection, std::string_view sql, const std::vector<Value>& values) {
    auto query = connection.query(sql);
    bind_all(query, values);
    query.step();
}

template <class Object>
bool is_taken(Connection& connection, const Object& object) {
    auto query = connection.query(object_statements<Object>().find);
    return query.bind(1, object.tenant).bind(2, object.id).step();
}

// Does nothing for a folder, which cannot own a photo.
template <class Object>
void record(Connection& connection, const Object& object, What what) {
    if constexpr (Kind<Object>::kOwner.has_value())
        record_change(connection, {object.tenant, *Kind<Object>::kOwner, object.id}, what,
                      SystemClock().now());
}

template <class Object>
Result<Page<Object>> read_page(Connection& connection, const directory::Scope& scope,
                               const directory::Query& query) {
    const auto sql = page_sql<Object>(scope, query);
    auto rows = connection.query_once(sql.text());
    bind_all(rows, sql.values());
    const auto with_kept = query.with_kept ? WithKept::yes : WithKept::no;
    // Behind the columns of the object.
    const auto owning =
        static_cast<int>(std::ranges::count(column_list<Object>(with_kept), ',')) + 1;
    Page<Object> page;
    while (rows.step()) {
        if (page.objects.size() == query.top) {
            page.more = true;
            break;
        }
        auto object = read_object<Object>(rows, with_kept);
        if (!object) return std::unexpected(std::move(object.error()));
        page.objects.push_back(*std::move(object));
        if (!scope.people_of.empty()) page.owning.push_back(rows.integer(owning) != 0);
    }
    return page;
}

std::uint64_t read_count(Connection& connection, const BoundSql& sql) {
    auto row = connection.query_once(sql.text());
    bind_all(row, sql.values());
    row.step();
    return static_cast<std::uint64_t>(row.integer(0));
}

}  // namespace

template <class Object>
Result<std::optional<Object>> ObjectTable<Object>::find(std::string_view tenant,
                                                        std::string_view id, Deadline deadline,
                                                        WithKept with_kept) {
    return engine_.read(deadline, [&](Connection& connection) {
        return find_object<Object>(connection, tenant, id, with_kept);
    });
}

template <class Object>
Result<void> ObjectTable<Object>::add(const Object& object, Deadline deadline) {
    return engine_.write(deadline,
                         [&](Connection& connection) { return insert(connection, object); });
}

template <class Object>
Result<void> ObjectTable<Object>::insert(Connection& connection, const Object& object) {
    if (is_taken(connection, object))
        return fail(Fault::conflict, "That id is taken in the tenant.");
    if (auto fits = check(connection, object, nullptr); !fits) return fits;
    write_row(connection, object_statements<Object>().insert, values_of(object));
    record(connection, object, What::owner_added);
    return {};
}

template <class Object>
Result<std::optional<Object>> ObjectTable<Object>::update(Connection& connection,
                                                          std::string_view tenant,
                                                          std::string_view id, const Change& change,
                                                          const ActingOwner& acting_owner) {
    auto found = find_object<Object>(connection, tenant, id, WithKept::yes);
    if (!found || !*found) return found;
    if (auto allowed = check_acting_owner(connection, tenant, id, acting_owner); !allowed)
        return std::unexpected(std::move(allowed.error()));
    const Object before = **found;
    if (auto changed = change(**found); !changed) return std::unexpected(changed.error());
    if (**found == before) return found;
    if (auto fits = check(connection, **found, &before); !fits)
        return std::unexpected(fits.error());
    write_row(connection, object_statements<Object>().update, values_of(**found));
    record(connection, **found, What::owner_changed);
    return found;
}

template <class Object>
Result<std::optional<Object>> ObjectTable<Object>::change(std::string_view tenant,
                                                          std::string_view id, const Change& change,
                                                          Deadline deadline,
                                                          const ActingOwner& acting_owner) {
    return engine_.write(deadline, [&](Connection& connection) {
        return update(connection, tenant, id, change, acting_owner);
    });
}

template <class Object>
Result<std::optional<Removed>> ObjectTable<Object>::remove(std::string_view tenant,
                                                           std::string_view id, Instant now,
                                                           Deadline deadline,
                                                           const ActingOwner& acting_owner) {
    using Answer = Result<std::optional<Removed>>;
    return engine_.write(deadline, [&](Connection& connection) -> Answer {
        if (auto fine = check_acting_owner(connection, tenant, id, acting_owner); !fine)
            return std::unexpected(std::move(fine.error()));
        return remove_object<Object>(connection, tenant, id, now);
    });
}

template <class Object>
Result<Page<Object>> ObjectTable<Object>::list(const directory::Scope& scope,
                                               const directory::Query& query, Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) -> Result<Page<Object>> {
        const Snapshot snapshot(connection);
        auto page = read_page<Object>(connection, scope, query);
        if (page && query.count)
            page->count = read_count(connection, count_sql<Object>(scope, query));
        return page;
    });
}

template class ObjectTable<directory::User>;
template class ObjectTable<directory::Group>;
template class ObjectTable<directory::Contact>;
template class ObjectTable<directory::ContactFolder>;

}  // namespace cameo::store::sqlite
