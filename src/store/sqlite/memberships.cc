#include "store/sqlite/memberships.h"

#include <cstdint>
#include <optional>
#include <string>

#include "base/text.h"
#include "directory/objects.h"
#include "directory/store.h"

namespace cameo::store::sqlite {
namespace {

struct Membership {
    std::int64_t group = 0, user = 0;  // the numbers of their rows
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

Result<std::int64_t> number_of(Connection& connection, std::string_view tenant,
                               std::string_view user) {
    auto find = connection.query("SELECT number FROM users WHERE tenant=?1 AND id=?2");
    find.bind(1, tenant).bind(2, user);
    if (!find.step()) return fail(Fault::no_owner, "The user does not exist.");
    return find.integer(0);
}

void insert(Connection& connection, const directory::IssuerSubject& subject, std::int64_t user) {
    connection
        .query("INSERT INTO issuer_subjects(tenant, issuer, subject, user) VALUES(?1, ?2, ?3, ?4)")
        .bind(1, subject.tenant)
        .bind(2, subject.issuer)
        .bind(3, subject.subject)
        .bind(4, user)
        .step();
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

Result<directory::Membership> change_membership(Connection& connection, std::string_view tenant,
                                                std::string_view group,
                                                const directory::MembershipChange& change) {
    const auto both = find_both(connection, tenant, group, change.user);
    if (!both) return fail(Fault::no_owner, "The user does not exist.");
    const directory::Membership before{
        run(connection, "SELECT 1 FROM members WHERE \"group\"=?1 AND user=?2", *both),
        run(connection, "SELECT 1 FROM owners WHERE \"group\"=?1 AND user=?2", *both)};
    const auto after = directory::changed(change, before);
    if (!after) return std::unexpected(after.error());
    if (before.owner && !after->owner) {
        auto removed = remove_owner(connection, tenant, group, change.user);
        if (!removed) return std::unexpected(std::move(removed.error()));
    }
    if (!before.owner && after->owner)
        run(connection, "INSERT INTO owners(\"group\", user) VALUES(?1, ?2)", *both);
    if (before.member && !after->member)
        run(connection, "DELETE FROM members WHERE \"group\"=?1 AND user=?2", *both);
    if (!before.member && after->member)
        run(connection, "INSERT INTO members(\"group\", user) VALUES(?1, ?2)", *both);
    return before;
}

std::optional<std::string> manager_of(Connection& connection, std::string_view tenant,
                                      std::string_view user) {
    auto query = connection.query(
        "SELECT manager.id FROM users JOIN managers ON managers.user=users.number JOIN users AS "
        "manager ON manager.number=managers.manager WHERE users.tenant=?1 AND users.id=?2");
    query.bind(1, tenant).bind(2, user);
    if (!query.step()) return std::nullopt;
    return query.text(0);
}

Result<void> set_manager(Connection& connection, std::string_view tenant, std::string_view user,
                         std::string_view manager) {
    const auto report = number_of(connection, tenant, user);
    if (!report) return std::unexpected(report.error());
    if (manager.empty()) {
        connection.query("DELETE FROM managers WHERE user=?1").bind(1, *report).step();
        return {};
    }
    const auto number = number_of(connection, tenant, manager);
    if (!number) return std::unexpected(number.error());
    if (*number == *report) return fail(Fault::conflict, std::string(directory::kOwnManager));
    connection.query("REPLACE INTO managers(user, manager) VALUES(?1, ?2)")
        .bind(1, *report)
        .bind(2, *number)
        .step();
    return {};
}

std::optional<std::string> bound_user(Connection& connection,
                                      const directory::IssuerSubject& subject) {
    auto query = connection.query(
        "SELECT users.id FROM issuer_subjects AS bound JOIN users ON users.number=bound.user "
        "WHERE bound.tenant=?1 AND bound.issuer=?2 AND bound.subject=?3");
    query.bind(1, subject.tenant).bind(2, subject.issuer).bind(3, subject.subject);
    if (!query.step()) return std::nullopt;
    return query.text(0);
}

Result<void> bind_subject(Connection& connection, const directory::IssuerSubject& subject,
                          std::string_view user) {
    const auto number = number_of(connection, subject.tenant, user);
    if (!number) return std::unexpected(number.error());
    if (const auto bound = bound_user(connection, subject)) {
        if (equals_ignoring_case(*bound, user)) return {};
        return fail(Fault::conflict, "the subject is bound to another user");
    }
    if (auto fine =
            directory::check_binding(subject, subjects_of(connection, subject.tenant, user));
        !fine)
        return fine;
    insert(connection, subject, *number);
    return {};
}

Result<std::vector<directory::IssuerSubject>> rebind_subject(
    Connection& connection, const directory::IssuerSubject& subject, std::string_view user) {
    const auto number = number_of(connection, subject.tenant, user);
    if (!number) return std::unexpected(number.error());
    const auto bound = bound_user(connection, subject);
    if (bound && equals_ignoring_case(*bound, user)) return {};
    auto ended = subjects_of(connection, subject.tenant, user);
    std::erase_if(ended, [&](const auto& held) { return held.issuer != subject.issuer; });
    if (bound) ended.push_back(subject);
    for (const auto& each : ended)
        connection.query("DELETE FROM issuer_subjects WHERE tenant=?1 AND issuer=?2 AND subject=?3")
            .bind(1, each.tenant)
            .bind(2, each.issuer)
            .bind(3, each.subject)
            .step();
    insert(connection, subject, *number);
    return ended;
}

std::vector<directory::IssuerSubject> subjects_of(Connection& connection, std::string_view tenant,
                                                  std::string_view user) {
    auto query = connection.query(
        "SELECT bound.issuer, bound.subject FROM users JOIN issuer_subjects AS bound "
        "ON bound.user=users.number WHERE users.tenant=?1 AND users.id=?2");
    query.bind(1, tenant).bind(2, user);
    std::vector<directory::IssuerSubject> subjects;
    while (query.step()) subjects.push_back({std::string(tenant), query.text(0), query.text(1)});
    return subjects;
}

}  // namespace cameo::store::sqlite
