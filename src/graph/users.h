#pragma once

#include "base/result.h"
#include "graph/call.h"
#include "http/reply.h"

// The directory objects of people: `/me`, `/users`, `/users/{id or userPrincipalName}` (contract
// section 7). Writes answer on the work lane only.
namespace cameo::graph {

Result<http::Reply> get_user(const Call& call);
Result<http::Reply> list_users(const Call& call);
Result<http::Reply> count_users(const Call& call);
Result<http::Reply> post_user(const Call& call);    // 201
Result<http::Reply> patch_user(const Call& call);   // 204
Result<http::Reply> delete_user(const Call& call);  // 204

}  // namespace cameo::graph
