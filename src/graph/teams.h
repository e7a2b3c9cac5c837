#pragma once

#include "base/result.h"
#include "graph/request_context.h"
#include "http/reply.h"

// Teams: groups that are a team as well (contract sections 1 and 7). `/teams/{id}`, `/team/{id}`,
// `/groups/{id}/team`, `{user}/joinedTeams/{id}`. Writes answer on the work lane only.
namespace cameo::graph {

Result<http::Reply> get_team(const RequestContext& context);
Result<http::Reply> list_teams(const RequestContext& context);
Result<http::Reply> count_teams(const RequestContext& context);
Result<http::Reply> list_joined_teams(const RequestContext& context);
Result<http::Reply> count_joined_teams(const RequestContext& context);

// PUT of `/groups/{id}/team` makes a team of the group: 201.
Result<http::Reply> put_team(const RequestContext& context);
// 202, as Graph makes teams later; here it is there at once, and its operation says so.
Result<http::Reply> post_team(const RequestContext& context);
Result<http::Reply> get_team_operation(const RequestContext& context);
Result<http::Reply> patch_team(const RequestContext& context);   // 204
Result<http::Reply> delete_team(const RequestContext& context);  // 204; its group goes with it

}  // namespace cameo::graph
