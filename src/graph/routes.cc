#include "graph/routes.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"
#include "graph/batch.h"
#include "graph/contact_folders.h"
#include "graph/contacts.h"
#include "graph/groups.h"
#include "graph/members.h"
#include "graph/metadata_document.h"
#include "graph/photo_content.h"
#include "graph/photo_metadata.h"
#include "graph/teams.h"
#include "graph/users.h"

namespace cameo::graph {
namespace {

using http::Method;
using Segments = std::span<const std::string_view>;

constexpr std::size_t kMaxParts = 3;

struct Route {
    ResourceType type = ResourceType::root;
    std::array<std::string_view, kMaxParts> path;  // behind the resource
    Realm realm = Realm::photo;
    Handlers handlers;
    PathAlias alias = PathAlias::any;
    bool needs_token = true;
};

constexpr auto kPhoto = Realm::photo;
constexpr auto kObject = Realm::directory;

// `/me/people`, `/me/presence`: clients ask for them beside photos.
Result<http::Reply> not_implemented(const RequestContext& context) {
    return fail(Fault::no_owner, fmt::format("The resource '{}' is not served here.",
                                             context.target.segments().back()));
}

// To grow: add lines. The busiest first.
constexpr std::array kRoutes{
    // Photos. `put` of a team answers 204, of the others 200.
    Route{ResourceType::user,
          {"photo", "$value"},
          kPhoto,
          {.get = get_photo_content, .put = put_photo, .patch = put_photo, .del = delete_photo}},
    Route{ResourceType::user, {"photos", "{size}", "$value"}, kPhoto, {.get = get_photo_content}},
    Route{ResourceType::group,
          {"photo", "$value"},
          kPhoto,
          {.get = get_photo_content, .put = put_photo, .patch = put_photo, .del = delete_photo}},
    Route{ResourceType::group, {"photos", "{size}", "$value"}, kPhoto, {.get = get_photo_content}},
    Route{ResourceType::team,
          {"photo", "$value"},
          kPhoto,
          {.get = get_photo_content, .put = put_team_photo}},
    Route{ResourceType::contact,
          {"photo", "$value"},
          kPhoto,
          {.get = get_photo_content, .put = put_photo, .patch = put_photo}},
    Route{ResourceType::user, {"photo"}, kPhoto, {.get = get_photo_metadata, .del = delete_photo}},
    Route{ResourceType::user, {"photos", "{size}"}, kPhoto, {.get = get_photo_metadata}},
    Route{ResourceType::user, {"photos"}, kPhoto, {.get = list_photos}},
    Route{ResourceType::group, {"photo"}, kPhoto, {.get = get_photo_metadata, .del = delete_photo}},
    Route{ResourceType::group, {"photos", "{size}"}, kPhoto, {.get = get_photo_metadata}},
    Route{ResourceType::group, {"photos"}, kPhoto, {.get = list_photos}},
    Route{ResourceType::team, {"photo"}, kPhoto, {.get = get_photo_metadata}},
    Route{ResourceType::contact, {"photo"}, kPhoto, {.get = get_photo_metadata}},
    // An old form of Microsoft's documentation that programs still use.
    Route{ResourceType::user,
          {"photo", "{size}", "$value"},
          kPhoto,
          {.get = get_photo_content},
          PathAlias::me},

    // The directory that photos hang on.
    Route{ResourceType::user,
          {},
          kObject,
          {.get = get_user, .patch = patch_user, .del = delete_user},
          PathAlias::key},
    Route{ResourceType::user, {}, kObject, {.get = get_user, .patch = patch_user}, PathAlias::me},
    Route{ResourceType::root,
          {"users"},
          kObject,
          {.get = list_users, .post = post_user, .lists = true}},
    Route{ResourceType::root, {"users", "$count"}, kObject, {.get = count_users, .lists = true}},
    Route{ResourceType::group,
          {},
          kObject,
          {.get = get_group, .patch = patch_group, .del = delete_group}},
    Route{ResourceType::root,
          {"groups"},
          kObject,
          {.get = list_groups, .post = post_group, .lists = true}},
    Route{ResourceType::root, {"groups", "$count"}, kObject, {.get = count_groups, .lists = true}},
    Route{ResourceType::group, {"members"}, kObject, {.get = list_members, .lists = true}},
    Route{
        ResourceType::group, {"members", "$count"}, kObject, {.get = count_members, .lists = true}},
    Route{ResourceType::group, {"members", "$ref"}, kObject, {.post = post_member}},
    Route{ResourceType::group, {"members", "{item}", "$ref"}, kObject, {.del = delete_member}},
    Route{ResourceType::group, {"owners"}, kObject, {.get = list_owners, .lists = true}},
    Route{ResourceType::group, {"owners", "$count"}, kObject, {.get = count_owners, .lists = true}},
    Route{ResourceType::group, {"owners", "$ref"}, kObject, {.post = post_owner}},
    Route{ResourceType::group, {"owners", "{item}", "$ref"}, kObject, {.del = delete_owner}},
    Route{ResourceType::team,
          {},
          kObject,
          {.get = get_team, .put = put_team, .patch = patch_team, .del = delete_team},
          PathAlias::group},
    Route{ResourceType::team,
          {},
          kObject,
          {.get = get_team, .patch = patch_team, .del = delete_team},
          PathAlias::teams},
    Route{ResourceType::team, {}, kObject, {.get = get_team}},
    Route{ResourceType::team, {"operations", "{item}"}, kObject, {.get = get_team_operation}},
    Route{ResourceType::root,
          {"teams"},
          kObject,
          {.get = list_teams, .post = post_team, .lists = true}},
    Route{ResourceType::root, {"teams", "$count"}, kObject, {.get = count_teams, .lists = true}},
    Route{ResourceType::user, {"joinedTeams"}, kObject, {.get = list_joined_teams, .lists = true}},
    Route{ResourceType::user,
          {"joinedTeams", "$count"},
          kObject,
          {.get = count_joined_teams, .lists = true}},
    Route{ResourceType::contact,
          {},
          kObject,
          {.get = get_contact, .patch = patch_contact, .del = delete_contact}},
    Route{ResourceType::user,
          {"contacts"},
          kObject,
          {.get = list_contacts, .post = post_contact, .lists = true}},
    Route{ResourceType::user,
          {"contacts", "$count"},
          kObject,
          {.get = count_contacts, .lists = true}},
    Route{ResourceType::folder,
          {"contacts"},
          kObject,
          {.get = list_contacts, .post = post_contact, .lists = true}},
    Route{ResourceType::folder,
          {"contacts", "$count"},
          kObject,
          {.get = count_contacts, .lists = true}},
    Route{ResourceType::folder,
          {},
          kObject,
          {.get = get_folder, .patch = patch_folder, .del = delete_folder}},
    Route{ResourceType::user,
          {"contactFolders"},
          kObject,
          {.get = list_folders, .post = post_folder, .lists = true}},
    Route{ResourceType::user,
          {"contactFolders", "$count"},
          kObject,
          {.get = count_folders, .lists = true}},
    Route{ResourceType::folder,
          {"childFolders"},
          kObject,
          {.get = list_folders, .post = post_folder, .lists = true}},
    Route{ResourceType::folder,
          {"childFolders", "$count"},
          kObject,
          {.get = count_folders, .lists = true}},
    Route{ResourceType::root, {"$batch"}, kObject, {.post = post_batch}},
    // Open to all, as with Graph: tools read it before they know how to sign in.
    Route{.type = ResourceType::root,
          .path = {"$metadata"},
          .realm = kObject,
          .handlers = {.get = get_metadata_document},
          .needs_token = false},
    // Clients ask for these beside photos.
    Route{ResourceType::user, {"people"}, kObject, {.get = not_implemented}},
    Route{ResourceType::user, {"presence"}, kObject, {.get = not_implemented}},
};

bool is(std::string_view part, std::string_view segment) {
    return equals_ignoring_case(part, segment);
}

// Takes NAME/{key} off the front; `users/$count` names no user.
bool consume_keyed(std::string_view name, Segments& rest, std::string_view& key) {
    if (rest.size() < 2 || !is(name, rest[0])) return false;
    if (is("$count", rest[1]) || is("$ref", rest[1])) return false;
    key = rest[1];
    rest = rest.subspan(2);
    return true;
}

void consume_folders(Segments& rest, RouteMatch& route) {
    const Segments from = rest.subspan(1);
    std::string_view key;
    if (!consume_keyed("contactFolders", rest, key)) return;
    route.type = ResourceType::folder;
    while (consume_keyed("childFolders", rest, key)) {
    }
    route.folders = from.first(from.size() - rest.size());
}

// What may stand behind /me and /users/{user}.
void consume_mailbox(Segments& rest, RouteMatch& route) {
    if (rest.empty()) return;
    if (consume_keyed("joinedTeams", rest, route.key)) {
        route.type = ResourceType::team;
        route.joined = true;
        return;
    }
    consume_folders(rest, route);
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

// Takes the resource off the front of the segments.
RouteMatch consume_resource(Segments& rest) {
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
    consume_mailbox(rest, route);
    return route;
}

bool matches(const Route& route, Segments rest, RouteMatch& match) {
    std::size_t matched = 0;
    for (const auto part : route.path) {
        if (part.empty()) break;
        if (matched == rest.size()) return false;
        const auto segment = rest[matched++];
        if (part == "{size}")
            match.size = segment;
        else if (part == "{item}")
            match.item = segment;
        else if (!is(part, segment))
            return false;
    }
    return matched == rest.size();
}

bool is_for(const Route& route, const RouteMatch& match) {
    if (route.type != match.type) return false;
    return route.alias == PathAlias::any || route.alias == match.alias;
}

Error path_not_found(const Target& target, const RouteMatch& match, Segments rest) {
    const bool sizes_of_none =
        (match.type == ResourceType::contact || match.type == ResourceType::team) &&
        !rest.empty() && is("photos", rest[0]);
    if (sizes_of_none)
        return {Fault::malformed,
                "Unsupported segment type: photos. Contacts and teams have the photo alone."};
    return {Fault::malformed, fmt::format("No resource is found at the path '/{}/{}'.",
                                          target.version(), target.path())};
}

}  // namespace

Handler Handlers::for_method(Method method) const {
    switch (method) {
        case Method::get:
        case Method::head:
            return get;
        case Method::post:
            return post;
        case Method::put:
            return put;
        case Method::patch:
            return patch;
        case Method::del:
            return del;
        default:
            return nullptr;
    }
}

Result<RouteMatch> match_route(const Target& target) {
    Segments rest = target.segments();
    const RouteMatch resource = consume_resource(rest);
    for (const Route& route : kRoutes) {
        if (!is_for(route, resource)) continue;
        RouteMatch match = resource;
        if (!matches(route, rest, match)) continue;
        match.realm = route.realm;
        match.handlers = route.handlers;
        match.needs_token = route.needs_token;
        return match;
    }
    return std::unexpected(path_not_found(target, resource, rest));
}

Work work_of(const RouteMatch& route, Method method) {
    const auto& handlers = route.handlers;
    const bool reads = method == Method::get || method == Method::head;
    const bool replaces = method == Method::put || method == Method::patch;
    if (reads && handlers.lists) return Work::list;
    if (replaces && route.realm == Realm::photo) return Work::upload;
    if (method == Method::post && handlers.post == post_batch) return Work::batch;
    return Work::lookup;
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
        if (route.handlers.for_method(method) == nullptr) continue;
        if (!allow.empty()) allow += ", ";
        allow += name;
    }
    return allow;
}

}  // namespace cameo::graph
