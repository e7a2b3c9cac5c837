#pragma once

#include "base/result.h"
#include "graph/request_context.h"
#include "http/reply.h"

// The directory objects of people: `/me`, `/users`, `/users/{id or userPrincipalName}`
// (docs/directory.md).
namespace cameo::graph {

HandlerResult get_user(const RequestContext& context);
HandlerResult list_users(const RequestContext& context);
HandlerResult count_users(const RequestContext& context);
HandlerResult post_user(const RequestContext& context);    // 201
HandlerResult patch_user(const RequestContext& context);   // 204
HandlerResult delete_user(const RequestContext& context);  // 204

}  // namespace cameo::graph
