#include "store/sqlite/issuer_subjects.h"

#include <cstdint>

#include "base/text.h"
#include "directory/issuer_subject.h"

namespace cameo::store::sqlite {
namespace {

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
