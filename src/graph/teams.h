#pragma once

#include "base/result.h"
#include "graph/request_context.h"
#include "http/reply.h"

// Teams: groups that are a team as well (docs/directory.md). `/teams/{id}`, `/team/{id}`,
// `/groups/{id}/team`, `{user}/joinedTeams/{id}`.
namespace cameo::graph {

HandlerResult get_team(const RequestContext& context);
HandlerResult list_teams(const RequestContext& context);
HandlerResult count_teams(const RequestContext& context);
HandlerResult list_joined_teams(const RequestContext& context);
HandlerResult count_joined_teams(const RequestContext& context);

// PUT of `/groups/{id}/team` makes a team of the group: 201.
HandlerResult put_team(const RequestContext& context);
// 202, as Graph makes teams later; here it is there at once, and its operation says so.
HandlerResult post_team(const RequestContext& context);
HandlerResult get_team_operation(const RequestContext& context);
HandlerResult patch_team(const RequestContext& context);   // 204
HandlerResult delete_team(const RequestContext& context);  // 204; its group goes with it

}  // namespace cameo::graph
