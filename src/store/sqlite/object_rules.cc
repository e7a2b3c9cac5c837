#include "store/sqlite/object_rules.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.h"
#include "store/sqlite/removal.h"

namespace cameo::store::sqlite {
namespace {

using directory::Contact;
using directory::ContactFolder;
using directory::Group;
using directory::User;

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

}  // namespace

Result<void> check(Connection& connection, const User& user) {
    const std::string name = to_lower(user.user_principal_name);
    auto query = connection.query("SELECT 1 FROM users WHERE tenant=?1 AND upn_key=?2 AND id<>?3");
    query.bind(1, user.tenant).bind(2, name).bind(3, user.id);
    if (!query.step()) return {};
    return fail(Fault::conflict,
                "Another user with that userPrincipalName already exists in the tenant.");
}

Result<void> check(Connection&, const Group&) { return {}; }

Result<void> check(Connection& connection, const Contact& contact) {
    return check_place(connection, contact);
}

Result<void> check(Connection& connection, const ContactFolder& folder) {
    if (auto fits = check_place(connection, folder); !fits) return fits;
    const auto inside = folders_in(connection, folder.tenant, folder.id);
    if (std::ranges::find(inside, folder.parent_folder_id) == inside.end()) return {};
    return fail(Fault::conflict, "A folder cannot lie in itself.");
}

}  // namespace cameo::store::sqlite
