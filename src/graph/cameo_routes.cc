#include <array>

#include "graph/authorize.h"
#include "graph/bulk_photos.h"
#include "graph/routes.h"
#include "graph/sign_in.h"

namespace cameo::graph {
namespace {

using enum ResourceType;

// Reads many photos: a POST for the length of its body.
constexpr Endpoints kBulk{
    .post = {.handler = post_bulk, .work = Work::change, .is_read_only = true}};

// clang-format off
constexpr std::array kRoutes{
    Route{.type = root, .path = {"photos"}, .endpoints = kBulk},
    Route{.type = root, .path = {"web"}, .endpoints = {.get = {.handler = get_web}}, .needs_token = false},
    Route{.type = root, .path = {"sign-in"}, .find = find_sign_in, .endpoints = {.post = {.handler = post_sign_in, .work = Work::change}}, .needs_token = false},
};
// clang-format on

}  // namespace

std::span<const Route> cameo_routes() { return kRoutes; }

}  // namespace cameo::graph
