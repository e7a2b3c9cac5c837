#pragma once

#include "base/result.h"
#include "graph/call.h"
#include "http/reply.h"

// Writes of photos: contract section 3, Writes. On the quick lane each judges what needs no body,
// then answers Fault::not_in_memory.
namespace cameo::graph {

// PUT and PATCH of `photo/$value`, 200.
Result<http::Reply> put_photo(const Call& call);

// As put_photo for a team, 204.
Result<http::Reply> put_team_photo(const Call& call);

// DELETE of `photo` and `photo/$value`.
Result<http::Reply> delete_photo(const Call& call);

}  // namespace cameo::graph
