#pragma once

#include "base/result.h"
#include "graph/call.h"
#include "http/reply.h"
#include "photo/photos.h"

// Writes of a user's photo: contract section 3, Writes.
namespace cameo::graph {

// PUT and PATCH of `photo/$value`. On the quick lane judges what needs no body, then answers
// Fault::not_in_memory.
Result<http::Reply> put_photo(const Call& call, photo::Photos& photos);

// DELETE of `photo` and `photo/$value`.
Result<http::Reply> delete_photo(const Call& call, photo::Photos& photos);

}  // namespace cameo::graph
