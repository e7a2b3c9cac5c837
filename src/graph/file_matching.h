#pragma once

#include "graph/routes.h"

namespace cameo::graph {

// POST of `/cameo/v1/runs/match`: which user each name of a file means, by the rules of `cameo
// import` (matching/name_match.h). Changes nothing. docs/cameo-api.md, "Runs". The pattern may name
// properties that the caller sees of other users, else Fault::denied.
HandlerResult post_file_match(const RequestContext& context);

}  // namespace cameo::graph
