#include "graph/team_members.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/encoding.h"
#include "base/ids.h"
#include "base/text.h"
#include "directory/query.h"
#include "graph/authorize.h"
#include "graph/entity_schema.h"
#include "graph/errors.h"
#include "graph/filter_parser.h"
#include "graph/list_query.h"
#include "graph/object_json.h"
#include "graph/odata.h"
#include "graph/team_member_view.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::Query;
using directory::User;

const std::string& team_of(const RequestContext& context) { return context.found.group->id; }

std::string id_prefix(std::string_view team) { return fmt::format("1##{}##", team); }

// As long and opaque as Graph's.
std::string membership_id(std::string_view team, std::string_view user) {
    return to_base64url(as_bytes(id_prefix(team).append(user)));
}

// The name and the address are shown as those of the user.
json::object whole_member(const RequestContext& context, const TeamMember& member) {
    const auto& [user, owns] = member;
    const auto extent = readable_users(context).of(user.id);
    const auto text = [&](std::string_view name, const std::string& value) -> json::value {
        if (value.empty() || !shows(kUserSchema, extent, name)) return nullptr;
        return json::string(value);
    };
    return {{"id", membership_id(team_of(context), user.id)},
            {"roles", owns ? json::array{"owner"} : json::array()},
            {"displayName", text("displayName", user.display_name)},
            {"userId", user.id},
            {"email", text("mail", user.mail)},
            {"tenantId", user.tenant},
            {"visibleHistoryStartDateTime", nullptr}};
}

void append_member(json::object& body, const RequestContext& context, const TeamMember& member,
                   const Options& options) {
    if (options.level != MetadataLevel::none)
        body["@odata.type"] = fmt::format("#microsoft.graph.{}", kTeamMemberSchema.type);
    if (options.level == MetadataLevel::full)
        body["@odata.id"] =
            fmt::format("{}/{}", context.base_url(), membership_path(context, member.user));
    auto whole = whole_member(context, member);
    const auto show = [&](std::string_view name) { body[name] = std::move(whole[name]); };
    if (options.select)
        for (const auto& name : *options.select) show(name);
    else
        for (const auto name : kTeamMemberSchema.shown) show(name);
}

std::string set_of(const RequestContext& context) {
    return fmt::format("{}/$metadata#teams('{}')/members", context.base_url(), team_of(context));
}

// `userId`, or with the name of its type before it.
std::string_view without_type(std::string_view name) {
    const auto slash = name.find('/');
    if (slash == std::string_view::npos) return name;
    const bool known =
        equals_ignoring_case(cast_type(name.substr(0, slash)), kTeamMemberSchema.type);
    return known ? name.substr(slash + 1) : name;
}

// The properties of a membership that a filter may name, as those of the user.
FilterProperty filter_property_of_member(std::string_view name) {
    if (equals_ignoring_case(name, "userId")) return {"id", FilterType::text};
    if (equals_ignoring_case(name, "displayName")) return {"displayName", FilterType::text};
    if (equals_ignoring_case(name, "email")) return {"mail", FilterType::text};
    return {};
}

Result<Query> member_query(const RequestContext& context, Options options) {
    if (options.search || options.orderby)
        return fail(Fault::unsupported_query,
                    "Members of teams support the query options $count, $filter, $select and "
                    "$top.");
    const auto text = std::exchange(options.filter, std::nullopt);
    auto query = list_query(options, kTeamMemberSchema, filter_property_of_member, nullptr);
    if (!query) return query;
    if (text) {
        auto filter = parse_filter(*text, filter_property_of_member,
                                   {.type = kTeamMemberSchema.type, .double_quotes = true});
        if (!filter) return std::unexpected(std::move(filter.error()));
        query->filter = *std::move(filter);
    }
    query->count = !options.skiptoken;  // Graph counts always
    const Seen seen{kUserSchema, readable_users(context).others};
    if (auto may = restrict_to_visible(*query, seen, searched_name<User>); !may)
        return std::unexpected(std::move(may.error()));
    return query;
}

// The members and owners whom the caller may see: the owners alone where the membership is hidden
// from the caller.
Result<directory::Page<User>> read_members(const RequestContext& context, const Query& query) {
    const auto seen = sees_members(context, *context.found.group);
    if (!seen) return std::unexpected(seen.error());
    directory::Scope scope{.tenant = context.principal->tenant, .people_of = team_of(context)};
    if (!**seen) scope.owners_of = team_of(context);
    return context.directory.list<User>(scope, query, context.deadline());
}

}  // namespace

std::string user_of_membership(const RequestContext& context, std::string_view membership) {
    while (membership.ends_with('=')) membership.remove_suffix(1);
    const auto text = from_base64url(membership).value_or(std::string());
    const auto prefix = id_prefix(team_of(context));
    if (!text.starts_with(prefix) || !is_guid(text.substr(prefix.size()))) return {};
    return text.substr(prefix.size());
}

std::string membership_path(const RequestContext& context, const User& user) {
    return fmt::format("teams/{}/members/{}", team_of(context),
                       membership_id(team_of(context), user.id));
}

Result<Options> member_options(const RequestContext& context, OptionSet takes) {
    auto options = parse_options(context.target.query(), context.request.find("accept"), takes);
    if (!options) return options;
    if (options->select)
        for (auto& name : *options->select) name = std::string(without_type(name));
    if (auto known = resolve_select(*options, kTeamMemberSchema); !known)
        return std::unexpected(std::move(known.error()));
    return options;
}

HandlerResult member_reply(const RequestContext& context, int status, const TeamMember& member,
                           const Options& options, const std::string& fields) {
    json::object body;
    if (options.level != MetadataLevel::none)
        body["@odata.context"] = fmt::format("{}/microsoft.graph.{}{}/$entity", set_of(context),
                                             kTeamMemberSchema.type, select_suffix(options));
    append_member(body, context, member, options);
    return negotiated(json_reply(status, body, std::string(kNoStore) + fields));
}

std::unexpected<Error> no_membership(const RequestContext& context) {
    return std::unexpected(resource_not_found(context.route.item));
}

Result<TeamMember> find_team_member(const RequestContext& context) {
    const auto user = user_of_membership(context, context.route.item);
    if (user.empty()) return no_membership(context);
    directory::Filter is_user{
        .kind = directory::Filter::Kind::equals, .property = "id", .value = user, .parts = {}};
    auto page = read_members(context, {.filter = std::move(is_user), .by_id = true, .top = 1});
    if (!page) return std::unexpected(std::move(page.error()));
    if (page->objects.empty()) return no_membership(context);
    return TeamMember{std::move(page->objects.front()), page->owning.front()};
}

HandlerResult list_team_members(const RequestContext& context) {
    const auto options = member_options(context, OptionSet::list);
    if (!options) return std::unexpected(options.error());
    const auto query = member_query(context, *options);
    if (!query) return std::unexpected(query.error());
    const auto page = read_members(context, *query);
    if (!page) return std::unexpected(page.error());
    json::array value;
    for (std::size_t i = 0; i < page->objects.size(); ++i) {
        json::object item;
        append_member(item, context, {page->objects[i], page->owning[i]}, *options);
        value.push_back(std::move(item));
    }
    json::object body;
    if (options->level != MetadataLevel::none)
        body["@odata.context"] = set_of(context) + select_suffix(*options);
    if (page->count) body["@odata.count"] = *page->count;
    if (page->more && !page->objects.empty()) {
        const auto& [name, id] =
            std::pair(page->objects.back().display_name, page->objects.back().id);
        const auto cursor = query->by_id ? directory::Cursor{{}, id} : directory::Cursor{name, id};
        body["@odata.nextLink"] = context.link({"$skiptoken"}, "$skiptoken=" + skip_token(cursor));
    }
    body["value"] = std::move(value);
    return negotiated(json_reply(200, body));
}

HandlerResult count_team_members(const RequestContext& context) {
    const auto options = member_options(context, OptionSet::list);
    if (!options) return std::unexpected(options.error());
    auto query = member_query(context, *options);
    if (!query) return std::unexpected(query.error());
    query->top = 1;
    query->count = true;
    const auto page = read_members(context, *query);
    if (!page) return std::unexpected(page.error());
    return http::Reply{.status = 200,
                       .fields = fmt::format("{}Content-Type: text/plain\r\n", kNoStore),
                       .body = std::to_string(page->count.value_or(0))};
}

HandlerResult get_team_member(const RequestContext& context) {
    const auto member = find_team_member(context);
    if (!member) return std::unexpected(member.error());
    const auto options = member_options(context, OptionSet::object);
    if (!options) return std::unexpected(options.error());
    return member_reply(context, 200, *member, *options);
}

}  // namespace cameo::graph
