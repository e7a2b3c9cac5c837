#pragma once

#include "graph/request_context.h"

// Members of a team as `aadUserConversationMember`: a view of the members and owners of its group,
// who are in one list, with the role `owner` (docs/directory.md, "Teams"). A membership has an id
// of its own, made from those of the team and the user. Which of them a caller sees:
// docs/access.md, "Hidden memberships". With TeamMember.ReadWriteNonOwnerRole.All, the role of an
// owner and the memberships of owners are Fault::denied.
namespace cameo::graph {

HandlerResult list_team_members(const RequestContext& context);
HandlerResult count_team_members(const RequestContext& context);
HandlerResult get_team_member(const RequestContext& context);
HandlerResult post_team_member(const RequestContext& context);    // 201 with the membership
HandlerResult patch_team_member(const RequestContext& context);   // 200 with the membership
HandlerResult delete_team_member(const RequestContext& context);  // 204

// POST of `members/add` and `members/remove`: up to 200 `values` in one transaction. 200, or 204
// for a removal; 207 with a result for each where some failed.
HandlerResult add_team_members(const RequestContext& context);
HandlerResult remove_team_members(const RequestContext& context);

}  // namespace cameo::graph
