#pragma once

#include <boost/json/object.hpp>

#include "base/result.h"
#include "directory/objects.h"
#include "graph/request_context.h"

// Writes of a group's members and owners: `/groups/{id}/members/$ref`, `/groups/{id}/owners/$ref`
// (docs/directory.md).
namespace cameo::graph {

HandlerResult post_member(const RequestContext& context);    // `/$ref`: 204
HandlerResult delete_member(const RequestContext& context);  // `/{user id}/$ref`: 204

HandlerResult post_owner(const RequestContext& context);    // `/$ref`: 204
HandlerResult delete_owner(const RequestContext& context);  // `/{user id}/$ref`: 204

// Adds the new group with the users to whom the body refers: `members@odata.bind`,
// `owners@odata.bind`, a team's `members` with their roles, and `members` or `owners` as lists of
// references. A signed-in creator becomes an owner, and a member of a Microsoft 365 group.
// Fault::malformed for an invalid reference, no_owner for an unknown user; faults of
// directory::Store::add_group.
Result<void> add_with_members(const RequestContext& context, const boost::json::object& body,
                              const directory::Group& group);

// Fault::malformed where the body of a PATCH has members or owners.
Result<void> check_no_members(const boost::json::object& body);

}  // namespace cameo::graph
