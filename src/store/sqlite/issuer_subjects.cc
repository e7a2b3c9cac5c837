#include "store/sqlite/issuer_subjects.h"

#include <cstdint>

#include "base/text.h"

namespace cameo::store::sqlite {

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
    auto find = connection.query("SELECT number FROM users WHERE tenant=?1 AND id=?2");
    find.bind(1, subject.tenant).bind(2, user);
    if (!find.step()) return fail(Fault::no_owner, "The user does not exist.");
    const std::int64_t number = find.integer(0);
    connection
        .query(
            "INSERT INTO issuer_subjects(tenant, issuer, subject, user) VALUES(?1, ?2, ?3, ?4) "
            "ON CONFLICT DO NOTHING")
        .bind(1, subject.tenant)
        .bind(2, subject.issuer)
        .bind(3, subject.subject)
        .bind(4, number)
        .step();
    if (const auto bound = bound_user(connection, subject);
        bound && equals_ignoring_case(*bound, user))
        return {};
    return fail(Fault::conflict, "The user or the subject is bound already.");
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
