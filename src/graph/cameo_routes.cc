#include <array>

#include "graph/authorize.h"
#include "graph/bulk_photos.h"
#include "graph/routes.h"

namespace cameo::graph {
namespace {

using enum ResourceType;

// Reads many photos: a POST for the length of its body.
constexpr Endpoints kBulk{
    .post = {.handler = post_bulk, .work = Work::change, .is_read_only = true}};

// clang-format off
constexpr std::array kRoutes{
    Route{.type = root, .path = {"photos"}, .endpoints = kBulk},
};
// clang-format on

}  // namespace

std::span<const Route> cameo_routes() { return kRoutes; }

}  // namespace cameo::graph
