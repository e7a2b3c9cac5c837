#pragma once

#include "graph/request_context.h"

namespace cameo::graph {

// GET of `{user}/people`: the users who share a group with the user, and the contacts of the user's
// mailbox, by displayName; $search over name and addresses, $top, $skip (docs/directory.md).
HandlerResult list_people(const RequestContext& context);

}  // namespace cameo::graph
