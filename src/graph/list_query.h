#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "directory/property.h"
#include "directory/query.h"
#include "graph/entity_schema.h"
#include "graph/filter_parser.h"
#include "graph/odata.h"

namespace cameo::graph {

// Whether $search may look into the property of that name.
using SearchedNames = bool (*)(std::string_view name);

template <class Object>
bool is_searched(std::string_view name) {
    const auto* property = directory::find_property<Object>(name);
    return property != nullptr && property->searched;
}

// What a list's options ask of the directory. Fault::malformed for what is not understood.
Result<directory::Query> list_query(const Options& options, FilterTypes types,
                                    SearchedNames searched);

// What a caller sees of the objects of a list.
struct Seen {
    const EntitySchema& schema;
    Extent extent = Extent::whole;
};

// Fault::denied for an $orderby by a property of the kind that is not seen.
Result<void> check_order(const Options& options, const Seen& seen);

// Fault::denied for a $filter or $search that names a property that is not seen. Searches that name
// none look into what is seen only, and the order tells nothing of names that are not.
Result<void> keep_within(directory::Query& query, const Seen& seen, SearchedNames searched);

// $skiptoken: opaque to clients. It names the last object of the page before, so it reaches no more
// than the list itself does, and needs no signature.
std::string skip_token(const directory::Cursor& cursor);

// The value of $search: terms joined by AND and OR, AND binding stronger. A term is
// `"displayName:ada"`, `"ada lovelace"`, or one word without quotes. Fault::malformed with what is
// wrong; for more than 10 words in all; for a word of more than 128 bytes; for a term
// without a letter or digit.
Result<directory::Search> parse_search(std::string_view text, SearchedNames names);

}  // namespace cameo::graph
