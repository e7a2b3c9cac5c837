#include "store/sqlite/sqlite_directory.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/text.h"

namespace cameo::store::sqlite {
namespace {

using directory::Tenant;
using directory::User;

std::string to_json(const std::vector<std::string>& texts) {
    return boost::json::serialize(boost::json::array(texts.begin(), texts.end()));
}

Result<std::vector<std::string>> from_json(const std::string& json) {
    boost::json::error_code error;
    const auto parsed = boost::json::parse(json, error);
    if (error || !parsed.is_array())
        return fail(Fault::internal, "a user's business_phones are no JSON array");
    std::vector<std::string> texts;
    for (const auto& item : parsed.get_array())
        if (item.is_string()) texts.emplace_back(std::string_view(item.get_string()));
    return texts;
}

Result<std::optional<User>> read_user(Query& row, std::string_view tenant) {
    if (!row.step()) return std::nullopt;
    auto phones = from_json(row.text(12));
    if (!phones) return std::unexpected(std::move(phones.error()));
    return User{.tenant = std::string(tenant),
                .id = row.text(0),
                .user_principal_name = row.text(1),
                .display_name = row.text(2),
                .given_name = row.text(3),
                .surname = row.text(4),
                .mail = row.text(5),
                .mail_nickname = row.text(6),
                .job_title = row.text(7),
                .mobile_phone = row.text(8),
                .office_location = row.text(9),
                .preferred_language = row.text(10),
                .user_type = row.text(11),
                .business_phones = *std::move(phones),
                .account_enabled = row.integer(13) != 0,
                .photo_storage = static_cast<PhotoStorage>(row.integer(14))};
}

std::string select_by(std::string_view column) {
    return "SELECT id, user_principal_name, display_name, given_name, surname, mail, "
           "mail_nickname, job_title, mobile_phone, office_location, preferred_language, "
           "user_type, business_phones, account_enabled, photo_storage "
           "FROM users WHERE tenant=?1 AND " +
           std::string(column) + "=?2";
}

const std::string kUserById = select_by("id");
const std::string kUserByName = select_by("upn_lower");

Result<std::optional<User>> find_user(Engine& engine, std::string_view sql, std::string_view tenant,
                                      std::string_view key, Deadline deadline) {
    const std::string folded = to_lower(key);
    return engine.read(deadline, [&](Connection& connection) -> Result<std::optional<User>> {
        auto query = connection.query(sql);
        query.bind(1, tenant).bind(2, folded);
        return read_user(query, tenant);
    });
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

Result<void> SqliteDirectory::add_tenant(const Tenant& tenant, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<void> {
        connection
            .query("INSERT INTO tenants(id, name, kind) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING")
            .bind(1, tenant.id)
            .bind(2, tenant.name)
            .bind(3, static_cast<std::int64_t>(tenant.kind))
            .step();
        if (connection.changes() > 0) return {};
        return fail(Fault::conflict, "A tenant with that id or name already exists.");
    });
}

Result<std::optional<User>> SqliteDirectory::user_by_id(std::string_view tenant,
                                                        std::string_view id, Deadline deadline) {
    return find_user(engine_, kUserById, tenant, id, deadline);
}

Result<std::optional<User>> SqliteDirectory::user_by_name(std::string_view tenant,
                                                          std::string_view name,
                                                          Deadline deadline) {
    return find_user(engine_, kUserByName, tenant, name, deadline);
}

Result<void> SqliteDirectory::add_user(const User& user, Deadline deadline) {
    const std::string upn_lower = to_lower(user.user_principal_name);
    const std::string phones = to_json(user.business_phones);
    return engine_.write(deadline, [&](Connection& connection) -> Result<void> {
        connection
            .query(
                "INSERT INTO users(tenant, id, user_principal_name, upn_lower, display_name, "
                "given_name, surname, mail, mail_nickname, job_title, mobile_phone, "
                "office_location, preferred_language, user_type, business_phones, "
                "account_enabled, photo_storage) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
                "?11, ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT DO NOTHING")
            .bind(1, user.tenant)
            .bind(2, user.id)
            .bind(3, user.user_principal_name)
            .bind(4, upn_lower)
            .bind(5, user.display_name)
            .bind(6, user.given_name)
            .bind(7, user.surname)
            .bind(8, user.mail)
            .bind(9, user.mail_nickname)
            .bind(10, user.job_title)
            .bind(11, user.mobile_phone)
            .bind(12, user.office_location)
            .bind(13, user.preferred_language)
            .bind(14, user.user_type)
            .bind(15, phones)
            .bind(16, static_cast<std::int64_t>(user.account_enabled))
            .bind(17, static_cast<std::int64_t>(user.photo_storage))
            .step();
        if (connection.changes() > 0) return {};
        return fail(Fault::conflict,
                    "A user with that id or userPrincipalName already exists in the tenant.");
    });
}

Result<std::uint64_t> SqliteDirectory::count_users(std::string_view tenant, Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) -> Result<std::uint64_t> {
        auto query = connection.query("SELECT count(*) FROM users WHERE tenant=?1");
        query.bind(1, tenant).step();
        return static_cast<std::uint64_t>(query.integer(0));
    });
}

}  // namespace cameo::store::sqlite
