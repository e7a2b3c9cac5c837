#include "graph/list_query.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/encoding.h"
#include "base/text.h"
#include "directory/query.h"

namespace cameo::graph {
namespace {

using directory::Cursor;
using directory::Query;

constexpr std::size_t kDefaultTop = 100;

struct Order {
    std::string property;
    bool descending = false;
};

// `displayName`, `mail asc`, `createdDateTime desc`.
Result<Order> order_in(std::string_view orderby, const EntitySchema& schema) {
    const auto words = split_list(orderby, ' ');
    const auto known = words.empty() ? std::string_view() : known_name(schema, words[0]);
    const bool is_direction =
        words.size() < 2 || (words.size() == 2 && (equals_ignoring_case(words[1], "asc") ||
                                                   equals_ignoring_case(words[1], "desc")));
    if (known.empty() || !is_direction)
        return fail(Fault::malformed,
                    fmt::format("The query option $orderby is a property, optionally with asc or "
                                "desc after it, not '{}'.",
                                orderby));
    if (std::ranges::find(schema.ordered, known) == schema.ordered.end())
        return fail(Fault::unsupported_query,
                    fmt::format("The query option $orderby supports {} of a {}, not {}.",
                                fmt::join(schema.ordered, ", "), schema.type, known));
    return Order{std::string(known), words.size() == 2 && equals_ignoring_case(words[1], "desc")};
}

std::unexpected<Error> denied() { return fail(Fault::denied, ""); }

bool is_seen(const directory::Filter& filter, const Seen& seen) {
    const auto part_is_seen = [&](const directory::Filter& part) { return is_seen(part, seen); };
    return (filter.property.empty() || shows(seen.schema, seen.extent, filter.property)) &&
           std::ranges::all_of(filter.parts, part_is_seen);
}

// The searched properties that the caller may see.
std::vector<std::string> searched_of(const Seen& seen, SearchedNames searched) {
    std::vector<std::string> names;
    for (const auto name : seen.schema.basic)
        if (!searched(name).empty() && shows(seen.schema, seen.extent, name))
            names.emplace_back(name);
    return names;
}

using directory::Search;
using directory::SearchTerm;

std::unexpected<Error> wrong(std::string_view what) {
    return fail(Fault::malformed, fmt::format("The query option $search {}.", what));
}

Result<void> check_known(const directory::Filter& filter, const EntitySchema& schema) {
    const std::string_view name = filter.property;
    if (!name.empty() && name != "isTeam" && known_name(schema, name).empty())
        return fail(Fault::malformed, fmt::format("Could not find a property named '{}' on type "
                                                  "'microsoft.graph.{}'.",
                                                  name, schema.type));
    for (const auto& part : filter.parts)
        if (auto known = check_known(part, schema); !known) return known;
    return {};
}

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        const char lower = to_lower(c);
        return lower >= 'a' && lower <= 'z';
    });
}

// `displayName:ada`; a colon after anything but a name only separates words.
Result<SearchTerm> term_of(std::string_view text, SearchedNames names,
                           std::span<const directory::KeptProperty> kept) {
    SearchTerm term;
    const auto colon = text.find(':');
    if (colon != std::string_view::npos && is_name(text.substr(0, colon))) {
        const auto is_named = [&](const directory::KeptProperty& property) {
            return equals_ignoring_case(property.name, text.substr(0, colon));
        };
        if (std::ranges::any_of(kept, is_named))
            return fail(Fault::unsupported_query,
                        fmt::format("The query option $search does not support the property '{}'.",
                                    text.substr(0, colon)));
        term.property = names(text.substr(0, colon));
        if (term.property.empty())
            return wrong(fmt::format("cannot search the property '{}'", text.substr(0, colon)));
        text.remove_prefix(colon + 1);
    }
    term.words = directory::words_of(text);
    if (term.words.empty()) return wrong("has a term without a letter or digit");
    const auto is_long = [](const auto& word) { return word.size() > kLongestSearchWord; };
    if (std::ranges::any_of(term.words, is_long))
        return wrong(fmt::format("has a word of more than {} bytes", kLongestSearchWord));
    return term;
}

// Removes the text of the next term from the front: a quoted text, in which \ escapes, or a word.
std::optional<std::string> next_text(std::string_view& rest) {
    std::string text;
    if (!rest.starts_with('"')) {
        const auto end = std::min(rest.find(' '), rest.size());
        text = rest.substr(0, end);
        rest.remove_prefix(end);
        return text;
    }
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return text;
        }
        if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
        text += rest[i];
    }
    return std::nullopt;
}

bool accept_keyword(std::string_view& rest, std::string_view keyword) {
    if (!rest.starts_with(keyword)) return false;
    if (rest.size() > keyword.size() && rest[keyword.size()] != ' ' && rest[keyword.size()] != '"')
        return false;
    rest = trim(rest.substr(keyword.size()));
    return true;
}

}  // namespace

Result<void> check_order(const Options& options, const Seen& seen) {
    if (seen.extent == Extent::whole || !options.orderby) return {};
    const auto words = split_list(*options.orderby, ' ');
    const auto name = words.empty() ? std::string_view() : known_name(seen.schema, words[0]);
    if (!name.empty() && !shows(seen.schema, seen.extent, name)) return denied();
    return {};
}

Result<void> restrict_to_visible(Query& query, const Seen& seen, SearchedNames searched) {
    if (seen.extent == Extent::whole) return {};
    if (query.filter && !is_seen(*query.filter, seen)) return denied();
    query.by_id = !shows(seen.schema, seen.extent, "displayName");
    if (!query.search) return {};
    const auto names = searched_of(seen, searched);
    if (names.empty()) return denied();
    for (auto& terms : *query.search)
        for (auto& term : terms) {
            if (!term.property.empty() && !shows(seen.schema, seen.extent, term.property))
                return denied();
            term.among = names;
        }
    return {};
}

Result<void> restrict_to_schema(Query& query, const EntitySchema& schema,
                                const std::vector<std::string_view>& searched) {
    if (query.filter)
        if (auto known = check_known(*query.filter, schema); !known) return known;
    if (!query.search) return {};
    std::vector<std::string> names;
    for (const auto name : searched)
        if (!known_name(schema, name).empty()) names.emplace_back(name);
    if (names.size() == searched.size()) return {};
    for (auto& terms : *query.search)
        for (auto& term : terms) {
            if (!term.property.empty() && std::ranges::find(names, term.property) == names.end())
                return wrong(fmt::format("cannot search the property '{}'", term.property));
            if (term.among.empty()) term.among = names;
        }
    return {};
}

Result<Query> list_query(const Options& options, const EntitySchema& schema,
                         FilterProperties properties, SearchedNames searched) {
    Query query{.top = options.top.value_or(kDefaultTop)};
    // The position of a $skiptoken counts alone; a $skip beside it is for programs that read the
    // number out of the link.
    query.skip = options.skiptoken ? 0 : options.skip;
    query.count = options.count && !options.skiptoken;  // on the first page only
    if (options.filter) {
        auto filter = parse_filter(*options.filter, properties);
        if (!filter) return std::unexpected(std::move(filter.error()));
        query.filter = *std::move(filter);
    }
    if (options.search) {
        auto search = parse_search(*options.search, searched, schema.kept());
        if (!search) return std::unexpected(std::move(search.error()));
        query.search = *std::move(search);
    }
    if (options.orderby) {
        auto order = order_in(*options.orderby, schema);
        if (!order) return std::unexpected(std::move(order.error()));
        query.order_by = std::move(order->property);
        query.descending = order->descending;
    }
    if (options.skiptoken) {
        query.after = read_skip_token(*options.skiptoken);
        if (!query.after)
            return fail(Fault::malformed,
                        "The query option $skiptoken is not valid: use the link of "
                        "@odata.nextLink as it is.");
    }
    return query;
}

// Neither contains a newline: texts of the directory have no control characters.
std::string skip_token(const Cursor& cursor) {
    return to_base64url(as_bytes(cursor.id + '\n' + cursor.value));
}

std::optional<Cursor> read_skip_token(std::string_view token) {
    const auto bytes = from_base64url(token);
    const std::string_view text = bytes ? std::string_view(*bytes) : std::string_view();
    const auto newline = text.find('\n');
    if (newline == std::string_view::npos || !is_utf8(text)) return std::nullopt;
    return Cursor{.value = std::string(text.substr(newline + 1)),
                  .id = std::string(text.substr(0, newline))};
}

Result<Search> parse_search(std::string_view text, SearchedNames names,
                            std::span<const directory::KeptProperty> kept) {
    std::string_view rest = trim(text);
    if (rest.empty()) return wrong("is empty");
    Search search(1);
    std::size_t words = 0;
    while (true) {
        const auto quoted = next_text(rest);
        if (!quoted) return wrong("lacks a closing quote");
        auto term = term_of(*quoted, names, kept);
        if (!term) return std::unexpected(std::move(term.error()));
        words += term->words.size();
        if (words > kMaxSearchWords)
            return wrong(fmt::format("has more than {} words", kMaxSearchWords));
        search.back().push_back(*std::move(term));
        rest = trim(rest);
        if (rest.empty()) return search;
        if (accept_keyword(rest, "OR"))
            search.emplace_back();
        else
            accept_keyword(rest, "AND");  // the default
        if (rest.empty()) return wrong("ends where a term is expected");
    }
}

}  // namespace cameo::graph
