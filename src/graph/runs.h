#pragma once

#include "graph/request_context.h"
#include "graph/routes.h"

namespace cameo::graph {

// Runs, sets of uploads that can be undone together: docs/cameo-api.md, "Runs". They need the
// permission to write the photos of other users. On a worker they block; in memory they give
// nullopt.
HandlerResult post_run(const RequestContext& context);
HandlerResult list_runs(const RequestContext& context);
HandlerResult get_run(const RequestContext& context);
HandlerResult undo_run(const RequestContext& context);

}  // namespace cameo::graph
