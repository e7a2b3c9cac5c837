#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "directory/query.h"
#include "graph/filter_parser.h"
#include "graph/odata.h"
#include "graph/search_parser.h"

namespace cameo::graph {

// What a list's options ask of the directory. Fault::malformed for what is not understood.
Result<directory::Query> list_query(const Options& options, FilterTypes types,
                                    SearchedNames searched);

// $skiptoken: opaque to clients. It names the last entry of the page before, so it reaches no more
// than the list itself does, and needs no signature.
std::string skip_token(const directory::Cursor& cursor);

}  // namespace cameo::graph
