#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/request_context.h"
#include "http/reply.h"

// The users that are members of a group, and those that own it: `/groups/{id}/members` and
// `/groups/{id}/owners`.
namespace cameo::graph {

HandlerResult list_members(const RequestContext& context);
HandlerResult count_members(const RequestContext& context);
HandlerResult post_member(const RequestContext& context);    // `/$ref`: 204
HandlerResult delete_member(const RequestContext& context);  // `/{user id}/$ref`: 204

HandlerResult list_owners(const RequestContext& context);
HandlerResult count_owners(const RequestContext& context);
HandlerResult post_owner(const RequestContext& context);    // `/$ref`: 204
HandlerResult delete_owner(const RequestContext& context);  // `/{user id}/$ref`: 204

// Ids of users, each once.
struct InitialMembers {
    std::vector<std::string> members;
    std::vector<std::string> owners;
};

// Those that a new group's `members@odata.bind` and `owners@odata.bind`, or a new team's `members`
// with their roles, refer to; `members` and `owners` of a new group may be lists of references too.
// Fault::malformed for what is no reference, no_owner for one to no user.
Result<InitialMembers> read_initial_members(const RequestContext& context,
                                            const boost::json::object& body);

// That a change's body names no members or owners, which no change takes: Fault::malformed.
Result<void> check_no_members(const boost::json::object& body);

// As if `members` or `owners` referred to the user too.
void add_unique(std::vector<std::string>& users, const std::string& user);

}  // namespace cameo::graph
