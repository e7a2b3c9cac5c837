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

constexpr std::string_view kGroup = "group@odata.bind";

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

// A UUID of version 4 is the id of an operation that made a team. One of version 8, whose digits
// are free (RFC 9562 section 5.8), has the type of the operation in the digit behind the version.
constexpr std::size_t kVersionDigit = 14;
constexpr std::size_t kTypeDigit = kVersionDigit + 1;
constexpr char kArchive = '1';
constexpr char kUnarchive = '2';

std::string operation_id(char type) {
    auto id = new_guid();
    id[kVersionDigit] = '8';
    id[kTypeDigit] = type;
    return id;
}

std::string_view operation_type(std::string_view id) {
    if (id[kVersionDigit] != '8') return "createTeam";
    return id[kTypeDigit] == kArchive     ? "archiveTeam"
           : id[kTypeDigit] == kUnarchive ? "unarchiveTeam"
                                          : "createTeam";
}

http::Reply accepted(std::string_view team, std::string_view operation,
                     std::string_view fields = {}) {
    return {.status = 202,
            .fields = fmt::format("Location: /teams('{}')/operations('{}')\r\n{}{}", team,
                                  operation, fields, kNoStore)};
}

http::Reply made(std::string_view team) {
    return accepted(team, new_guid(), fmt::format("Content-Location: /teams('{}')\r\n", team));
}

// A team has these from its group.
Result<void> check_beside_group(const json::object& body) {
    for (const auto* name : {"displayName", "description", "visibility", "specialization"})
        if (const auto* value = body.if_contains(name); value != nullptr && !value->is_null())
            return wrong_member(
                name,
                fmt::format("cannot stand beside '{}': a team has it from its group", kGroup));
    return check_references(body, {kGroup, "template@odata.bind"});
}

Result<GroupPtr> group_to_convert(const RequestContext& context, const json::object& body) {
    const auto* text = body.at(kGroup).if_string();
    const auto key = text == nullptr ? std::string() : referred_key(*text);
    if (key.empty()) return wrong_member(kGroup, "does not refer to a group");
    auto group = context.directory.find<Group>(context.principal->tenant, key, context.wait);
    if (!group) return std::unexpected(std::move(group.error()));
    if (!**group) return std::unexpected(resource_not_found(key));
    return **std::move(group);
}

Result<bool> has_owner(const RequestContext& context, const Group& group) {
    const auto owners =
        context.directory.list<directory::User>({.tenant = group.tenant, .owners_of = group.id},
                                                {.by_id = true, .top = 1}, context.deadline());
    if (!owners) return std::unexpected(owners.error());
    return !owners->objects.empty();
}

// In the transaction of the change.
Result<void> convert(Group& group) {
    if (group.is_team) return fail(Fault::already_exists, "The group is already provisioned");
    const Group before = group;
    group.is_team = true;
    return directory::normalize(group, &before);
}

// `group@odata.bind`: the rights of the caller are those for the group that the body names.
HandlerResult post_team_of_group(const RequestContext& context, const json::object& body) {
    if (!converts_groups(context)) return fail(Fault::denied, "");
    if (auto valid = check_beside_group(body); !valid)
        return std::unexpected(std::move(valid.error()));
    const auto group = group_to_convert(context, body);
    if (!group) return std::unexpected(group.error());
    const auto acting_owner = authorize_conversion(context, **group);
    if (!acting_owner) return std::unexpected(acting_owner.error());
    const auto owned = has_owner(context, **group);
    if (!owned) return std::unexpected(owned.error());
    if (!*owned && !(*group)->is_team && is_unified(**group))
        return fail(Fault::malformed, "A team needs an owner: the group has none.");
    const auto team = context.directory.change<Group>(context.principal->tenant, (*group)->id,
                                                      convert, context.deadline(), *acting_owner);
    if (!team) return std::unexpected(team.error());
    if (!*team) return std::unexpected(resource_not_found((*group)->id));
    return made((*team)->id);
}

// The body of archive, which may be absent.
Result<void> check_archive_body(const RequestContext& context) {
    const auto text = read_body(context.request, context.settings.json_bytes);
    if (!text) return std::unexpected(text.error());
    if (text->view().empty()) return {};
    const auto body = parse_json_object(text->view());
    if (!body) return std::unexpected(body.error());
    constexpr std::string_view kSite = "shouldSetSpoSiteReadOnlyForMembers";
    const auto* value = body->if_contains(kSite);
    if (value == nullptr || value->is_bool() || value->is_null()) return {};
    return wrong_member(kSite, "is neither true nor false");
}

HandlerResult set_archived(const RequestContext& context, bool archived) {
    const auto& id = context.found.group->id;
    if (auto valid = check_archive_body(context); !valid)
        return std::unexpected(std::move(valid.error()));
    const auto apply = [&](Group& group) -> Result<void> {
        group.is_archived = archived;
        return {};
    };
    const auto team = context.directory.change<Group>(
        context.principal->tenant, id, apply, context.deadline(), context.found.acting_owner);
    if (!team) return std::unexpected(team.error());
    if (!*team) return std::unexpected(resource_not_found(id));
    return accepted(id, operation_id(archived ? kArchive : kUnarchive));
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
    if (const auto* group = body->if_contains(kGroup); group != nullptr && !group->is_null())
        return post_team_of_group(context, *body);
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
    return made(team.id);
}

HandlerResult archive_team(const RequestContext& context) { return set_archived(context, true); }

HandlerResult unarchive_team(const RequestContext& context) { return set_archived(context, false); }

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
    body["operationType"] = operation_type(context.route.item);
    body["status"] = "succeeded";
    body["targetResourceId"] = id;
    body["targetResourceLocation"] = fmt::format("/teams('{}')", id);
    body["error"] = nullptr;
    return negotiated(json_reply(200, body));
}

}  // namespace cameo::graph
