#pragma once

#include "graph/request_context.h"

namespace cameo::graph {

// GET of `/users/delta` and `/groups/delta` (docs/directory.md, "Changes"): all objects at first,
// then those that changed since a `$deltatoken`. A token is valid for 7 days; then 410 with the
// Location of a new start. For Users and Groups (resources.h).
template <class Resource>
HandlerResult list_delta(const RequestContext& context);

}  // namespace cameo::graph
