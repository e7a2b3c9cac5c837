#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "graph/errors.h"
#include "graph/target.h"
#include "http/reply.h"
#include "http/request.h"

// Which resource a path names, and what answers for it. The table is in routes.cc, one line a path:
// contract sections 2 and 7, docs/directory.md.
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

// One answer for each method that a path takes; HEAD is GET's.
using Handler = Result<http::Reply> (*)(const RequestContext&);
struct Handlers {
    Handler get = nullptr;
    Handler post = nullptr;
    Handler put = nullptr;
    Handler patch = nullptr;
    Handler del = nullptr;
    bool lists = false;  // `get` reads or counts a list of the directory

    // Null where the method is not allowed.
    Handler for_method(http::Method method) const;
};

// All text is decoded once and borrows from the target's segments.
struct RouteMatch {
    ResourceType type = ResourceType::root;
    PathAlias alias = PathAlias::any;
    std::string_view user_key;  // id or userPrincipalName, where the path has one
    std::string_view key;       // id of the group, team or contact
    bool joined = false;        // a team by way of the user who joined it
    // Ids of contact folders, each but the last with `childFolders` behind it.
    std::span<const std::string_view> folders;
    std::string_view size;  // as sent, behind photos
    std::string_view item;  // what else a path names: a member, an operation
    Realm realm = Realm::photo;
    Handlers handlers;
    bool needs_token = true;

    bool is_me() const { return alias == PathAlias::me; }
};

// Fault::malformed with a sentence for the client where no path of the table matches.
Result<RouteMatch> match_route(const Target& target);

// What the answer to a method costs where memory has none, which says the pool that it runs on.
enum class Work : std::uint8_t {
    lookup,  // single rows and blobs
    list,    // a query over many rows
    upload,  // a picture to decode
    batch,   // several requests, uploads too
};
Work work_of(const RouteMatch& route, http::Method method);

// The value of the Allow header.
std::string allow_header(const RouteMatch& route);

}  // namespace cameo::graph
