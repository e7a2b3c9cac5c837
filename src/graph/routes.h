#pragma once

#include <array>
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

// Which resource a path names, and its handlers. The tables are in graph_routes.cc (docs/http.md
// and docs/directory.md, "Paths") and cameo_routes.cc (docs/cameo-api.md), one row for each path.
namespace cameo::graph {

struct RequestContext;

// The resource at the beginning of a path. The table matches the rest.
enum class ResourceType : std::uint8_t {
    root,     // none
    user,     // /me, /users/{user}
    group,    // /groups/{id}
    team,     // /teams/{id}, /team/{id}, /groups/{id}/team, {user}/joinedTeams/{id}
    contact,  // {user}/contacts/{id}, {folder}/contacts/{id}
    folder,   // {user}/contactFolders/{f}, then /childFolders/{f} to any depth
};

// How the path names the resource, where that makes a difference.
enum class PathAlias : std::uint8_t {
    any,
    me,     // /me and the paths below it
    key,    // /users/{user}
    teams,  // /teams/{id}, /team/{id}
    group,  // /groups/{id}/team
};

// nullopt: the reply needs data that is not in memory. Never on a worker.
using HandlerResult = Result<std::optional<http::Reply>>;
using Handler = HandlerResult (*)(const RequestContext&);
// Defined in authorize.h.
using Finder = Result<bool> (*)(RequestContext&);

// The cost of a request, which determines the pool that runs it.
enum class Work : std::uint8_t {
    read,    // from memory if it suffices, else single rows and blobs
    change,  // single rows and blobs
    list,    // a query over many rows
    upload,  // a picture to decode
    batch,   // several requests, which may be uploads
};

// The handler of one method of a path.
struct Endpoint {
    access::Operation operation = access::Operation::read;  // the permission that it needs
    Handler handler = nullptr;                              // null: the method is not allowed
    Work work = Work::read;
    Finder find = nullptr;  // instead of the route's
    // Changes nothing, whatever its work: no write for the audit log.
    bool is_read_only = false;
    // The permission for photos of any kind of owner suffices.
    bool any_photo = false;
    // Its body may have `[limits] crop_upload_bytes`; that of a PUT with a crop may too.
    bool has_large_body = false;
};

// By method; HEAD has the endpoint of GET.
struct Endpoints {
    Endpoint get;
    Endpoint post;
    Endpoint put;
    Endpoint patch;
    Endpoint del;

    // Null where the method is not allowed.
    const Endpoint* for_method(http::Method method) const;
};

// One row of a route table.
struct Route {
    static constexpr std::size_t kMaxParts = 4;

    ResourceType type = ResourceType::root;
    // After the resource, each in any letter case. `{size}` and `{item}` match a value, `delta()` a
    // function or action in its spellings.
    std::array<std::string_view, kMaxParts> path;
    std::optional<access::Resource> resource;  // whose permissions apply; nullopt: none are needed
    Finder find = nullptr;                     // null if the path names no resource
    Endpoints endpoints;
    PathAlias alias = PathAlias::any;
    // The type to which the list is cast: `/microsoft.graph.user`. Empty: none, `*`: none or any.
    std::string_view casts = {};
    bool needs_token = true;
};

// All text is decoded and refers to the segments of the target.
struct RouteMatch {
    ResourceType type = ResourceType::root;
    PathAlias alias = PathAlias::any;
    std::string_view user_key;  // id or userPrincipalName, if the path has one
    std::string_view key;       // id of the group, team or contact
    bool joined = false;        // the team is named below the user who joined it
    // Ids of contact folders among the segments of the target, separated by `childFolders`.
    std::size_t first_folder = 0;
    std::size_t folder_count = 0;
    std::string_view size;  // as sent, after photos
    std::string_view item;  // another key of the path: a member, an operation
    // The type of `members/microsoft.graph.user`, in lower case without its namespace; empty
    // without one.
    std::string_view cast;
    std::optional<access::Resource> resource;  // as Route
    Finder find = nullptr;                     // as Route
    const Endpoints* endpoints = nullptr;      // of the table
    bool needs_token = true;

    bool is_me() const { return alias == PathAlias::me; }
    std::span<const std::string_view> folders(const Target& target) const {
        return target.segments().subspan(first_folder, folder_count);
    }
};

// The table of Graph's paths, the most frequent first, in graph_routes.cc.
std::span<const Route> graph_routes();
// The table of the paths under /cameo/v1 (docs/cameo-api.md), in cameo_routes.cc. The resource at
// the beginning of a path is named as in Graph's paths.
std::span<const Route> cameo_routes();

// Fault::malformed with a message for the client if no path of the version's table matches.
Result<RouteMatch> match_route(const Target& target);

// Photos and the directory have different error codes for denials.
Realm realm_of(const RouteMatch& route);

// The value of the Allow header.
std::string allow_header(const RouteMatch& route);

}  // namespace cameo::graph
