#pragma once

#include "base/result.h"
#include "graph/call.h"
#include "http/reply.h"

namespace cameo::graph {

// `POST /$batch`: contract section 6. 200 even where every item failed; answers on the work lane
// only.
Result<http::Reply> post_batch(const Call& call);

}  // namespace cameo::graph
