#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "access/permissions.h"
#include "base/result.h"
#include "graph/errors.h"
#include "graph/target.h"
#include "http/reply.h"
#include "http/request.h"

// Which resource a path names, and what answers for it. The table is in routes.cc, one line a path:
// docs/http.md ("Paths"), docs/directory.md ("Paths").
namespace cameo::graph {

struct RequestContext;

// What stands at the front of a path: whom it is about. The rest is the table's to match.
enum class ResourceType : std::uint8_t {
    root,     // nothing
    user,     // /me, /users/{user}
    group,    // /groups/{id}
    team,     // /teams/{id}, /team/{id}, /groups/{id}/team, {user}/joinedTeams/{id}
    contact,  // {user}/contacts/{id}, {folder}/contacts/{id}
    folder,   // {user}/contactFolders/{f}, then /childFolders/{f} to any depth
};

// How the path names it, where that makes a difference.
enum class PathAlias : std::uint8_t {
    any,
    me,     // /me, and what stands behind it
    key,    // /users/{user}
    teams,  // /teams/{id}, /team/{id}
    group,  // /groups/{id}/team
};

// nullopt: memory does not hold what the reply needs. Never on a worker.
using HandlerResult = Result<std::optional<http::Reply>>;
using Handler = HandlerResult (*)(const RequestContext&);
// authorize.h has them.
using Finder = Result<bool> (*)(RequestContext&);

// What a request costs, which says where it runs.
enum class Work : std::uint8_t {
    read,    // from memory where that suffices, else single rows and blobs
    change,  // single rows and blobs
    list,    // a query over many rows
    upload,  // a picture to decode
    batch,   // several requests, uploads too
};

// What answers one method of a path.
struct Endpoint {
    access::Operation operation = access::Operation::read;  // the right that it takes
    Handler handler = nullptr;                              // null: the method is not allowed
    Work work = Work::read;
    Finder find = nullptr;  // where it is not the route's
};

// By method; HEAD is GET's.
struct Endpoints {
    Endpoint get;
    Endpoint post;
    Endpoint put;
    Endpoint patch;
    Endpoint del;

    // Null where the method is not allowed.
    const Endpoint* for_method(http::Method method) const;
};

// All text is decoded once and borrows from the target's segments.
struct RouteMatch {
    ResourceType type = ResourceType::root;
    PathAlias alias = PathAlias::any;
    std::string_view user_key;  // id or userPrincipalName, where the path has one
    std::string_view key;       // id of the group, team or contact
    bool joined = false;        // a team by way of the user who joined it
    // Ids of contact folders among the target's segments, each but the last with `childFolders`
    // behind it.
    std::size_t first_folder = 0;
    std::size_t folder_count = 0;
    std::string_view size;                     // as sent, behind photos
    std::string_view item;                     // what else a path names: a member, an operation
    std::optional<access::Resource> resource;  // whose rights count; nullopt: none are needed
    Finder find = nullptr;                     // null where the path names no resource
    const Endpoints* endpoints = nullptr;      // of the table
    bool needs_token = true;

    bool is_me() const { return alias == PathAlias::me; }
    std::span<const std::string_view> folders(const Target& target) const {
        return target.segments().subspan(first_folder, folder_count);
    }
};

// Fault::malformed with a sentence for the client where no path of the table matches.
Result<RouteMatch> match_route(const Target& target);

// The route of `/cameo/v1/photos`, which lies beside Graph's own paths.
const RouteMatch& bulk_route();

// Denials have another code for photos than for the directory.
Realm realm_of(const RouteMatch& route);

// The value of the Allow header.
std::string allow_header(const RouteMatch& route);

}  // namespace cameo::graph
