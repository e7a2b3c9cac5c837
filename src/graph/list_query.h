#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "directory/kept.h"
#include "directory/property.h"
#include "directory/query.h"
#include "graph/entity_schema.h"
#include "graph/filter_parser.h"
#include "graph/odata.h"

namespace cameo::graph {

// Of a search. The cost of a word grows with the number of words that begin with it:
// docs/directory.md.
inline constexpr std::size_t kMaxSearchWords = 10;      // of all terms
inline constexpr std::size_t kLongestSearchWord = 128;  // bytes

// The spelling of a property that $search covers, named in any letter case; empty for any other.
using SearchedNames = std::string_view (*)(std::string_view name);

template <class Object>
std::string_view searched_name(std::string_view name) {
    for (const auto& property : directory::properties<Object>())
        if (property.searched && equals_ignoring_case(property.name, name)) return property.name;
    return {};
}

template <class Object>
std::vector<std::string_view> searched_names() {
    std::vector<std::string_view> names;
    for (const auto& property : directory::properties<Object>())
        if (property.searched) names.push_back(property.name);
    return names;
}

// The directory query of a list's options. Fault::malformed for an invalid option,
// unsupported_query for one that is valid in OData but not supported.
Result<directory::Query> list_query(const Options& options, const EntitySchema& schema,
                                    FilterProperties properties, SearchedNames searched);

// What a caller may see of the objects of a list.
struct Seen {
    const EntitySchema& schema;
    Extent extent = Extent::whole;
};

// Fault::denied for an $orderby by a property that the caller may not see.
Result<void> check_order(const Options& options, const Seen& seen);

// Fault::denied for a $filter or $search by a property that the caller may not see. A search
// without a property is limited to the visible ones, and the order reveals no hidden name.
Result<void> restrict_to_visible(directory::Query& query, const Seen& seen, SearchedNames searched);

// Fault::malformed for a $filter or $search by a property that the type does not show: a team is a
// group that shows some of its properties, and must not be found by the others. A search without a
// property is limited to those it shows of `searched`.
Result<void> restrict_to_schema(directory::Query& query, const EntitySchema& schema,
                                const std::vector<std::string_view>& searched);

// $skiptoken: opaque to clients. It contains the last object of the previous page; it gives access
// to no more than the list, so it needs no signature.
std::string skip_token(const directory::Cursor& cursor);
// The cursor in it; nullopt for a text that skip_token did not make.
std::optional<directory::Cursor> read_skip_token(std::string_view token);

// The value of $search: terms joined by AND and OR, AND binding stronger. A term is
// `"displayName:ada"`, `"ada lovelace"`, or one word without quotes. Fault::malformed with what is
// wrong; for more than 10 words in all; for a word of more than 128 bytes; for a term
// without a letter or digit. Fault::unsupported_query for a search of one of the kept properties.
Result<directory::Search> parse_search(std::string_view text, SearchedNames names,
                                       std::span<const directory::KeptProperty> kept = {});

}  // namespace cameo::graph
