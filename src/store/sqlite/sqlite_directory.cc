#include "store/sqlite/sqlite_directory.h"

#include <string>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "store/sqlite/memberships.h"
#include "store/sqlite/object_row.h"
#include "store/sqlite/people.h"
#include "store/sqlite/photo_rows.h"

namespace cameo::store::sqlite {
namespace {

using directory::Tenant;
using directory::User;

bool is_name_taken(Connection& connection, const Tenant& tenant) {
    auto query = connection.query("SELECT 1 FROM tenants WHERE name=?1 AND id<>?2");
    return query.bind(1, tenant.name).bind(2, tenant.id).step();
}

using What = photo::Change::What;

// Uses the group's id as the directory has it.
void record_change_of_group(Connection& connection, std::string_view tenant, std::string_view group,
                            What what) {
    auto query = connection.query("SELECT id FROM groups WHERE tenant=?1 AND id=?2");
    query.bind(1, tenant).bind(2, group).step();
    record_change(connection, {std::string(tenant), OwnerKind::group, query.text(0)}, what,
                  SystemClock().now());
}

// A write of a group, after checking that its acting owner still owns it.
template <class Work, class Done = std::invoke_result_t<Work, Connection&>>
Done write_as(Engine& engine, std::string_view tenant, std::string_view group,
              const ActingOwner& acting_owner, Deadline deadline, Work work) {
    return engine.write(deadline, [&](Connection& connection) -> Done {
        if (auto fine = check_acting_owner(connection, tenant, group, acting_owner); !fine)
            return std::unexpected(std::move(fine.error()));
        return work(connection);
    });
}

// The new owners and members of a group.
Result<void> add_people(Connection& connection, std::string_view tenant, std::string_view group,
                        const std::vector<std::string>& owners,
                        const std::vector<std::string>& members) {
    for (const auto& owner : owners)
        if (auto added = sqlite::add_owner(connection, tenant, group, owner); !added) return added;
    for (const auto& member : members)
        if (auto added = sqlite::add_member(connection, tenant, group, member); !added)
            return added;
    if (!members.empty()) record_change_of_group(connection, tenant, group, What::members_changed);
    if (!owners.empty()) record_change_of_group(connection, tenant, group, What::owners_changed);
    return {};
}

}  // namespace

Result<std::vector<Tenant>> SqliteDirectory::tenants(Deadline deadline) {
    return engine_.read(deadline, [](Connection& connection) -> Result<std::vector<Tenant>> {
        auto query = connection.query("SELECT id, name, kind FROM tenants ORDER BY id");
        std::vector<Tenant> tenants;
        while (query.step())
            tenants.push_back({.id = query.text(0),
                               .name = query.text(1),
                               .kind = static_cast<directory::TenantKind>(query.integer(2))});
        return tenants;
    });
}

Result<void> SqliteDirectory::put_tenant(const Tenant& tenant, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<void> {
        if (is_name_taken(connection, tenant))
            return fail(Fault::conflict, "Another tenant has that name.");
        connection
            .query(
                "INSERT INTO tenants(id, name, kind) VALUES(?1, ?2, ?3) "
                "ON CONFLICT(id) DO UPDATE SET name=excluded.name, kind=excluded.kind")
            .bind(1, tenant.id)
            .bind(2, tenant.name)
            .bind(3, static_cast<std::int64_t>(tenant.kind))
            .step();
        return {};
    });
}

Result<std::optional<User>> SqliteDirectory::user_by_name(std::string_view tenant,
                                                          std::string_view name,
                                                          Deadline deadline) {
    static const std::string kSql = select_object<User>("tenant=?1 AND upn_key=?2");
    const std::string folded = to_lower(name);
    return engine_.read(deadline, [&](Connection& connection) -> Result<std::optional<User>> {
        auto query = connection.query(kSql);
        query.bind(1, tenant).bind(2, folded);
        if (!query.step()) return std::nullopt;
        return read_object<User>(query);
    });
}

Result<directory::Page<directory::Person>> SqliteDirectory::people(
    const directory::PeopleQuery& query, Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) {
        const Snapshot snapshot(connection);
        return read_people(connection, query);
    });
}

Result<std::vector<directory::CoverageRow>> SqliteDirectory::coverage(std::string_view tenant,
                                                                      directory::CoverageBy by,
                                                                      Deadline deadline) {
    using Rows = std::vector<directory::CoverageRow>;
    return engine_.read(deadline, [&](Connection& connection) -> Result<Rows> {
        return read_coverage(connection, tenant, by);
    });
}

Result<std::optional<std::string>> SqliteDirectory::bound_user(
    const directory::IssuerSubject& subject, Deadline deadline) {
    return engine_.read(deadline,
                        [&](Connection& connection) -> Result<std::optional<std::string>> {
                            return sqlite::bound_user(connection, subject);
                        });
}

Result<void> SqliteDirectory::bind_subject(const directory::IssuerSubject& subject,
                                           std::string_view user, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) {
        return sqlite::bind_subject(connection, subject, user);
    });
}

Result<std::vector<directory::IssuerSubject>> SqliteDirectory::rebind_subject(
    const directory::IssuerSubject& subject, std::string_view user, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) {
        return sqlite::rebind_subject(connection, subject, user);
    });
}

Result<void> SqliteDirectory::add_bound(const User& user, const directory::IssuerSubject& subject,
                                        Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<void> {
        if (auto added = ObjectTable<User>::insert(connection, user); !added) return added;
        return sqlite::bind_subject(connection, subject, user.id);
    });
}

Result<void> SqliteDirectory::add_group(const directory::Group& group,
                                        const std::vector<std::string>& owners,
                                        const std::vector<std::string>& members,
                                        Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<void> {
        auto added = ObjectTable<directory::Group>::insert(connection, group);
        if (!added) return added;
        return add_people(connection, group.tenant, group.id, owners, members);
    });
}

Result<std::string> SqliteDirectory::free_nickname(std::string_view tenant, std::string_view wanted,
                                                   Deadline deadline) {
    const std::string folded = to_lower(wanted);
    const auto base = wanted.substr(0, directory::kNumberedCharacters);
    return engine_.read(deadline, [&](Connection& connection) -> Result<std::string> {
        auto query = connection.query("SELECT 1 FROM nicknames WHERE tenant=?1 AND nickname=?2");
        if (!query.bind(1, tenant).bind(2, folded).step()) return std::string(wanted);
        auto number = connection.query(
            "WITH RECURSIVE taken(number) AS (SELECT 2 UNION ALL SELECT number+1 FROM taken WHERE "
            "EXISTS(SELECT 1 FROM nicknames WHERE tenant=?1 AND nickname=lower(?2)||number)) "
            "SELECT max(number) FROM taken");
        number.bind(1, tenant).bind(2, base).step();
        return std::string(base) + std::to_string(number.integer(0));
    });
}

Result<std::optional<directory::Group>> SqliteDirectory::change_group(
    std::string_view tenant, std::string_view id,
    const directory::Table<directory::Group>::Change& change,
    const std::vector<std::string>& owners, const std::vector<std::string>& members,
    Deadline deadline, const ActingOwner& acting_owner) {
    using Answer = Result<std::optional<directory::Group>>;
    return engine_.write(deadline, [&](Connection& connection) -> Answer {
        auto changed =
            ObjectTable<directory::Group>::update(connection, tenant, id, change, acting_owner);
        if (!changed || !*changed) return changed;
        if (auto added = add_people(connection, tenant, id, owners, members); !added)
            return std::unexpected(std::move(added.error()));
        return changed;
    });
}

Result<std::optional<std::string>> SqliteDirectory::manager_of(std::string_view tenant,
                                                               std::string_view user,
                                                               Deadline deadline) {
    return engine_.read(deadline,
                        [&](Connection& connection) -> Result<std::optional<std::string>> {
                            return sqlite::manager_of(connection, tenant, user);
                        });
}

Result<void> SqliteDirectory::set_manager(std::string_view tenant, std::string_view user,
                                          std::string_view manager, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) {
        return sqlite::set_manager(connection, tenant, user, manager);
    });
}

Result<void> SqliteDirectory::add_member(std::string_view tenant, std::string_view group,
                                         std::string_view user, Deadline deadline,
                                         const ActingOwner& acting_owner) {
    return write_as(engine_, tenant, group, acting_owner, deadline, [&](Connection& connection) {
        auto added = sqlite::add_member(connection, tenant, group, user);
        if (added) record_change_of_group(connection, tenant, group, What::members_changed);
        return added;
    });
}

Result<bool> SqliteDirectory::remove_member(std::string_view tenant, std::string_view group,
                                            std::string_view user, Deadline deadline,
                                            const ActingOwner& acting_owner) {
    return write_as(engine_, tenant, group, acting_owner, deadline,
                    [&](Connection& connection) -> Result<bool> {
                        const bool removed = sqlite::remove_member(connection, tenant, group, user);
                        if (removed)
                            record_change_of_group(connection, tenant, group,
                                                   What::members_changed);
                        return removed;
                    });
}

Result<bool> SqliteDirectory::is_member(std::string_view tenant, std::string_view group,
                                        std::string_view user, Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) -> Result<bool> {
        return sqlite::is_member(connection, tenant, group, user);
    });
}

Result<void> SqliteDirectory::add_owner(std::string_view tenant, std::string_view group,
                                        std::string_view user, Deadline deadline,
                                        const ActingOwner& acting_owner) {
    return write_as(engine_, tenant, group, acting_owner, deadline, [&](Connection& connection) {
        auto added = sqlite::add_owner(connection, tenant, group, user);
        if (added) record_change_of_group(connection, tenant, group, What::owners_changed);
        return added;
    });
}

Result<bool> SqliteDirectory::remove_owner(std::string_view tenant, std::string_view group,
                                           std::string_view user, Deadline deadline,
                                           const ActingOwner& acting_owner) {
    return write_as(engine_, tenant, group, acting_owner, deadline, [&](Connection& connection) {
        auto removed = sqlite::remove_owner(connection, tenant, group, user);
        if (removed && *removed)
            record_change_of_group(connection, tenant, group, What::owners_changed);
        return removed;
    });
}

Result<bool> SqliteDirectory::is_owner(std::string_view tenant, std::string_view group,
                                       std::string_view user, Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) -> Result<bool> {
        return sqlite::is_owner(connection, tenant, group, user);
    });
}

Result<std::vector<Result<directory::Membership>>> SqliteDirectory::change_memberships(
    std::string_view tenant, std::string_view group,
    const std::vector<directory::MembershipChange>& changes, Deadline deadline,
    const ActingOwner& acting_owner) {
    using Before = std::vector<Result<directory::Membership>>;
    return write_as(
        engine_, tenant, group, acting_owner, deadline,
        [&](Connection& connection) -> Result<Before> {
            auto query = connection.query("SELECT 1 FROM groups WHERE tenant=?1 AND id=?2");
            if (!query.bind(1, tenant).bind(2, group).step())
                return fail(Fault::no_owner, "The group does not exist.");
            Before before;
            for (const auto& change : changes)
                before.push_back(sqlite::change_membership(connection, tenant, group, change));
            const auto altered = directory::altered_lists(changes, before);
            if (altered.members)
                record_change_of_group(connection, tenant, group, What::members_changed);
            if (altered.owners)
                record_change_of_group(connection, tenant, group, What::owners_changed);
            return before;
        });
}

}  // namespace cameo::store::sqlite
