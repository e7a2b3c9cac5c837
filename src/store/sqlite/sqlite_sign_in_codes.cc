#include "store/sqlite/sqlite_sign_in_codes.h"

#include <string>

#include "store/sqlite/photo_rows.h"

namespace cameo::store::sqlite {

using directory::SignInCode;

namespace {

bool has_user(Connection& connection, const SignInCode& code) {
    auto query = connection.query("SELECT 1 FROM users WHERE tenant=?1 AND id=?2");
    return query.bind(1, code.tenant).bind(2, code.user).step();
}

void insert(Connection& connection, const SignInCode& code) {
    connection
        .query(
            "INSERT INTO sign_in_codes(hash, tenant, user, scopes, directory_roles, ends) "
            "VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
        .bind(1, ByteView(code.hash))
        .bind(2, code.tenant)
        .bind(3, code.user)
        .bind(4, code.scopes)
        .bind(5, code.directory_roles)
        .bind(6, milliseconds(code.ends))
        .step();
}

}  // namespace

Result<void> SqliteSignInCodes::add(const SignInCode& code, Instant now, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<void> {
        connection.query("DELETE FROM sign_in_codes WHERE ends<=?1")
            .bind(1, milliseconds(now))
            .step();
        if (!has_user(connection, code)) return fail(Fault::no_owner, "");
        if (connection.number("SELECT count(*) FROM sign_in_codes") >=
            static_cast<std::int64_t>(directory::kMaxSignInCodes))
            return fail(Fault::conflict, std::string(directory::kTooManyCodes));
        insert(connection, code);
        return {};
    });
}

Result<std::optional<SignInCode>> SqliteSignInCodes::take(const directory::CodeHash& hash,
                                                          Instant now, Deadline deadline) {
    const auto is_there = engine_.read(deadline, [&](Connection& connection) -> Result<bool> {
        auto query = connection.query("SELECT 1 FROM sign_in_codes WHERE hash=?1");
        return query.bind(1, ByteView(hash)).step();
    });
    if (!is_there) return std::unexpected(is_there.error());
    // Without a write, so that guesses of clients without a token do not occupy the writer.
    if (!*is_there) return std::nullopt;
    return engine_.write(
        deadline, [&](Connection& connection) -> Result<std::optional<SignInCode>> {
            auto query = connection.query(
                "DELETE FROM sign_in_codes WHERE hash=?1 "
                "RETURNING tenant, user, scopes, directory_roles, ends");
            if (!query.bind(1, ByteView(hash)).step()) return std::nullopt;
            SignInCode code{.hash = hash,
                            .tenant = query.text(0),
                            .user = query.text(1),
                            .scopes = query.text(2),
                            .directory_roles = query.text(3),
                            .ends = Instant(std::chrono::milliseconds(query.integer(4)))};
            query.step();
            if (code.ends <= now) return std::nullopt;
            return code;
        });
}

}  // namespace cameo::store::sqlite
