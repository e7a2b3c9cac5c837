#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/call.h"
#include "http/reply.h"

// The users that are members of a group: `/groups/{id}/members`. They answer on the work lane only.
namespace cameo::graph {

Result<http::Reply> list_members(const Call& call);
Result<http::Reply> count_members(const Call& call);
Result<http::Reply> post_member(const Call& call);    // `/$ref`: 204
Result<http::Reply> delete_member(const Call& call);  // `/{user id}/$ref`: 204

// The ids of the users that a new group's `members@odata.bind`, or a new team's `members`, refers
// to. Fault::malformed for what is no reference, no_owner for one to nobody.
Result<std::vector<std::string>> bound_members(const Call& call, const boost::json::object& body);

// Each once.
Result<void> add_members(const Call& call, const std::string& group,
                         const std::vector<std::string>& users);

}  // namespace cameo::graph
