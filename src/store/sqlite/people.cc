#include "store/sqlite/people.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "photo/photo.h"
#include "store/sqlite/object_row.h"
#include "store/sqlite/photo_rows.h"
#include "store/sqlite/text_search.h"

namespace cameo::store::sqlite {
namespace {

using directory::Cursor;
using directory::PeopleQuery;
using directory::Person;
using directory::PersonPhoto;
using directory::User;

// Values of users.number, ascending.
using Numbers = std::vector<std::int64_t>;

// So many rows are read one by one and sorted. For more it costs less to walk the index of names.
constexpr std::size_t kFew = 5'000;

Numbers read_numbers(Query& query) {
    Numbers numbers;
    while (query.step()) numbers.push_back(query.integer(0));
    return numbers;
}

// Of all tenants. FTS5 gives them in ascending order.
Numbers found_by(Connection& connection, const directory::Search& search) {
    const auto text = match_text<User>(search);
    if (text.empty()) return {};
    auto query = connection.query("SELECT rowid FROM users_text WHERE users_text MATCH ?1");
    query.bind(1, text);
    return read_numbers(query);
}

Numbers members_of(Connection& connection, const PeopleQuery& wanted) {
    auto query = connection.query(
        "SELECT user FROM members WHERE \"group\"=(SELECT number FROM groups WHERE tenant=?1 AND "
        "id=?2) ORDER BY user");
    query.bind(1, wanted.tenant).bind(2, wanted.group);
    return read_numbers(query);
}

// The users that search and group allow; nullopt where there is neither.
std::optional<Numbers> candidates(Connection& connection, const PeopleQuery& query) {
    std::optional<Numbers> numbers;
    if (query.search) numbers = found_by(connection, *query.search);
    if (query.group.empty()) return numbers;
    auto members = members_of(connection, query);
    if (!numbers) return members;
    Numbers both;
    std::ranges::set_intersection(*numbers, members, std::back_inserter(both));
    return both;
}

std::string to_json(const Numbers& numbers) {
    std::string text = "[";
    for (const auto number : numbers) {
        if (text.size() > 1) text += ',';
        text += std::to_string(number);
    }
    return text + ']';
}

void add_photo_filter(BoundSql& sql, PeopleQuery::Photo photo) {
    switch (photo) {
        case PeopleQuery::Photo::all:
            return;
        case PeopleQuery::Photo::none:
            sql.sql(" AND photo_state=0");
            return;
        case PeopleQuery::Photo::small:
            sql.sql(" AND photo_state=1");
            return;
        case PeopleQuery::Photo::any:
            sql.sql(" AND photo_state>0");
    }
}

// The numbers of all matches in the order of the list; of `few` where it is given. Every column
// is in users_by_name.
BoundSql matches_sql(const PeopleQuery& query, const Numbers* few) {
    BoundSql sql;
    sql.sql("SELECT number FROM users ");
    if (few != nullptr)
        sql.sql("NOT INDEXED WHERE number IN (SELECT value FROM json_each(")
            .value(to_json(*few))
            .sql(")) AND tenant=");
    else
        sql.sql("INDEXED BY users_by_name WHERE tenant=");
    sql.value(query.tenant);
    if (query.department) sql.sql(" AND department=").value(*query.department);
    if (query.office_location) sql.sql(" AND office_location=").value(*query.office_location);
    add_photo_filter(sql, query.photo);
    if (query.changed_since)
        sql.sql(" AND photo_changed>").value(milliseconds(*query.changed_since));
    if (query.after)
        sql.sql(" AND (name_key, id) > (")
            .value(to_lower(query.after->value))
            .sql(", ")
            .value(query.after->id)
            .sql(")");
    return std::move(sql.sql(" ORDER BY name_key, id"));
}

struct Matches {
    Numbers page;  // in the order of the list; one more than the page where others follow
    std::uint64_t count = 0;  // all, where the query counts
};

// One pass over all matches, or to the end of the page where the query does not count.
Matches read_matches(Connection& connection, const PeopleQuery& query) {
    const auto among = candidates(connection, query);
    const bool few = among && among->size() <= kFew;
    const auto sql = matches_sql(query, few ? &*among : nullptr);
    auto rows = connection.query_once(sql.text());
    bind_all(rows, sql.values());
    Matches matches;
    while (rows.step()) {
        const auto number = rows.integer(0);
        if (among && !few && !std::ranges::binary_search(*among, number)) continue;
        ++matches.count;
        if (matches.page.size() <= query.top)
            matches.page.push_back(number);
        else if (!query.count)
            break;
    }
    return matches;
}

Result<std::optional<PersonPhoto>> read_photo(const Query& row, int first) {
    if (row.integer(first) == 0) return std::nullopt;
    const auto renditions = photo::unpack(row.bytes(first + 4));
    if (!renditions) return std::unexpected(renditions.error());
    const auto size = renditions->back().size;
    return PersonPhoto{.etag = row.text(first + 1),
                       .width = size.width,
                       .height = size.height,
                       .modified = Instant(std::chrono::milliseconds(row.integer(first + 2))),
                       .source = row.text(first + 3)};
}

const std::string& person_sql() {
    static const std::string kSql = [] {
        std::string list;
        for (const auto& name : sqlite::columns<User>()) list += "users." + name + ", ";
        return "SELECT " + list +
               "photos.etag IS NOT NULL, photos.etag, photos.modified, photos.source, "
               "photos.renditions, EXISTS(SELECT 1 FROM photo_locks AS l WHERE "
               "l.tenant=users.tenant AND l.kind=1 AND l.id=users.id) FROM users LEFT JOIN photos "
               "ON photos.tenant=users.tenant AND photos.kind=1 AND photos.id=users.id WHERE "
               "users.number=?1";
    }();
    return kSql;
}

Result<Person> read_person(Connection& connection, std::int64_t number) {
    auto row = connection.query(person_sql());
    if (!row.bind(1, number).step()) return fail(Fault::internal, "a user of the list has no row");
    auto user = read_object<User>(row);
    if (!user) return std::unexpected(std::move(user.error()));
    const auto next = static_cast<int>(columns<User>().size());
    auto photo = read_photo(row, next);
    if (!photo) return fail(Fault::internal, photo.error().detail + " (owner " + user->id + ")");
    return Person{*std::move(user), *std::move(photo), row.integer(next + 5) != 0};
}

}  // namespace

Result<directory::Page<Person>> read_people(Connection& connection, const PeopleQuery& query) {
    auto matches = read_matches(connection, query);
    directory::Page<Person> page;
    page.more = matches.page.size() > query.top;
    if (page.more) matches.page.pop_back();
    if (query.count) page.count = matches.count;
    for (const auto number : matches.page) {
        auto person = read_person(connection, number);
        if (!person) return std::unexpected(std::move(person.error()));
        page.objects.push_back(*std::move(person));
    }
    return page;
}

std::vector<directory::CoverageRow> read_coverage(Connection& connection, std::string_view tenant,
                                                  directory::CoverageBy by) {
    // From users_by_department and users_by_office alone.
    auto query = by == directory::CoverageBy::department
                     ? connection.query(
                           "SELECT department, count(*), sum(photo_state>0), sum(photo_state=1) "
                           "FROM users WHERE tenant=?1 GROUP BY department")
                     : connection.query(
                           "SELECT office_location, count(*), sum(photo_state>0), "
                           "sum(photo_state=1) FROM users WHERE tenant=?1 GROUP BY "
                           "office_location");
    query.bind(1, tenant);
    std::vector<directory::CoverageRow> rows;
    while (query.step())
        rows.push_back({.name = query.text(0),
                        .people = static_cast<std::uint64_t>(query.integer(1)),
                        .with_photo = static_cast<std::uint64_t>(query.integer(2)),
                        .small = static_cast<std::uint64_t>(query.integer(3))});
    return rows;
}

}  // namespace cameo::store::sqlite
