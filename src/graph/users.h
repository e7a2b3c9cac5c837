#pragma once

#include "base/result.h"
#include "graph/request_context.h"
#include "http/reply.h"

// The directory objects of people: `/me`, `/users`, `/users/{id or userPrincipalName}` (contract
// section 7). Writes answer on the work lane only.
namespace cameo::graph {

Result<http::Reply> get_user(const RequestContext& context);
Result<http::Reply> list_users(const RequestContext& context);
Result<http::Reply> count_users(const RequestContext& context);
Result<http::Reply> post_user(const RequestContext& context);    // 201
Result<http::Reply> patch_user(const RequestContext& context);   // 204
Result<http::Reply> delete_user(const RequestContext& context);  // 204

}  // namespace cameo::graph
