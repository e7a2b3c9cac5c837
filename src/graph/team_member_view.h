#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "directory/objects.h"
#include "graph/odata.h"
#include "graph/request_context.h"

// A membership of a team as Graph's JSON, and who is in the team of the path as the caller may see
// it. For team_members.cc, which reads, and team_member_writes.cc.
namespace cameo::graph {

// A user in a team.
struct TeamMember {
    directory::User user;
    bool owns = false;
};

// The id of the user of a membership of the path's team; empty for another text.
std::string user_of_membership(const RequestContext& context, std::string_view membership);

// `teams/{id}/members/{membership}`, below the base URL.
std::string membership_path(const RequestContext& context, const directory::User& user);

// The options of a request for memberships: $select takes the name of the type before a name.
Result<Options> member_options(const RequestContext& context, OptionSet takes);

// The membership of the path. Fault::no_owner also where the caller may not see it.
Result<TeamMember> find_team_member(const RequestContext& context);
std::unexpected<Error> no_membership(const RequestContext& context);

// 200 or 201 with the membership; `fields` are further header lines.
HandlerResult member_reply(const RequestContext& context, int status, const TeamMember& member,
                           const Options& options, const std::string& fields = {});

}  // namespace cameo::graph
