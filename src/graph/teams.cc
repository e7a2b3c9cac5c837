#include "graph/teams.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/ids.h"
#include "graph/authorize.h"
#include "graph/members.h"
#include "graph/object_json.h"
#include "graph/resources.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::Group;

// The mailNickname of a new team's group, from the name of the team.
std::string nickname_from(std::string_view name) {
    std::string nickname;
    for (const char c : name)
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            nickname += c;
    nickname.resize(std::min<std::size_t>(nickname.size(), 64));
    return nickname.empty() ? "team" : nickname;
}

// Adds the team's group under its nickname, or with the next free number behind it. One that
// another request takes meanwhile is looked for again, until the deadline.
Result<void> add_team(const RequestContext& context, const json::object& body, Group team) {
    auto& store = context.directory.store();
    const std::string wanted = team.mail_nickname;
    while (true) {
        auto nickname = store.free_nickname(team.tenant, wanted, context.deadline());
        if (!nickname) return std::unexpected(std::move(nickname.error()));
        team.mail_nickname = *std::move(nickname);
        team.mail.clear();
        set_defaults(context, team);
        auto added = add_with_members(context, body, team);
        if (added || added.error().detail != directory::kTakenNickname) return added;
    }
}

}  // namespace

HandlerResult put_team(const RequestContext& context) {
    const auto& group = context.found.group;
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    if (auto valid = check_references(*body, {}); !valid)
        return std::unexpected(std::move(valid.error()));
    const auto options = object_options(context, kTeamSchema);
    if (!options) return std::unexpected(options.error());
    const auto apply = [&](Group& object) -> Result<void> {
        if (object.is_team) return fail(Fault::conflict, "The group is already a team.");
        const Group before = object;
        object.is_team = true;
        auto done = read_object(*body, kTeamSchema, object);
        if (done) done = directory::normalize(object, &before);
        return done;
    };
    const auto team =
        context.directory.change<Group>(context.principal->tenant, group->id, apply,
                                        context.deadline(), context.found.acting_owner);
    if (!team) return std::unexpected(team.error());
    if (!*team) return std::unexpected(resource_not_found(group->id));
    return object_reply(context, 201, {kTeamSchema, "teams"}, **team, *options,
                        location_field(context, "teams/" + (*team)->id));
}

HandlerResult post_team(const RequestContext& context) {
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    auto valid = check_required(*body, kTeamSchema);
    // `template@odata.bind` names a kind of team, of which there is one.
    if (valid)
        valid = check_references(*body, {"members", "members@odata.bind", "owners@odata.bind",
                                         "owners", "template@odata.bind"});
    if (!valid) return std::unexpected(std::move(valid.error()));
    Group team{.tenant = context.principal->tenant,
               .id = new_guid(),
               .group_types = {"Unified"},
               .created = context.clock.now(),
               .mail_enabled = true,
               .is_team = true};
    auto done = read_object(*body, kTeamSchema, team);
    team.mail_nickname = nickname_from(team.display_name);
    if (done) done = directory::normalize(team);
    if (done) done = add_team(context, *body, team);
    if (!done) return std::unexpected(std::move(done.error()));
    return http::Reply{.status = 202,
                       .fields = fmt::format("Location: /teams('{0}')/operations('{1}')\r\n"
                                             "Content-Location: /teams('{0}')\r\n{2}",
                                             team.id, new_guid(), kNoStore)};
}

HandlerResult get_team_operation(const RequestContext& context) {
    const auto& team = context.found.group;
    if (!is_guid(context.route.item))
        return std::unexpected(resource_not_found(context.route.item));
    const auto options = parse_options(context.target.query(), context.request.find("accept"));
    if (!options) return std::unexpected(options.error());
    const auto id = team->id;
    json::object body;
    if (options->level != MetadataLevel::none)
        body["@odata.context"] =
            fmt::format("{}#teams('{}')/operations/$entity", context.metadata_url(), id);
    body["id"] = context.route.item;
    body["operationType"] = "createTeam";
    body["status"] = "succeeded";
    body["targetResourceId"] = id;
    body["targetResourceLocation"] = fmt::format("/teams('{}')", id);
    body["error"] = nullptr;
    return negotiated(json_reply(200, body));
}

}  // namespace cameo::graph
