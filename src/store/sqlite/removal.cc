#include "store/sqlite/removal.h"

#include <utility>

#include "store/sqlite/issuer_subjects.h"
#include "store/sqlite/photo_rows.h"

namespace cameo::store::sqlite {
namespace {

using directory::Contact;
using directory::ContactFolder;
using directory::Group;
using directory::Removed;
using directory::User;

using Texts = std::vector<std::string>;

// The id as it is kept, which is what the photo's row has; nullopt where there is no such object.
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

void add_contacts(Removed& removed, std::string_view tenant, Texts ids) {
    for (auto& id : ids)
        removed.owners.push_back({std::string(tenant), OwnerKind::contact, std::move(id)});
}

// Deletes the object and what hangs on it, photos apart, and says so in `removed`. Memberships and
// bindings go with their user or group by foreign keys. False where there is no such object.
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

}  // namespace

std::vector<std::string> folders_in(Connection& connection, std::string_view tenant,
                                    std::string_view folder) {
    return texts(connection,
                 "WITH RECURSIVE inside(id) AS ("
                 "SELECT id FROM contact_folders WHERE tenant=?1 AND id=?2 UNION "
                 "SELECT child.id FROM inside JOIN contact_folders AS child "
                 "ON child.tenant=?1 AND child.parent_folder_id=inside.id) SELECT id FROM inside",
                 tenant, folder);
}

template <class Object>
std::optional<Removed> remove_object(Connection& connection, std::string_view tenant,
                                     std::string_view id, Instant now) {
    Removed removed;
    if (!take<Object>(connection, tenant, id, removed)) return std::nullopt;
    for (const auto& owner : removed.owners) drop_photo(connection, owner, now);
    return removed;
}

template std::optional<Removed> remove_object<User>(Connection&, std::string_view, std::string_view,
                                                    Instant);
template std::optional<Removed> remove_object<Group>(Connection&, std::string_view,
                                                     std::string_view, Instant);
template std::optional<Removed> remove_object<Contact>(Connection&, std::string_view,
                                                       std::string_view, Instant);
template std::optional<Removed> remove_object<ContactFolder>(Connection&, std::string_view,
                                                             std::string_view, Instant);

}  // namespace cameo::store::sqlite
