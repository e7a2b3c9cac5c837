#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "directory/objects.h"
#include "directory/store.h"
#include "graph/request_context.h"

// References between objects: `/groups/{id}/members/$ref`, `/groups/{id}/owners/$ref`,
// `{user}/manager` (docs/directory.md).
namespace cameo::graph {

HandlerResult post_member(const RequestContext& context);    // `/$ref`: 204
HandlerResult delete_member(const RequestContext& context);  // `/{user id}/$ref`: 204

HandlerResult post_owner(const RequestContext& context);    // `/$ref`: 204
HandlerResult delete_owner(const RequestContext& context);  // `/{user id}/$ref`: 204

// `{user}/manager`, `{user}/manager/$ref`. 404 without a manager.
HandlerResult get_manager(const RequestContext& context);
HandlerResult get_manager_reference(const RequestContext& context);
HandlerResult put_manager(const RequestContext& context);     // 204
HandlerResult delete_manager(const RequestContext& context);  // 204

// Adds the new group with the users to whom the body refers: `members@odata.bind`,
// `owners@odata.bind`, a team's `members` with their roles, and `members` or `owners` as lists of
// references. A signed-in creator becomes an owner, and a member of a Microsoft 365 group.
// Fault::malformed for an invalid reference, no_owner for an unknown user; faults of
// directory::Store::add_group.
Result<void> add_with_members(const RequestContext& context, const boost::json::object& body,
                              const directory::Group& group);

// Changes the group and adds the users to whom `members@odata.bind` and `owners@odata.bind` of the
// body refer, up to 20 each, in one transaction: a PATCH, as Graph has it. Faults as above, and
// Fault::conflict for a user who is already a member or owner, unless the caller may not see the
// members.
Result<std::optional<directory::Group>> change_with_members(
    const RequestContext& context, const boost::json::object& body, const std::string& id,
    const directory::Table<directory::Group>::Change& change);

// The decoded key of a reference: `https://host/v1.0/users/{key}`, `directoryObjects/{key}`,
// `users('{key}')`, `groups('{key}')`; empty for any other text.
std::string referred_key(std::string_view reference);

// The id of the user to whom the value of the body's `member` refers; null refers to no user.
// Faults: malformed, also for a userPrincipalName of a caller who may see only ids: they must not
// learn whether a name exists; no_owner for an unknown user.
Result<std::string> referred_user(const RequestContext& context,
                                  const boost::json::value* reference, std::string_view member);

// Fault::malformed where the body has a member that refers to other objects and that is not
// supported there: it must not be ignored. `supported` are the names that are.
Result<void> check_references(const boost::json::object& body,
                              std::initializer_list<std::string_view> supported);

}  // namespace cameo::graph
