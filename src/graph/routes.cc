#include "graph/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "graph/entity_schema.h"

namespace cameo::graph {
namespace {

using access::Resource;
using http::Method;
using Segments = std::span<const std::string_view>;

constexpr std::size_t kMaxParts = Route::kMaxParts;
constexpr std::string_view kAnyCast = "*";

bool is(std::string_view part, std::string_view segment) {
    return equals_ignoring_case(part, segment);
}

// Whether the segment is the function or action `name()` in one of its spellings.
bool is_function(std::string_view name, std::string_view segment) {
    name.remove_suffix(2);
    if (segment.ends_with("()")) segment.remove_suffix(2);
    return is(name, segment) || is(name, cast_type(segment));
}

bool is_any_function(std::string_view segment) {
    constexpr std::array<std::string_view, 11> kNames{"delta()",
                                                      "getByIds()",
                                                      "getMemberGroups()",
                                                      "getMemberObjects()",
                                                      "checkMemberGroups()",
                                                      "checkMemberObjects()",
                                                      "restore()",
                                                      "archive()",
                                                      "unarchive()",
                                                      "add()",
                                                      "remove()"};
    return std::ranges::any_of(kNames, [&](auto name) { return is_function(name, segment); });
}

// Of the whole set: `users/delta` names no user.
bool is_function_of_set(std::string_view segment) {
    return is_function("delta()", segment) || is_function("getByIds()", segment);
}

// `users/$count` names no user; any other segment after `users` is a key.
bool is_reserved(std::string_view segment) { return is("$count", segment) || is("$ref", segment); }

// Removes NAME/{key} from the front.
bool consume_keyed(std::string_view name, Segments& rest, std::string_view& key) {
    if (rest.size() < 2 || !is(name, rest[0])) return false;
    if (is_reserved(rest[1])) return false;
    if (rest.size() == 2 && is_function_of_set(rest[1])) return false;
    key = rest[1];
    rest = rest.subspan(2);
    return true;
}

// `total`: of the path's segments.
void consume_folders(std::size_t total, Segments& rest, RouteMatch& route) {
    const std::size_t first = total - rest.size() + 1;
    std::string_view key;
    if (!consume_keyed("contactFolders", rest, key)) return;
    route.type = ResourceType::folder;
    while (consume_keyed("childFolders", rest, key)) {
    }
    route.first_folder = first;
    route.folder_count = total - rest.size() - first;
}

// The resources below /me and /users/{user}.
void consume_mailbox(std::size_t total, Segments& rest, RouteMatch& route) {
    if (rest.empty()) return;
    if (consume_keyed("joinedTeams", rest, route.key)) {
        route.type = ResourceType::team;
        route.joined = true;
        return;
    }
    consume_folders(total, rest, route);
    if (consume_keyed("contacts", rest, route.key)) route.type = ResourceType::contact;
}

void consume_group(Segments& rest, RouteMatch& route) {
    if (consume_keyed("groups", rest, route.key)) {
        route.type = ResourceType::group;
        if (rest.empty() || !is("team", rest[0])) return;
        rest = rest.subspan(1);
        route.type = ResourceType::team;
        route.alias = PathAlias::group;
    } else if (consume_keyed("teams", rest, route.key) || consume_keyed("team", rest, route.key)) {
        route.type = ResourceType::team;
        route.alias = PathAlias::teams;
    }
}

// Removes the resource from the front of the segments.
RouteMatch consume_resource(Segments& rest) {
    const std::size_t total = rest.size();
    RouteMatch route;
    if (!rest.empty() && is("me", rest[0])) {
        route.alias = PathAlias::me;
        rest = rest.subspan(1);
    } else if (consume_keyed("users", rest, route.user_key)) {
        route.alias = PathAlias::key;
    } else {
        consume_group(rest, route);
        return route;
    }
    route.type = ResourceType::user;
    consume_mailbox(total, rest, route);
    return route;
}

// The types that Graph's lists of directory objects hold.
bool is_directory_type(std::string_view type) {
    constexpr std::array<std::string_view, 9> kTypes{"user",
                                                     "group",
                                                     "device",
                                                     "orgContact",
                                                     "servicePrincipal",
                                                     "application",
                                                     "directoryRole",
                                                     "administrativeUnit",
                                                     "directoryObject"};
    return std::ranges::any_of(kTypes, [&](std::string_view each) { return is(each, type); });
}

// The segments without a cast, which is the last one or stands before $count.
struct WithoutCast {
    std::array<std::string_view, kMaxParts> segments;
    std::size_t count = 0;
    std::string_view type;
};
WithoutCast without_cast(Segments rest) {
    WithoutCast found;
    if (rest.size() < 2 || rest.size() > kMaxParts) return found;
    const auto at = is("$count", rest.back()) ? rest.size() - 2 : rest.size() - 1;
    if (!rest[at].contains('.') || is_any_function(rest[at])) return found;
    found.type = cast_type(rest[at]);
    if (found.type.empty()) return found;
    for (std::size_t i = 0; i < rest.size(); ++i)
        if (i != at) found.segments[found.count++] = rest[i];
    return found;
}

// Whether the item of the route is the last segment, where `$count` and `$ref` mean something else.
bool is_key(const Route& route) {
    return route.type == ResourceType::root || route.resource == Resource::team_member;
}

bool matches(const Route& route, Segments rest, RouteMatch& match) {
    std::size_t matched = 0;
    for (const auto part : route.path) {
        if (part.empty()) break;
        if (matched == rest.size()) return false;
        const auto segment = rest[matched++];
        if (part == "{size}")
            match.size = segment;
        else if (part == "{item}" && !(is_key(route) && is_reserved(segment)))
            match.item = segment;
        else if (part.ends_with("()") && is_function(part, segment))
            continue;
        else if (!is(part, segment))
            return false;
    }
    return matched == rest.size();
}

bool is_for(const Route& route, const RouteMatch& match) {
    if (route.type != match.type) return false;
    return route.alias == PathAlias::any || route.alias == match.alias;
}

std::span<const Route> routes_of(const Target& target) {
    return target.version() == kCameoVersion ? cameo_routes() : graph_routes();
}

// A route of one type needs the cast to it.
bool takes_cast(const Route& route, std::string_view type) {
    if (route.casts == kAnyCast) return true;
    return is(route.casts, type);
}

Error path_not_found(const Target& target, const RouteMatch& match, Segments rest) {
    const bool sizes_of_none =
        (match.type == ResourceType::contact || match.type == ResourceType::team) &&
        !rest.empty() && is("photos", rest[0]);
    if (sizes_of_none)
        return {
            Fault::malformed,
            "Unsupported segment type: photos. Contacts and teams have one photo, without sizes."};
    Error error{Fault::malformed, fmt::format("No resource is found at the path '/{}/{}'.",
                                              target.version(), target.path())};
    if (target.has_empty_segment()) append_sentence(error, Realm::photo, kEmptySegment);
    return error;
}

}  // namespace

const Endpoint* Endpoints::for_method(Method method) const {
    const auto endpoint = [&]() -> const Endpoint* {
        switch (method) {
            case Method::get:
            case Method::head:
                return &get;
            case Method::post:
                return &post;
            case Method::put:
                return &put;
            case Method::patch:
                return &patch;
            case Method::del:
                return &del;
            default:
                return nullptr;
        }
    }();
    return endpoint == nullptr || endpoint->handler == nullptr ? nullptr : endpoint;
}

Result<RouteMatch> match_route(const Target& target) {
    Segments rest = target.segments();
    RouteMatch resource = consume_resource(rest);
    const auto direct = without_cast(rest);
    if (!direct.type.empty() && !is_directory_type(direct.type))
        return std::unexpected(path_not_found(target, resource, rest));
    resource.cast = direct.type;
    if (!direct.type.empty()) rest = Segments(direct.segments).first(direct.count);
    for (const Route& route : routes_of(target)) {
        if (!is_for(route, resource) || !takes_cast(route, direct.type)) continue;
        RouteMatch match = resource;
        if (!matches(route, rest, match)) continue;
        match.resource = route.resource;
        match.find = route.find;
        match.endpoints = &route.endpoints;
        match.needs_token = route.needs_token;
        return match;
    }
    return std::unexpected(path_not_found(target, resource, rest));
}

Realm realm_of(const RouteMatch& route) {
    if (!route.resource) return Realm::directory;
    if (*route.resource == Resource::contact) return Realm::mailbox;
    return access::is_photo(*route.resource) ? Realm::photo : Realm::directory;
}

std::string allow_header(const RouteMatch& route) {
    static constexpr std::array<std::pair<Method, std::string_view>, 6> kNames{{
        {Method::get, "GET"},
        {Method::head, "HEAD"},
        {Method::post, "POST"},
        {Method::put, "PUT"},
        {Method::patch, "PATCH"},
        {Method::del, "DELETE"},
    }};
    std::string allow;
    for (const auto& [method, name] : kNames) {
        if (route.endpoints->for_method(method) == nullptr) continue;
        if (!allow.empty()) allow += ", ";
        allow += name;
    }
    return allow;
}

}  // namespace cameo::graph
