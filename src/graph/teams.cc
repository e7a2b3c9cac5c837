#include "graph/teams.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/ids.h"
#include "graph/authorize.h"
#include "graph/errors.h"
#include "graph/groups.h"
#include "graph/members.h"
#include "graph/object_json.h"
#include "graph/object_reply.h"
#include "graph/object_write.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::Group;

ODataContext odata_context() { return {kTeamSchema, "teams"}; }

ListEndpoint<Group> list_endpoint(const RequestContext& context, directory::Scope scope) {
    scope.tenant = context.principal->tenant;
    scope.teams_only = true;
    return {.odata = odata_context(), .read = [&context, scope](const directory::Query& query) {
                return context.directory.groups().list(scope, query, context.deadline());
            }};
}

// Whose teams the path asks for. The rights to teams say nothing of people, so one who does not
// exist has joined none.
directory::Scope joined_scope(const RequestContext& context) {
    const auto& user = context.found.user;
    return {.joined_by = user ? user->id : new_guid(),
            .without_hidden = !sees_hidden_members(context),
            .except_joined_by = context.self == nullptr ? std::string() : context.self->id};
}

// A nickname from the team's name, as the team's group needs one.
std::string nickname_from(std::string_view name) {
    std::string nickname;
    for (const char c : name)
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            nickname += c;
    nickname.resize(std::min<std::size_t>(nickname.size(), 64));
    return nickname.empty() ? "team" : nickname;
}

Result<Group> change(const RequestContext& context, const Group& group,
                     const directory::Table<Group>::Change& apply) {
    auto changed = context.directory.groups().change(
        context.principal->tenant, group.id, apply, context.deadline(), context.found.acting_owner);
    if (!changed) return std::unexpected(std::move(changed.error()));
    if (!*changed) return std::unexpected(resource_not_found(group.id));
    return **std::move(changed);
}

}  // namespace

HandlerResult get_team(const RequestContext& context) {
    const auto& team = context.found.group;
    const auto options = object_options(context);
    if (!options) return std::unexpected(options.error());
    return object_reply(context, 200, odata_context(), *team, *options);
}

HandlerResult list_teams(const RequestContext& context) {
    return list_reply(context, list_endpoint(context, {}));
}

HandlerResult count_teams(const RequestContext& context) {
    return count_reply(context, list_endpoint(context, {}));
}

HandlerResult list_joined_teams(const RequestContext& context) {
    return list_reply(context, list_endpoint(context, joined_scope(context)));
}

HandlerResult count_joined_teams(const RequestContext& context) {
    return count_reply(context, list_endpoint(context, joined_scope(context)));
}

HandlerResult put_team(const RequestContext& context) {
    const auto& group = context.found.group;
    const auto body = read_object(context, kTeamSchema, Write::change);
    if (!body) return std::unexpected(body.error());
    if (auto none = check_no_members(*body); !none) return std::unexpected(std::move(none.error()));
    const auto apply = [&](Group& object) -> Result<void> {
        if (object.is_team) return fail(Fault::conflict, "The group is a team already.");
        const Group before = object;
        object.is_team = true;
        auto fine = read_object(*body, kTeamSchema, object);
        if (fine) fine = normalize_changed_group(object, before);
        return fine;
    };
    const auto team = change(context, *group, apply);
    if (!team) return std::unexpected(team.error());
    return object_reply(context, 201, odata_context(), *team, {},
                        location_field(context, "teams/" + team->id));
}

HandlerResult post_team(const RequestContext& context) {
    const auto body = read_object(context, kTeamSchema, Write::create);
    if (!body) return std::unexpected(body.error());
    Group team{.tenant = context.principal->tenant,
               .id = new_guid(),
               .group_types = {"Unified"},
               .mail_enabled = true,
               .is_team = true};
    auto fine = read_object(*body, kTeamSchema, team);
    team.mail_nickname = nickname_from(team.display_name);
    if (fine) fine = normalize_new_group(team);
    if (!fine) return std::unexpected(std::move(fine.error()));
    auto members = read_initial_members(context, *body);
    if (!members) return std::unexpected(members.error());
    add_creator(context, team, *members);
    fine = context.directory.add_group(team, members->owners, members->members, context.deadline());
    if (!fine) return std::unexpected(std::move(fine.error()));
    return http::Reply{
        .status = 202,
        .fields = fmt::format("Location: /teams('{0}')/operations('{1}')\r\n"
                              "Content-Location: /teams('{0}')\r\nCache-Control: no-store\r\n",
                              team.id, new_guid())};
}

HandlerResult get_team_operation(const RequestContext& context) {
    const auto& team = context.found.group;
    if (!is_guid(context.route.item))
        return std::unexpected(resource_not_found(context.route.item));
    const auto id = team->id;
    const json::object body{
        {"@odata.context",
         fmt::format("{}/$metadata#teams('{}')/operations/$entity", context.base_url(), id)},
        {"id", context.route.item},
        {"operationType", "createTeam"},
        {"status", "succeeded"},
        {"targetResourceId", id},
        {"targetResourceLocation", fmt::format("/teams('{}')", id)},
        {"error", nullptr}};
    return json_reply(200, body, "Cache-Control: no-store\r\n");
}

HandlerResult patch_team(const RequestContext& context) {
    const auto& team = context.found.group;
    const auto body = read_object(context, kTeamSchema, Write::change);
    if (!body) return std::unexpected(body.error());
    if (auto none = check_no_members(*body); !none) return std::unexpected(std::move(none.error()));
    const auto apply = [&](Group& object) -> Result<void> {
        const Group before = object;
        auto fine = check_same_id(*body, object.id);
        if (fine) fine = read_object(*body, kTeamSchema, object);
        if (fine) fine = normalize_changed_group(object, before);
        return fine;
    };
    if (auto changed = change(context, *team, apply); !changed)
        return std::unexpected(std::move(changed.error()));
    return no_content();
}

HandlerResult delete_team(const RequestContext& context) {
    const auto& team = context.found.group;
    return finish_removal(
        context, team->id,
        context.directory.remove_group(context.principal->tenant, team->id, context.clock.now(),
                                       context.deadline(), context.found.acting_owner));
}

}  // namespace cameo::graph
