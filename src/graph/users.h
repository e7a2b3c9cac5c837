#pragma once

#include "base/result.h"
#include "directory/directory.h"
#include "graph/call.h"
#include "http/reply.h"

// The directory entries of people: contract section 7.
namespace cameo::graph {

// GET and HEAD of `/me` and `/users/{id or userPrincipalName}`.
Result<http::Reply> get_user(const Call& call);

// POST of `/users`. On the quick lane judges what needs no body, then answers Fault::not_in_memory.
Result<http::Reply> post_user(const Call& call, directory::Directory& directory);

}  // namespace cameo::graph
