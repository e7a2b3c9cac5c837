#pragma once

#include "base/result.h"
#include "graph/request_context.h"

// How a team is made and archived; the other handlers of teams are in resources.h
// (docs/directory.md).
namespace cameo::graph {

// PUT of `/groups/{id}/team` makes the group a team: 201.
HandlerResult put_team(const RequestContext& context);
// POST of `/teams`: 202, as Graph creates teams later. Here the team exists at once, and its
// operation has succeeded. With `group@odata.bind`, the group becomes the team.
HandlerResult post_team(const RequestContext& context);
// POST of `archive` and `unarchive`: 202, as above.
HandlerResult archive_team(const RequestContext& context);
HandlerResult unarchive_team(const RequestContext& context);
// Operations are not stored: their ids have their types.
HandlerResult get_team_operation(const RequestContext& context);

}  // namespace cameo::graph
