#include "store/sqlite/entry_table.h"

#include <string>
#include <utility>

#include "store/sqlite/bound_sql.h"
#include "store/sqlite/entry_row.h"
#include "store/sqlite/entry_rules.h"
#include "store/sqlite/entry_statements.h"
#include "store/sqlite/kind.h"
#include "store/sqlite/list_sql.h"
#include "store/sqlite/members.h"
#include "store/sqlite/photo_rows.h"
#include "store/sqlite/removal.h"

namespace cameo::store::sqlite {
namespace {

using directory::Page;
using directory::Removed;

template <class Entry>
Result<std::optional<Entry>> find_entry(Connection& connection, std::string_view tenant,
                                        std::string_view id) {
    auto query = connection.query(entry_statements<Entry>().find);
    query.bind(1, tenant).bind(2, id);
    if (!query.step()) return std::nullopt;
    return read_entry<Entry>(query);
}

void write_row(Connection& connection, std::string_view sql, const std::vector<Value>& values) {
    auto query = connection.query(sql);
    bind_all(query, values);
    query.step();
}

template <class Entry>
bool is_taken(Connection& connection, const Entry& entry) {
    auto query = connection.query(entry_statements<Entry>().find);
    return query.bind(1, entry.tenant).bind(2, entry.id).step();
}

// A put can reach the catalog after the removal of its owner.
template <class Entry>
void drop_photo_left_behind(Connection& connection, const Entry& entry) {
    if constexpr (Kind<Entry>::kOwner.has_value())
        drop_photo(connection, {entry.tenant, *Kind<Entry>::kOwner, entry.id}, SystemClock().now());
}

template <class Entry>
Result<Page<Entry>> read_page(Connection& connection, const BoundSql& sql, std::size_t top) {
    auto rows = connection.query_once(sql.text());
    bind_all(rows, sql.values());
    Page<Entry> page;
    while (rows.step()) {
        if (page.entries.size() == top) {
            page.more = true;
            break;
        }
        auto entry = read_entry<Entry>(rows);
        if (!entry) return std::unexpected(std::move(entry.error()));
        page.entries.push_back(*std::move(entry));
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

template <class Entry>
Result<std::optional<Entry>> EntryTable<Entry>::find(std::string_view tenant, std::string_view id,
                                                     Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) {
        return find_entry<Entry>(connection, tenant, id);
    });
}

template <class Entry>
Result<void> EntryTable<Entry>::add(const Entry& entry, Deadline deadline) {
    return engine_.write(deadline,
                         [&](Connection& connection) { return insert(connection, entry); });
}

template <class Entry>
Result<void> EntryTable<Entry>::insert(Connection& connection, const Entry& entry) {
    if (is_taken(connection, entry))
        return fail(Fault::conflict, "That id is taken in the tenant.");
    if (auto fits = check(connection, entry); !fits) return fits;
    write_row(connection, entry_statements<Entry>().insert, values_of(entry));
    drop_photo_left_behind(connection, entry);
    return {};
}

template <class Entry>
Result<std::optional<Entry>> EntryTable<Entry>::change(std::string_view tenant, std::string_view id,
                                                       const Change& change, Deadline deadline,
                                                       const ActingOwner& acting_owner) {
    using Answer = Result<std::optional<Entry>>;
    return engine_.write(deadline, [&](Connection& connection) -> Answer {
        auto found = find_entry<Entry>(connection, tenant, id);
        if (!found || !*found) return found;
        if (auto fine = check_acting_owner(connection, tenant, id, acting_owner); !fine)
            return std::unexpected(std::move(fine.error()));
        if (auto changed = change(**found); !changed) return std::unexpected(changed.error());
        if (auto fits = check(connection, **found); !fits) return std::unexpected(fits.error());
        write_row(connection, entry_statements<Entry>().update, values_of(**found));
        return found;
    });
}

template <class Entry>
Result<std::optional<Removed>> EntryTable<Entry>::remove(std::string_view tenant,
                                                         std::string_view id, Instant now,
                                                         Deadline deadline,
                                                         const ActingOwner& acting_owner) {
    using Answer = Result<std::optional<Removed>>;
    return engine_.write(deadline, [&](Connection& connection) -> Answer {
        if (auto fine = check_acting_owner(connection, tenant, id, acting_owner); !fine)
            return std::unexpected(std::move(fine.error()));
        return remove_entry<Entry>(connection, tenant, id, now);
    });
}

template <class Entry>
Result<Page<Entry>> EntryTable<Entry>::list(const directory::Scope& scope,
                                            const directory::Query& query, Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) -> Result<Page<Entry>> {
        auto page = read_page<Entry>(connection, page_sql<Entry>(scope, query), query.top);
        if (page && query.count)
            page->count = read_count(connection, count_sql<Entry>(scope, query));
        return page;
    });
}

template class EntryTable<directory::User>;
template class EntryTable<directory::Group>;
template class EntryTable<directory::Contact>;
template class EntryTable<directory::ContactFolder>;

}  // namespace cameo::store::sqlite
