#pragma once

#include "base/result.h"
#include "graph/request_context.h"
#include "http/reply.h"

// Metadata of photos as JSON: docs/http.md, "Metadata".
namespace cameo::graph {

// GET and HEAD of `photo` and `photos/{size}`.
HandlerResult get_photo_metadata(const RequestContext& context);

// GET and HEAD of `photos`: every size, ascending.
HandlerResult list_photos(const RequestContext& context);

}  // namespace cameo::graph
