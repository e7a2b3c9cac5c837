#pragma once

#include "base/result.h"
#include "directory/objects.h"
#include "graph/members.h"
#include "graph/request_context.h"
#include "http/reply.h"

// The directory objects of groups: `/groups`, `/groups/{id}` (docs/directory.md).
namespace cameo::graph {

HandlerResult get_group(const RequestContext& context);
HandlerResult list_groups(const RequestContext& context);
HandlerResult count_groups(const RequestContext& context);
// 201; members@odata.bind adds members, owners@odata.bind owners. Who makes a group is its owner.
HandlerResult post_group(const RequestContext& context);
HandlerResult patch_group(const RequestContext& context);   // 204
HandlerResult delete_group(const RequestContext& context);  // 204; its team goes with it

// Bring a group into the form that is stored; a team's visibility comes in small letters.
// Fault::malformed where it cannot be stored. The membership of a group is hidden from its making
// on or never, of Microsoft 365 groups only.
Result<void> normalize_new_group(directory::Group& group);
Result<void> normalize_changed_group(directory::Group& group, const directory::Group& before);

// The person who makes a group or team by a right of theirs owns it, and is in it where it is a
// Microsoft 365 group.
void add_creator(const RequestContext& context, const directory::Group& group,
                 InitialMembers& members);

}  // namespace cameo::graph
