#include <array>

#include "graph/bulk_photos.h"
#include "graph/photo_content.h"
#include "graph/routes.h"
#include "graph/sign_in.h"

namespace cameo::graph {
namespace {

using access::Operation;
using access::Resource;
using enum ResourceType;

// Reads many photos: a POST for the length of its body.
constexpr Endpoints kBulk{
    .post = {.handler = post_bulk, .work = Work::change, .is_read_only = true}};

constexpr Endpoints kPreview{.post = {.operation = Operation::write,
                                      .handler = post_preview,
                                      .work = Work::upload,
                                      .is_read_only = true,
                                      .any_photo = true,
                                      .has_large_body = true}};

// clang-format off
constexpr std::array kRoutes{
    Route{.type = root, .path = {"photos"}, .endpoints = kBulk},
    Route{.type = root, .path = {"web"}, .endpoints = {.get = {.handler = get_web}}, .needs_token = false},
    Route{.type = root, .path = {"sign-in"}, .find = find_sign_in, .endpoints = {.post = {.handler = post_sign_in, .work = Work::change}}, .needs_token = false},
    Route{.type = root, .path = {"preview"}, .resource = Resource::user_photo, .endpoints = kPreview},
};
// clang-format on

}  // namespace

std::span<const Route> cameo_routes() { return kRoutes; }

}  // namespace cameo::graph
