#pragma once

#include "graph/routes.h"

// GET of the list of people, and of how many have a photo: docs/cameo-api.md, "People". The
// parameters are in people_query.h.
namespace cameo::graph {

// A page as JSON, or everybody as CSV where Accept names text/csv.
HandlerResult get_people_list(const RequestContext& context);

HandlerResult get_photo_coverage(const RequestContext& context);

}  // namespace cameo::graph
