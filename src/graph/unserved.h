#pragma once

#include "base/result.h"
#include "graph/call.h"
#include "http/reply.h"

namespace cameo::graph {

// `/me/people`, `/me/presence`: clients ask for them beside photos. A clean 404 (contract section
// 7).
Result<http::Reply> get_nothing(const Call& call);

}  // namespace cameo::graph
