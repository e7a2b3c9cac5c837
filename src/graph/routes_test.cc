#include "graph/routes.h"

#include <gmock/gmock.h>

#include <utility>

namespace cameo::graph {
namespace {

using http::Method;
using testing::ElementsAre;
using testing::HasSubstr;

Result<RouteMatch> route_of(std::string_view target) {
    static Target parsed;  // keeps the segments that the route borrows
    auto read = Target::parse(target);
    if (!read) return fail(Fault::malformed, "target");
    parsed = *std::move(read);
    return match_route(parsed);
}

std::vector<std::string> folders(std::string_view target) {
    const auto parsed = Target::parse(target).value();
    const auto all = match_route(parsed).value().folders(parsed);
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < all.size(); i += 2) ids.emplace_back(all[i]);
    return ids;
}

std::string allowed(std::string_view target) {
    const auto route = route_of(target);
    return route ? allow_header(*route) : route.error().detail;
}

TEST(Routes, TheFrontOfAPathSaysWhomItIsAbout) {
    const std::vector<std::tuple<const char*, ResourceType, PathAlias>> paths{
        {"/me/photo", ResourceType::user, PathAlias::me},
        {"/users/x/photo", ResourceType::user, PathAlias::key},
        {"/groups/x/photo", ResourceType::group, PathAlias::any},
        {"/teams/x/photo", ResourceType::team, PathAlias::teams},
        {"/team/x/photo", ResourceType::team, PathAlias::teams},
        {"/groups/x/team/photo", ResourceType::team, PathAlias::group},
        {"/me/joinedTeams/x/photo", ResourceType::team, PathAlias::me},
        {"/users/u/joinedTeams/x/photo", ResourceType::team, PathAlias::key},
        {"/me/contacts/x/photo", ResourceType::contact, PathAlias::me},
        {"/users/u/contactFolders/f/contacts/x/photo", ResourceType::contact, PathAlias::key},
        {"/me/contactFolders/f", ResourceType::folder, PathAlias::me},
        {"/users", ResourceType::root, PathAlias::any},
        {"/users/$count", ResourceType::root, PathAlias::any},
    };
    for (const auto& [path, type, alias] : paths) {
        for (const auto* version : {"/v1.0", "/beta"}) {
            const auto route = route_of(std::string(version) + path);
            ASSERT_TRUE(route) << path;
            EXPECT_EQ(route->type, type) << path;
            EXPECT_EQ(route->alias, alias) << path;
        }
    }
}

TEST(Routes, KeysAreTakenAsTheyCome) {
    constexpr auto kPath = "/v1.0/users/u@x/contactFolders/F=/childFolders/G=/contacts/C=/photo";
    const auto route = route_of(kPath);
    ASSERT_TRUE(route);
    EXPECT_EQ(route->user_key, "u@x");
    EXPECT_EQ(route->key, "C=");
    EXPECT_THAT(folders(kPath), ElementsAre("F=", "G="));
    EXPECT_EQ(route_of("/v1.0/me/photos/48X48/$value")->size, "48X48");
    EXPECT_EQ(route_of("/v1.0/me/photos/$value")->size, "$value");
    EXPECT_EQ(route_of("/v1.0/groups/g/members/m/$ref")->item, "m");
}

TEST(Routes, FoldersNestToAnyDepth) {
    std::string path = "/v1.0/me/contactFolders/f0";
    for (int i = 1; i < 60; ++i) path += "/childFolders/f" + std::to_string(i);
    path += "/contacts/c/photo/$value";
    const auto route = route_of(path);
    ASSERT_TRUE(route);
    EXPECT_EQ(folders(path).size(), 60U);
    EXPECT_EQ(folders(path).back(), "f59");
    EXPECT_EQ(route->key, "c");
}

TEST(Routes, SegmentsMatchInAnyCase) {
    EXPECT_TRUE(route_of("/v1.0/ME/Photo/$VALUE"));
    EXPECT_TRUE(route_of("/v1.0/Users/x/contactfolders/f/CHILDFOLDERS/g/Contacts/c/PHOTO"));
    EXPECT_TRUE(route_of("/v1.0/me/joinedteams/x"));
}

TEST(Routes, AllowNamesTheMethodsOfEachOwner) {
    const std::vector<std::pair<const char*, const char*>> paths{
        {"/v1.0/me/photo/$value", "GET, HEAD, PUT, PATCH, DELETE"},
        {"/v1.0/groups/g/photo/$value", "GET, HEAD, PUT, PATCH, DELETE"},
        {"/v1.0/teams/t/photo/$value", "GET, HEAD, PUT, PATCH"},
        {"/v1.0/me/contacts/c/photo/$value", "GET, HEAD, PUT, PATCH"},
        {"/v1.0/me/photo", "GET, HEAD, DELETE"},
        {"/v1.0/groups/g/photo", "GET, HEAD, DELETE"},
        {"/v1.0/teams/t/photo", "GET, HEAD"},
        {"/v1.0/me/contacts/c/photo", "GET, HEAD"},
        {"/v1.0/me/photos", "GET, HEAD"},
        {"/v1.0/groups/g/photos/48x48", "GET, HEAD"},
        {"/v1.0/groups/g/photos/48x48/$value", "GET, HEAD"},
        {"/v1.0/me/photo/48x48/$value", "GET, HEAD"},
        {"/v1.0/me", "GET, HEAD, PATCH"},
        {"/v1.0/users/x", "GET, HEAD, PATCH, DELETE"},
        {"/v1.0/users", "GET, HEAD, POST"},
        {"/v1.0/users/$count", "GET, HEAD"},
        {"/v1.0/groups", "GET, HEAD, POST"},
        {"/v1.0/groups/g", "GET, HEAD, PATCH, DELETE"},
        {"/v1.0/groups/g/team", "GET, HEAD, PUT, PATCH, DELETE"},
        {"/v1.0/groups/g/members/$ref", "POST"},
        {"/v1.0/groups/g/members/m/$ref", "DELETE"},
        {"/v1.0/groups/g/owners", "GET, HEAD"},
        {"/v1.0/groups/g/owners/$count", "GET, HEAD"},
        {"/v1.0/groups/g/owners/$ref", "POST"},
        {"/v1.0/groups/g/owners/m/$ref", "DELETE"},
        {"/v1.0/teams/t", "GET, HEAD, PATCH, DELETE"},
        {"/v1.0/teams/t/archive", "POST"},
        {"/v1.0/groups/t/team/graph.unarchive", "POST"},
        {"/v1.0/teams/t/members", "GET, HEAD, POST"},
        {"/v1.0/me/joinedTeams/t/members/$count", "GET, HEAD"},
        {"/v1.0/team/t/members/m", "GET, HEAD, PATCH, DELETE"},
        {"/v1.0/teams/t/members/add", "POST"},
        {"/v1.0/teams/t/members/Microsoft.Graph.REMOVE", "POST"},
        {"/v1.0/me/joinedTeams/t", "GET, HEAD"},
        {"/v1.0/me/contacts", "GET, HEAD, POST"},
        {"/v1.0/me/contactFolders/f/childFolders", "GET, HEAD, POST"},
        {"/v1.0/me/contactFolders/f/contacts/c", "GET, HEAD, PATCH, DELETE"},
        {"/v1.0/me/people", "GET, HEAD"},
    };
    for (const auto& [path, methods] : paths) EXPECT_EQ(allowed(path), methods) << path;
}

TEST(Routes, WhatTheTableDoesNotHaveIsNotFound) {
    for (const auto* path : {"/v1.0",
                             "/v1.0/",
                             "/v1.0/foo",
                             "/v1.0/me/photo/x",
                             "/v1.0/me/photo/$value/x",
                             "/v1.0/users/x/photo/48x48/$value",
                             "/v1.0/me/photoz",
                             "/v1.0/x/me/photo",
                             "/v1.0/groups/g/photo/48x48/$value",
                             "/v1.0/groups/g/contacts",
                             "/v1.0/teams/t/team",
                             "/v1.0/me/childFolders/f",
                             "/v1.0/me/contactFolders/f/photo",
                             "/v1.0/team",
                             "/v1.0/me/contacts/c/contacts/d",
                             "/v1.0/users/x/me/photo",
                             "/v1.0/groups/g/archive",
                             "/v1.0/teams/t/members/$ref",
                             "/v1.0/teams/t/members/m/$ref",
                             "/v1.0/teams/t/members/graph.user",
                             "/v1.0/teams/t/graph.add"})
        EXPECT_FALSE(route_of(path)) << path;
}

TEST(Routes, CameosOwnPathsHaveATableOfTheirOwn) {
    EXPECT_EQ(allowed("/cameo/v1/photos"), "POST");
    EXPECT_EQ(allowed("/cameo/v1/Photos?x=1"), "POST");
    EXPECT_EQ(allowed("/cameo/v1/preview"), "POST");
    for (const auto* path :
         {"/cameo/v1/", "/cameo/v1/photos/x", "/cameo/v1/me/photo/$value", "/cameo/v1/users",
          "/cameo/v1/$batch", "/cameo/v1/v1.0/me", "/v1.0/cameo/v1/photos", "/v1.0/photos"})
        EXPECT_FALSE(route_of(path)) << path;
}

TEST(Routes, ContactsAndTeamsHaveNoSizes) {
    for (const auto* path :
         {"/v1.0/me/contacts/c/photos", "/v1.0/teams/t/photos/48x48/$value",
          "/v1.0/groups/g/team/photos", "/v1.0/me/contactFolders/f/contacts/c/photos/48x48"})
        EXPECT_THAT(allowed(path), HasSubstr("Unsupported segment type")) << path;
    EXPECT_THAT(allowed("/v1.0/me/contactFolders/f/photos"),
                testing::Not(HasSubstr("Unsupported segment type")));
}

TEST(Routes, AMethodThatIsNotThereHasNoAnswer) {
    const auto route = route_of("/v1.0/me");
    ASSERT_TRUE(route);
    EXPECT_NE(route->endpoints->for_method(Method::head), nullptr);
    EXPECT_EQ(route->endpoints->for_method(Method::put), nullptr);
    EXPECT_EQ(route->endpoints->for_method(Method::options), nullptr);
    EXPECT_EQ(route->endpoints->for_method(Method::other), nullptr);
}

TEST(Routes, OnlyCountAndRefAreNoKeys) {
    for (const auto* path : {"/v1.0/organization/", "/v1.0/directoryObjects/"}) {
        EXPECT_EQ(route_of(path + std::string("%24re")).value().item, "$re");
        EXPECT_EQ(route_of(path + std::string("$value")).value().item, "$value");
        for (const auto* reserved : {"$count", "$ref", "%24COUNT"})
            EXPECT_FALSE(route_of(path + std::string(reserved))) << path << reserved;
    }
}

TEST(Routes, TheWorkIsThatOfTheMatchedRouteHoweverThePathIsWritten) {
    const std::vector<std::tuple<Method, const char*, Work>> rows{
        {Method::put, "/v1.0/me/photo/%24value", Work::upload},
        {Method::put, "/v1.0/me/photo/%24valu%65", Work::upload},
        {Method::put, "/beta/ME/PHOTO/$VALUE/", Work::upload},
        {Method::patch, "/v1.0/users/x/ph%6Fto/$value?x=1", Work::upload},
        {Method::put, "/V1.0/users('x')/photo/$value", Work::upload},
        {Method::put, "/v1.0/groups('x')/photo/%24valu%65", Work::upload},
        {Method::put, "/v1.0/teams/x/photo/$value", Work::upload},
        {Method::put, "/v1.0/me/contactFolders('f')/contacts('c')/photo/$valu%65", Work::upload},
        {Method::post, "/v1.0/%24batch", Work::batch},
        {Method::post, "/beta/$b%61tch/?x", Work::batch},
        {Method::post, "/v1.0/$BATCH", Work::batch},
        {Method::get, "/v1.0/u%73ers?$search=x", Work::list},
        {Method::head, "/v1.0/USERS/%24count", Work::list},
        {Method::get, "/v1.0/groups('g')/members", Work::list},
        {Method::get, "/v1.0/me/contactFolders('f')/contacts/$count", Work::list},
        {Method::get, "/v1.0/users/$batch/photo", Work::read},
        {Method::post, "/v1.0/users", Work::change},
        {Method::put, "/v1.0/groups/g/team", Work::change},
        {Method::patch, "/v1.0/users/value", Work::change},
        {Method::get, "/v1.0/users/x/photos", Work::read},
    };
    for (const auto& [method, target, expected] : rows) {
        const auto route = route_of(target);
        ASSERT_TRUE(route) << target;
        const auto* endpoint = route->endpoints->for_method(method);
        ASSERT_NE(endpoint, nullptr) << target;
        EXPECT_EQ(endpoint->work, expected) << target;
    }
    EXPECT_EQ(route_of("/v1.0/users/batch").value().endpoints->for_method(Method::post), nullptr);
    EXPECT_FALSE(route_of("/nonsense/$value"));
}

}  // namespace
}  // namespace cameo::graph
