#pragma once

#include "graph/routes.h"

// Users and groups by their ids alone, and the groups that they are members of: docs/directory.md,
// "Objects by id". All handlers are for a worker.
namespace cameo::graph {

// POST of `/directoryObjects/getByIds`, of `/users/getByIds` and of `/groups/getByIds`: the users
// and groups with these ids, each with its type, in the order of the ids. Unknown ids are left out.
// Fault::malformed for more than 1,000 ids.
HandlerResult get_by_ids(const RequestContext& context);

// POST of `getMemberGroups` and `getMemberObjects` of a user, a group or a directory object: the
// ids of the groups. Groups are flat, so a group is a member of none. Hidden memberships are left
// out as in `memberOf`.
HandlerResult get_member_groups(const RequestContext& context);

// POST of `checkMemberGroups` and `checkMemberObjects`: those of at most 20 ids that
// get_member_groups gives.
HandlerResult check_member_groups(const RequestContext& context);
HandlerResult check_member_objects(const RequestContext& context);

// GET and POST `restore` of `/directory/deletedItems/{id}`: Fault::no_owner, since a deleted object
// is not kept.
HandlerResult get_deleted_item(const RequestContext& context);

}  // namespace cameo::graph
