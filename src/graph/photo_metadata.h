#pragma once

#include "base/result.h"
#include "graph/call.h"
#include "http/reply.h"

// Metadata of photos as JSON: contract section 3, Metadata.
namespace cameo::graph {

// GET and HEAD of `photo` and `photos/{size}`.
Result<http::Reply> get_photo_metadata(const Call& call);

// GET and HEAD of `photos`: every size, ascending.
Result<http::Reply> list_photos(const Call& call);

}  // namespace cameo::graph
