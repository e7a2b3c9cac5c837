#include <array>

#include "graph/bulk_photos.h"
#include "graph/file_matching.h"
#include "graph/people_list.h"
#include "graph/people_query.h"
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

constexpr Endpoints kPeople{.get = {.handler = get_people_list, .work = Work::list}};
constexpr Endpoints kCoverage{.get = {.handler = get_photo_coverage, .work = Work::list}};
// A POST for the length of its body.
constexpr Endpoints kFileMatch{.post = {.operation = Operation::write,
                                        .handler = post_file_match,
                                        .work = Work::list,
                                        .is_read_only = true}};

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
    Route{.type = root, .path = {"people"}, .find = check_reader_of_people, .endpoints = kPeople},
    Route{.type = root, .path = {"people", "coverage"}, .find = check_reader_of_people, .endpoints = kCoverage},
    Route{.type = root, .path = {"runs", "match"}, .resource = Resource::user_photo, .endpoints = kFileMatch},
    Route{.type = root, .path = {"preview"}, .resource = Resource::user_photo, .endpoints = kPreview},
};
// clang-format on

}  // namespace

std::span<const Route> cameo_routes() { return kRoutes; }

}  // namespace cameo::graph
