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
#include "graph/photo_write.h"
#include "graph/teams.h"
#include "graph/unserved.h"
#include "graph/users.h"

namespace cameo::graph {
namespace {

using http::Method;
using Segments = std::span<const std::string_view>;

constexpr std::size_t kMaxParts = 3;

struct Line {
    Place place = Place::root;
    std::array<std::string_view, kMaxParts> path;  // behind the place
    Realm realm = Realm::photo;
    Answers answers;
    Spelling spelling = Spelling::any;
    bool needs_token = true;
};

constexpr auto kPhoto = Realm::photo;
constexpr auto kEntry = Realm::directory;

// To grow: add lines. The busiest first.
constexpr std::array kLines{
    // Photos. `put` of a team answers 204, of the others 200.
    Line{Place::user,
         {"photo", "$value"},
         kPhoto,
         {.get = get_photo_content, .put = put_photo, .patch = put_photo, .del = delete_photo}},
    Line{Place::user, {"photos", "{size}", "$value"}, kPhoto, {.get = get_photo_content}},
    Line{Place::group,
         {"photo", "$value"},
         kPhoto,
         {.get = get_photo_content, .put = put_photo, .patch = put_photo, .del = delete_photo}},
    Line{Place::group, {"photos", "{size}", "$value"}, kPhoto, {.get = get_photo_content}},
    Line{Place::team,
         {"photo", "$value"},
         kPhoto,
         {.get = get_photo_content, .put = put_team_photo}},
    Line{Place::contact,
         {"photo", "$value"},
         kPhoto,
         {.get = get_photo_content, .put = put_photo, .patch = put_photo}},
    Line{Place::user, {"photo"}, kPhoto, {.get = get_photo_metadata, .del = delete_photo}},
    Line{Place::user, {"photos", "{size}"}, kPhoto, {.get = get_photo_metadata}},
    Line{Place::user, {"photos"}, kPhoto, {.get = list_photos}},
    Line{Place::group, {"photo"}, kPhoto, {.get = get_photo_metadata, .del = delete_photo}},
    Line{Place::group, {"photos", "{size}"}, kPhoto, {.get = get_photo_metadata}},
    Line{Place::group, {"photos"}, kPhoto, {.get = list_photos}},
    Line{Place::team, {"photo"}, kPhoto, {.get = get_photo_metadata}},
    Line{Place::contact, {"photo"}, kPhoto, {.get = get_photo_metadata}},
    // An old form of Microsoft's documentation that programs still use.
    Line{Place::user,
         {"photo", "{size}", "$value"},
         kPhoto,
         {.get = get_photo_content},
         Spelling::me},

    // The directory that photos hang on.
    Line{Place::user,
         {},
         kEntry,
         {.get = get_user, .patch = patch_user, .del = delete_user},
         Spelling::key},
    Line{Place::user, {}, kEntry, {.get = get_user, .patch = patch_user}, Spelling::me},
    Line{Place::root, {"users"}, kEntry, {.get = list_users, .post = post_user, .lists = true}},
    Line{Place::root, {"users", "$count"}, kEntry, {.get = count_users, .lists = true}},
    Line{Place::group, {}, kEntry, {.get = get_group, .patch = patch_group, .del = delete_group}},
    Line{Place::root, {"groups"}, kEntry, {.get = list_groups, .post = post_group, .lists = true}},
    Line{Place::root, {"groups", "$count"}, kEntry, {.get = count_groups, .lists = true}},
    Line{Place::group, {"members"}, kEntry, {.get = list_members, .lists = true}},
    Line{Place::group, {"members", "$count"}, kEntry, {.get = count_members, .lists = true}},
    Line{Place::group, {"members", "$ref"}, kEntry, {.post = post_member}},
    Line{Place::group, {"members", "{item}", "$ref"}, kEntry, {.del = delete_member}},
    Line{Place::group, {"owners"}, kEntry, {.get = list_owners, .lists = true}},
    Line{Place::group, {"owners", "$count"}, kEntry, {.get = count_owners, .lists = true}},
    Line{Place::group, {"owners", "$ref"}, kEntry, {.post = post_owner}},
    Line{Place::group, {"owners", "{item}", "$ref"}, kEntry, {.del = delete_owner}},
    Line{Place::team,
         {},
         kEntry,
         {.get = get_team, .put = put_team, .patch = patch_team, .del = delete_team},
         Spelling::group},
    Line{Place::team,
         {},
         kEntry,
         {.get = get_team, .patch = patch_team, .del = delete_team},
         Spelling::teams},
    Line{Place::team, {}, kEntry, {.get = get_team}},
    Line{Place::team, {"operations", "{item}"}, kEntry, {.get = get_team_operation}},
    Line{Place::root, {"teams"}, kEntry, {.get = list_teams, .post = post_team, .lists = true}},
    Line{Place::root, {"teams", "$count"}, kEntry, {.get = count_teams, .lists = true}},
    Line{Place::user, {"joinedTeams"}, kEntry, {.get = list_joined_teams, .lists = true}},
    Line{
        Place::user, {"joinedTeams", "$count"}, kEntry, {.get = count_joined_teams, .lists = true}},
    Line{Place::contact,
         {},
         kEntry,
         {.get = get_contact, .patch = patch_contact, .del = delete_contact}},
    Line{Place::user,
         {"contacts"},
         kEntry,
         {.get = list_contacts, .post = post_contact, .lists = true}},
    Line{Place::user, {"contacts", "$count"}, kEntry, {.get = count_contacts, .lists = true}},
    Line{Place::folder,
         {"contacts"},
         kEntry,
         {.get = list_contacts, .post = post_contact, .lists = true}},
    Line{Place::folder, {"contacts", "$count"}, kEntry, {.get = count_contacts, .lists = true}},
    Line{Place::folder,
         {},
         kEntry,
         {.get = get_folder, .patch = patch_folder, .del = delete_folder}},
    Line{Place::user,
         {"contactFolders"},
         kEntry,
         {.get = list_folders, .post = post_folder, .lists = true}},
    Line{Place::user, {"contactFolders", "$count"}, kEntry, {.get = count_folders, .lists = true}},
    Line{Place::folder,
         {"childFolders"},
         kEntry,
         {.get = list_folders, .post = post_folder, .lists = true}},
    Line{Place::folder, {"childFolders", "$count"}, kEntry, {.get = count_folders, .lists = true}},
    Line{Place::root, {"$batch"}, kEntry, {.post = post_batch}},
    // Open to all, as with Graph: tools read it before they know how to sign in.
    Line{.place = Place::root,
         .path = {"$metadata"},
         .realm = kEntry,
         .answers = {.get = get_metadata_document},
         .needs_token = false},
    // Clients ask for these beside photos.
    Line{Place::user, {"people"}, kEntry, {.get = get_nothing}},
    Line{Place::user, {"presence"}, kEntry, {.get = get_nothing}},
};

bool is(std::string_view part, std::string_view segment) {
    return equals_ignoring_case(part, segment);
}

// Takes NAME/{key} off the front; `users/$count` names no user.
bool take_keyed(std::string_view name, Segments& rest, std::string_view& key) {
    if (rest.size() < 2 || !is(name, rest[0])) return false;
    if (is("$count", rest[1]) || is("$ref", rest[1])) return false;
    key = rest[1];
    rest = rest.subspan(2);
    return true;
}

void take_folders(Segments& rest, Route& route) {
    const Segments from = rest.subspan(1);
    std::string_view key;
    if (!take_keyed("contactFolders", rest, key)) return;
    route.place = Place::folder;
    while (take_keyed("childFolders", rest, key)) {
    }
    route.folders = from.first(from.size() - rest.size());
}

// What may stand behind /me and /users/{user}.
void take_from_mailbox(Segments& rest, Route& route) {
    if (rest.empty()) return;
    if (take_keyed("joinedTeams", rest, route.key)) {
        route.place = Place::team;
        route.joined = true;
        return;
    }
    take_folders(rest, route);
    if (take_keyed("contacts", rest, route.key)) route.place = Place::contact;
}

void take_group(Segments& rest, Route& route) {
    if (take_keyed("groups", rest, route.key)) {
        route.place = Place::group;
        if (rest.empty() || !is("team", rest[0])) return;
        rest = rest.subspan(1);
        route.place = Place::team;
        route.spelling = Spelling::group;
    } else if (take_keyed("teams", rest, route.key) || take_keyed("team", rest, route.key)) {
        route.place = Place::team;
        route.spelling = Spelling::teams;
    }
}

// Takes the place off the front of the segments.
Route take_place(Segments& rest) {
    Route route;
    if (!rest.empty() && is("me", rest[0])) {
        route.spelling = Spelling::me;
        rest = rest.subspan(1);
    } else if (take_keyed("users", rest, route.user_key)) {
        route.spelling = Spelling::key;
    } else {
        take_group(rest, route);
        return route;
    }
    route.place = Place::user;
    take_from_mailbox(rest, route);
    return route;
}

bool matches(const Line& line, Segments rest, Route& route) {
    std::size_t matched = 0;
    for (const auto part : line.path) {
        if (part.empty()) break;
        if (matched == rest.size()) return false;
        const auto segment = rest[matched++];
        if (part == "{size}")
            route.size = segment;
        else if (part == "{item}")
            route.item = segment;
        else if (!is(part, segment))
            return false;
    }
    return matched == rest.size();
}

bool is_for(const Line& line, const Route& place) {
    if (line.place != place.place) return false;
    return line.spelling == Spelling::any || line.spelling == place.spelling;
}

Error no_such_path(const Target& target, const Route& place, Segments rest) {
    const bool sizes_of_none = (place.place == Place::contact || place.place == Place::team) &&
                               !rest.empty() && is("photos", rest[0]);
    if (sizes_of_none)
        return {Fault::malformed,
                "Unsupported segment type: photos. Contacts and teams have the photo alone."};
    return {Fault::malformed, fmt::format("No resource is found at the path '/{}/{}'.",
                                          target.version(), target.path())};
}

}  // namespace

Answer Answers::for_method(Method method) const {
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

Result<Route> find_route(const Target& target) {
    Segments rest = target.segments();
    const Route place = take_place(rest);
    for (const Line& line : kLines) {
        if (!is_for(line, place)) continue;
        Route route = place;
        if (!matches(line, rest, route)) continue;
        route.realm = line.realm;
        route.answers = line.answers;
        route.needs_token = line.needs_token;
        return route;
    }
    return std::unexpected(no_such_path(target, place, rest));
}

Work work_of(const Route& route, Method method) {
    const auto& answers = route.answers;
    const bool reads = method == Method::get || method == Method::head;
    const bool replaces = method == Method::put || method == Method::patch;
    if (reads && answers.lists) return Work::list;
    if (replaces && route.realm == Realm::photo) return Work::upload;
    if (method == Method::post && answers.post == post_batch) return Work::batch;
    return Work::lookup;
}

std::string allow_header(const Route& route) {
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
        if (route.answers.for_method(method) == nullptr) continue;
        if (!allow.empty()) allow += ", ";
        allow += name;
    }
    return allow;
}

}  // namespace cameo::graph
