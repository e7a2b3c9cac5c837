#include "store/sqlite/object_table.h"

#include <string>
#include <utility>

#include "store/sqlite/bound_sql.h"
#include "store/sqlite/kind.h"
#include "store/sqlite/list_sql.h"
#include "store/sqlite/members.h"
#include "store/sqlite/object_row.h"
#include "store/sqlite/object_rules.h"
#include "store/sqlite/object_statements.h"
#include "store/sqlite/photo_rows.h"
#include "store/sqlite/removal.h"

namespace cameo::store::sqlite {
namespace {

using directory::Page;
using directory::Removed;

template <class Object>
Result<std::optional<Object>> find_object(Connection& connection, std::string_view tenant,
                                          std::string_view id) {
    auto query = connection.query(object_statements<Object>().find);
    query.bind(1, tenant).bind(2, id);
    if (!query.step()) return std::nullopt;
    return read_object<Object>(query);
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

// A put can reach the catalog after the removal of its owner.
template <class Object>
void drop_photo_left_behind(Connection& connection, const Object& object) {
    if constexpr (Kind<Object>::kOwner.has_value())
        drop_photo(connection, {object.tenant, *Kind<Object>::kOwner, object.id},
                   SystemClock().now());
}

template <class Object>
Result<Page<Object>> read_page(Connection& connection, const BoundSql& sql, std::size_t top) {
    auto rows = connection.query_once(sql.text());
    bind_all(rows, sql.values());
    Page<Object> page;
    while (rows.step()) {
        if (page.objects.size() == top) {
            page.more = true;
            break;
        }
        auto object = read_object<Object>(rows);
        if (!object) return std::unexpected(std::move(object.error()));
        page.objects.push_back(*std::move(object));
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
                                                        std::string_view id, Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) {
        return find_object<Object>(connection, tenant, id);
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
    if (auto fits = check(connection, object); !fits) return fits;
    write_row(connection, object_statements<Object>().insert, values_of(object));
    drop_photo_left_behind(connection, object);
    return {};
}

template <class Object>
Result<std::optional<Object>> ObjectTable<Object>::change(std::string_view tenant,
                                                          std::string_view id, const Change& change,
                                                          Deadline deadline,
                                                          const ActingOwner& acting_owner) {
    using Answer = Result<std::optional<Object>>;
    return engine_.write(deadline, [&](Connection& connection) -> Answer {
        auto found = find_object<Object>(connection, tenant, id);
        if (!found || !*found) return found;
        if (auto fine = check_acting_owner(connection, tenant, id, acting_owner); !fine)
            return std::unexpected(std::move(fine.error()));
        if (auto changed = change(**found); !changed) return std::unexpected(changed.error());
        if (auto fits = check(connection, **found); !fits) return std::unexpected(fits.error());
        write_row(connection, object_statements<Object>().update, values_of(**found));
        return found;
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
        auto page = read_page<Object>(connection, page_sql<Object>(scope, query), query.top);
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
