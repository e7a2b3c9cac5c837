#include "graph/routes.h"

#include <gtest/gtest.h>

namespace cameo::graph {
namespace {

using http::Method;

std::optional<Route> route_of(std::string_view target) {
    static std::optional<Target> parsed;  // keeps the segments that the route borrows
    parsed = Target::parse(target);
    return parsed ? find_route(parsed->segments()) : std::nullopt;
}

TEST(Routes, EveryPathOfTheTableNamesItsResource) {
    const std::vector<std::pair<const char*, Resource>> paths{
        {"/me", Resource::user},
        {"/me/photo", Resource::photo},
        {"/me/photo/$value", Resource::photo_value},
        {"/me/photos", Resource::photos},
        {"/me/photos/48x48", Resource::photo_size},
        {"/me/photos/48x48/$value", Resource::photo_size_value},
        {"/me/photo/48x48/$value", Resource::photo_size_value},
        {"/users", Resource::users},
        {"/users/x", Resource::user},
        {"/users/x/photo", Resource::photo},
        {"/users/x/photo/$value", Resource::photo_value},
        {"/users/x/photos", Resource::photos},
        {"/users/x/photos/48x48", Resource::photo_size},
        {"/users/x/photos/48x48/$value", Resource::photo_size_value},
    };
    for (const auto& [path, resource] : paths) {
        for (const auto* version : {"/v1.0", "/beta"}) {
            const auto target = std::string(version) + path;
            const auto route = route_of(target);
            ASSERT_TRUE(route) << path;
            EXPECT_EQ(route->resource, resource) << path;
            EXPECT_EQ(route->me, std::string_view(path).starts_with("/me")) << path;
            EXPECT_EQ(route->user_key, std::string_view(path).starts_with("/users/") ? "x" : "");
        }
    }
}

TEST(Routes, SegmentsMatchInAnyCase) {
    EXPECT_TRUE(route_of("/v1.0/ME/Photo/$VALUE"));
    EXPECT_TRUE(route_of("/v1.0/Users/x/PHOTOS"));
}

TEST(Routes, TheSizeIsKeptAsSent) {
    EXPECT_EQ(route_of("/v1.0/me/photos/48X48/$value")->size, "48X48");
    EXPECT_EQ(route_of("/v1.0/me/photos/$value")->size, "$value");
}

TEST(Routes, WhatTheTableDoesNotHaveIsNotFound) {
    for (const auto* path :
         {"/v1.0", "/v1.0/", "/v1.0/foo", "/v1.0/me/photo/x", "/v1.0/me/photo/$value/x",
          "/v1.0/users/x/photo/48x48/$value", "/v1.0/me/photoz", "/v1.0/x/me/photo"})
        EXPECT_FALSE(route_of(path)) << path;
}

TEST(Routes, AllowNamesTheMethods) {
    EXPECT_EQ(allow_header(*route_of("/v1.0/me/photo/$value")), "GET, HEAD, PUT, PATCH, DELETE");
    EXPECT_EQ(allow_header(*route_of("/v1.0/me/photo")), "GET, HEAD, DELETE");
    EXPECT_EQ(allow_header(*route_of("/v1.0/me/photos")), "GET, HEAD");
    EXPECT_EQ(allow_header(*route_of("/v1.0/users")), "POST");
    EXPECT_TRUE(route_of("/v1.0/me")->allows(Method::head));
    EXPECT_FALSE(route_of("/v1.0/me")->allows(Method::put));
    EXPECT_FALSE(route_of("/v1.0/me")->allows(Method::other));
}

}  // namespace
}  // namespace cameo::graph
