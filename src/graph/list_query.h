#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "directory/query.h"
#include "graph/entity_schema.h"
#include "graph/filter_parser.h"
#include "graph/odata.h"
#include "graph/search_parser.h"

namespace cameo::graph {

// What a list's options ask of the directory. Fault::malformed for what is not understood.
Result<directory::Query> list_query(const Options& options, FilterTypes types,
                                    SearchedNames searched);

// What a caller sees of the objects of a list.
struct Seen {
    const EntitySchema& kind;
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

}  // namespace cameo::graph
