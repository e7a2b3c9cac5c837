#include "store/sqlite/members.h"

#include <cstdint>
#include <optional>
#include <string>

#include "directory/store.h"

namespace cameo::store::sqlite {
namespace {

struct Membership {
    std::int64_t group = 0, user = 0;  // their rows' numbers
};

std::optional<Membership> find_both(Connection& connection, std::string_view tenant,
                                    std::string_view group, std::string_view user) {
    auto query = connection.query(
        "SELECT groups.number, users.number FROM groups JOIN users ON users.tenant=?1 AND "
        "users.id=?3 WHERE groups.tenant=?1 AND groups.id=?2");
    query.bind(1, tenant).bind(2, group).bind(3, user);
    if (!query.step()) return std::nullopt;
    return Membership{query.integer(0), query.integer(1)};
}

bool run(Connection& connection, std::string_view sql, const Membership& membership) {
    return connection.query(sql).bind(1, membership.group).bind(2, membership.user).step();
}

Result<void> add(Connection& connection, std::string_view sql, std::string_view tenant,
                 std::string_view group, std::string_view user, std::string_view already) {
    const auto both = find_both(connection, tenant, group, user);
    if (!both) return fail(Fault::no_owner, "The group or the user does not exist.");
    run(connection, sql, *both);
    if (connection.changes() > 0) return {};
    return fail(Fault::conflict, std::string(already));
}

}  // namespace

Result<void> check_acting_owner(Connection& connection, std::string_view tenant,
                                std::string_view group, const ActingOwner& acting_owner) {
    if (!acting_owner || is_owner(connection, tenant, group, *acting_owner)) return {};
    auto query = connection.query("SELECT 1 FROM groups WHERE tenant=?1 AND id=?2");
    if (!query.bind(1, tenant).bind(2, group).step()) return {};
    return fail(Fault::denied, "");
}

Result<void> add_member(Connection& connection, std::string_view tenant, std::string_view group,
                        std::string_view user) {
    return add(connection,
               "INSERT INTO members(\"group\", user) VALUES(?1, ?2) ON CONFLICT DO NOTHING", tenant,
               group, user, directory::kAlreadyMember);
}

bool remove_member(Connection& connection, std::string_view tenant, std::string_view group,
                   std::string_view user) {
    const auto both = find_both(connection, tenant, group, user);
    if (!both) return false;
    run(connection, "DELETE FROM members WHERE \"group\"=?1 AND user=?2", *both);
    return connection.changes() > 0;
}

bool is_member(Connection& connection, std::string_view tenant, std::string_view group,
               std::string_view user) {
    const auto both = find_both(connection, tenant, group, user);
    return both && run(connection, "SELECT 1 FROM members WHERE \"group\"=?1 AND user=?2", *both);
}

Result<void> add_owner(Connection& connection, std::string_view tenant, std::string_view group,
                       std::string_view user) {
    return add(connection,
               "INSERT INTO owners(\"group\", user) VALUES(?1, ?2) ON CONFLICT DO NOTHING", tenant,
               group, user, directory::kAlreadyOwner);
}

Result<bool> remove_owner(Connection& connection, std::string_view tenant, std::string_view group,
                          std::string_view user) {
    const auto both = find_both(connection, tenant, group, user);
    if (!both || !run(connection, "SELECT 1 FROM owners WHERE \"group\"=?1 AND user=?2", *both))
        return false;
    if (!run(connection, "SELECT 1 FROM owners WHERE \"group\"=?1 AND user<>?2", *both))
        return fail(Fault::conflict, std::string(directory::kLastOwner));
    run(connection, "DELETE FROM owners WHERE \"group\"=?1 AND user=?2", *both);
    return true;
}

bool is_owner(Connection& connection, std::string_view tenant, std::string_view group,
              std::string_view user) {
    const auto both = find_both(connection, tenant, group, user);
    return both && run(connection, "SELECT 1 FROM owners WHERE \"group\"=?1 AND user=?2", *both);
}

}  // namespace cameo::store::sqlite
