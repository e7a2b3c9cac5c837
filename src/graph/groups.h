#pragma once

#include "base/result.h"
#include "directory/objects.h"
#include "graph/members.h"
#include "graph/request_context.h"
#include "http/reply.h"

// The directory objects of groups: `/groups`, `/groups/{id}` (contract section 7). Writes answer on
// the work lane only.
namespace cameo::graph {

Result<http::Reply> get_group(const RequestContext& context);
Result<http::Reply> list_groups(const RequestContext& context);
Result<http::Reply> count_groups(const RequestContext& context);
// 201; members@odata.bind adds members, owners@odata.bind owners. Who makes a group is its owner.
Result<http::Reply> post_group(const RequestContext& context);
Result<http::Reply> patch_group(const RequestContext& context);   // 204
Result<http::Reply> delete_group(const RequestContext& context);  // 204; its team goes with it

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
