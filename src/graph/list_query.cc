#include "graph/list_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/base64url.h"
#include "base/bytes.h"
#include "base/text.h"

namespace cameo::graph {
namespace {

using directory::Cursor;
using directory::Query;

constexpr std::size_t kDefaultTop = 100;

// Neither holds a newline: texts of the directory have no control characters.
Result<Cursor> cursor_in(std::string_view token) {
    const auto bytes = from_base64url(token);
    const std::string_view text = bytes ? std::string_view(*bytes) : std::string_view();
    const auto newline = text.find('\n');
    if (newline == std::string_view::npos || !is_utf8(text))
        return fail(Fault::malformed,
                    "The query option $skiptoken is none that was given out here.");
    return Cursor{.display_name = std::string(text.substr(newline + 1)),
                  .id = std::string(text.substr(0, newline))};
}

// `displayName`, `displayName asc`, `displayName desc`: whether it descends.
Result<bool> is_descending(std::string_view orderby) {
    const auto words = split_list(orderby, ' ');
    const bool known = !words.empty() && words.size() <= 2 && words[0] == "displayName";
    if (known && (words.size() == 1 || equals_ignoring_case(words[1], "asc"))) return false;
    if (known && equals_ignoring_case(words[1], "desc")) return true;
    return fail(Fault::malformed,
                fmt::format("The query option $orderby takes displayName, with asc or desc behind "
                            "it, not '{}'.",
                            orderby));
}

std::unexpected<Error> denied() { return fail(Fault::denied, ""); }

bool belongs_to(const EntitySchema& kind, std::string_view name) {
    return std::ranges::any_of(
        std::array{kind.shown, kind.hidden, kind.absent},
        [&](const auto& names) { return std::ranges::find(names, name) != names.end(); });
}

bool is_seen(const directory::Filter& filter, const Seen& seen) {
    const auto part_is_seen = [&](const directory::Filter& part) { return is_seen(part, seen); };
    return (filter.property.empty() || shows(seen.kind, seen.extent, filter.property)) &&
           std::ranges::all_of(filter.parts, part_is_seen);
}

// The searched properties that are seen.
std::vector<std::string> searched_of(const Seen& seen, SearchedNames searched) {
    std::vector<std::string> names;
    for (const auto name : seen.kind.basic)
        if (searched(name) && shows(seen.kind, seen.extent, name)) names.emplace_back(name);
    return names;
}

}  // namespace

Result<void> check_order(const Options& options, const Seen& seen) {
    if (seen.extent == Extent::whole || !options.orderby) return {};
    const auto words = split_list(*options.orderby, ' ');
    if (words.empty() || !belongs_to(seen.kind, words[0])) return {};
    if (!shows(seen.kind, seen.extent, words[0])) return denied();
    return {};
}

Result<void> keep_within(Query& query, const Seen& seen, SearchedNames searched) {
    if (seen.extent == Extent::whole) return {};
    if (query.filter && !is_seen(*query.filter, seen)) return denied();
    query.by_id = !shows(seen.kind, seen.extent, "displayName");
    if (!query.search) return {};
    const auto names = searched_of(seen, searched);
    if (names.empty()) return denied();
    for (auto& terms : *query.search)
        for (auto& term : terms) {
            if (!term.property.empty() && !shows(seen.kind, seen.extent, term.property))
                return denied();
            term.among = names;
        }
    return {};
}

Result<Query> list_query(const Options& options, FilterTypes types, SearchedNames searched) {
    Query query{.top = options.top.value_or(kDefaultTop), .count = options.count};
    query.skip = options.skip;
    if (options.filter) {
        auto filter = parse_filter(*options.filter, types);
        if (!filter) return std::unexpected(std::move(filter.error()));
        query.filter = *std::move(filter);
    }
    if (options.search) {
        auto search = parse_search(*options.search, searched);
        if (!search) return std::unexpected(std::move(search.error()));
        query.search = *std::move(search);
    }
    if (options.orderby) {
        const auto descending = is_descending(*options.orderby);
        if (!descending) return std::unexpected(descending.error());
        query.descending = *descending;
    }
    if (options.skiptoken) {
        auto cursor = cursor_in(*options.skiptoken);
        if (!cursor) return std::unexpected(std::move(cursor.error()));
        query.after = *std::move(cursor);
    }
    return query;
}

std::string skip_token(const Cursor& cursor) {
    return to_base64url(as_bytes(cursor.id + '\n' + cursor.display_name));
}

}  // namespace cameo::graph
