#include "graph/teams.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/ids.h"
#include "graph/groups.h"
#include "graph/json_reply.h"
#include "graph/members.h"
#include "graph/object_json.h"
#include "graph/object_reply.h"
#include "graph/object_write.h"
#include "graph/reach.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using access::Operation;
using access::Subject;
using directory::Group;

Frame frame() { return {kTeamKind, "teams"}; }

Listing<Group> listing(const Call& call, directory::Scope scope) {
    scope.tenant = call.principal.tenant;
    scope.teams_only = true;
    return {.frame = frame(), .read = [&call, scope](const directory::Query& query) {
                return call.directory.groups().list(scope, query, call.lookups.deadline());
            }};
}

// Whose teams the path asks for. The rights to teams say nothing of people, so one who does not
// exist has joined none.
Result<directory::Scope> joined_scope(const Call& call) {
    if (auto may = reach_all(call, Subject::team, Operation::read); !may)
        return std::unexpected(may.error());
    const auto user = find_named_user(call);
    if (!user) return std::unexpected(user.error());
    return directory::Scope{
        .joined_by = *user ? (*user)->id : new_guid(),
        .without_hidden = !sees_hidden_members(call),
        .except_joined_by = call.self == nullptr ? std::string() : call.self->id};
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

Result<Group> change(const Call& call, const Group& group,
                     const directory::Table<Group>::Change& apply) {
    auto changed = call.directory.groups().change(
        call.principal.tenant, group.id, apply, call.lookups.deadline(),
        acting_owner(call, group, Subject::team, Operation::write));
    if (!changed) return std::unexpected(std::move(changed.error()));
    if (!*changed) return std::unexpected(nobody(group.id));
    return **std::move(changed);
}

}  // namespace

Result<http::Reply> get_team(const Call& call) {
    const auto team = reach_group(call, Subject::team, Operation::read);
    if (!team) return std::unexpected(team.error());
    const auto options = object_options(call);
    if (!options) return std::unexpected(options.error());
    return object_reply(call, 200, frame(), **team, *options);
}

Result<http::Reply> list_teams(const Call& call) {
    if (auto may = reach_all(call, Subject::team, Operation::read); !may)
        return std::unexpected(may.error());
    return list_reply(call, listing(call, {}));
}

Result<http::Reply> count_teams(const Call& call) {
    if (auto may = reach_all(call, Subject::team, Operation::read); !may)
        return std::unexpected(may.error());
    return count_reply(call, listing(call, {}));
}

Result<http::Reply> list_joined_teams(const Call& call) {
    const auto scope = joined_scope(call);
    if (!scope) return std::unexpected(scope.error());
    return list_reply(call, listing(call, *scope));
}

Result<http::Reply> count_joined_teams(const Call& call) {
    const auto scope = joined_scope(call);
    if (!scope) return std::unexpected(scope.error());
    return count_reply(call, listing(call, *scope));
}

Result<http::Reply> put_team(const Call& call) {
    const auto group = reach_any_group(call, Subject::team, Operation::write);
    if (!group) return std::unexpected(group.error());
    const auto body = read_object(call, kTeamKind, Write::change);
    if (!body) return std::unexpected(body.error());
    if (auto none = check_no_people(*body); !none) return std::unexpected(std::move(none.error()));
    const auto apply = [&](Group& object) -> Result<void> {
        if (object.is_team) return fail(Fault::conflict, "The group is a team already.");
        const Group before = object;
        object.is_team = true;
        auto fine = read_object(*body, kTeamKind, object);
        if (fine) fine = settle_changed_group(object, before);
        return fine;
    };
    const auto team = change(call, **group, apply);
    if (!team) return std::unexpected(team.error());
    return object_reply(call, 201, frame(), *team, {}, location_field(call, "teams/" + team->id));
}

Result<http::Reply> post_team(const Call& call) {
    if (auto may = reach_all(call, Subject::team, Operation::create); !may)
        return std::unexpected(may.error());
    const auto body = read_object(call, kTeamKind, Write::create);
    if (!body) return std::unexpected(body.error());
    Group team{.tenant = call.principal.tenant,
               .id = new_guid(),
               .group_types = {"Unified"},
               .mail_enabled = true,
               .is_team = true};
    auto fine = read_object(*body, kTeamKind, team);
    team.mail_nickname = nickname_from(team.display_name);
    if (fine) fine = settle_new_group(team);
    if (!fine) return std::unexpected(std::move(fine.error()));
    auto people = bound_people(call, *body);
    if (!people) return std::unexpected(people.error());
    include_maker(call, team, *people);
    fine = call.directory.add_group(team, people->owners, people->members, call.lookups.deadline());
    if (!fine) return std::unexpected(std::move(fine.error()));
    return http::Reply{
        .status = 202,
        .fields = fmt::format("Location: /teams('{0}')/operations('{1}')\r\n"
                              "Content-Location: /teams('{0}')\r\nCache-Control: no-store\r\n",
                              team.id, new_guid())};
}

Result<http::Reply> get_team_operation(const Call& call) {
    const auto team = reach_group(call, Subject::team, Operation::read);
    if (!team) return std::unexpected(team.error());
    if (!is_guid(call.route.item)) return std::unexpected(nobody(call.route.item));
    const auto id = (*team)->id;
    const json::object body{
        {"@odata.context",
         fmt::format("{}/$metadata#teams('{}')/operations/$entity", call.base_url(), id)},
        {"id", call.route.item},
        {"operationType", "createTeam"},
        {"status", "succeeded"},
        {"targetResourceId", id},
        {"targetResourceLocation", fmt::format("/teams('{}')", id)},
        {"error", nullptr}};
    return json_reply(200, body, "Cache-Control: no-store\r\n");
}

Result<http::Reply> patch_team(const Call& call) {
    const auto team = reach_group(call, Subject::team, Operation::write);
    if (!team) return std::unexpected(team.error());
    const auto body = read_object(call, kTeamKind, Write::change);
    if (!body) return std::unexpected(body.error());
    if (auto none = check_no_people(*body); !none) return std::unexpected(std::move(none.error()));
    const auto apply = [&](Group& object) -> Result<void> {
        const Group before = object;
        auto fine = check_same_id(*body, object.id);
        if (fine) fine = read_object(*body, kTeamKind, object);
        if (fine) fine = settle_changed_group(object, before);
        return fine;
    };
    if (auto changed = change(call, **team, apply); !changed)
        return std::unexpected(std::move(changed.error()));
    return no_content();
}

Result<http::Reply> delete_team(const Call& call) {
    const auto team = reach_group(call, Subject::team, Operation::write);
    if (!team) return std::unexpected(team.error());
    if (auto work = call.on_the_work_lane(); !work) return std::unexpected(work.error());
    return finish_removal(
        call, (*team)->id,
        call.directory.remove_group(call.principal.tenant, (*team)->id, call.clock.now(),
                                    call.lookups.deadline(),
                                    acting_owner(call, **team, Subject::team, Operation::write)));
}

}  // namespace cameo::graph
