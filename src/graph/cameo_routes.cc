#include <array>

#include "graph/authorize.h"
#include "graph/bulk_photos.h"
#include "graph/file_matching.h"
#include "graph/former_photos.h"
#include "graph/people_list.h"
#include "graph/people_query.h"
#include "graph/photo_content.h"
#include "graph/routes.h"
#include "graph/runs.h"
#include "graph/sign_in.h"

namespace cameo::graph {
namespace {

using access::Operation;
using access::Resource;
using enum ResourceType;

// Everything about former photos, locks and runs needs the permission to write the photo.
constexpr auto kWrite = Operation::write;
constexpr auto kChange = Work::change;

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
constexpr Endpoints kPhotoRecord{.get = {kWrite, get_photo_record},
                                 .patch = {kWrite, patch_photo_record, kChange}};
constexpr Endpoints kFormerPhotos{.get = {kWrite, list_former_photos}};
constexpr Endpoints kFormerPhoto{.del = {kWrite, delete_former_photo, kChange}};
constexpr Endpoints kFormerBytes{.get = {kWrite, get_former_photo}};
constexpr Endpoints kRestore{.post = {kWrite, restore_former_photo, kChange}};
constexpr Endpoints kErase{.post = {kWrite, erase_photos, kChange}};
constexpr Endpoints kRuns{.get = {kWrite, list_runs}, .post = {kWrite, post_run, kChange}};
constexpr Endpoints kRun{.get = {kWrite, get_run}};
constexpr Endpoints kUndo{.post = {kWrite, undo_run, kChange}};

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
    Route{user, {"photo"}, Resource::user_photo, find_photo_owner, kPhotoRecord},
    Route{user, {"formerPhotos"}, Resource::user_photo, find_photo_owner, kFormerPhotos},
    Route{user, {"formerPhotos", "{item}"}, Resource::user_photo, find_photo_owner, kFormerPhoto},
    Route{user, {"formerPhotos", "{item}", "restore"}, Resource::user_photo, find_photo_owner, kRestore},
    Route{user, {"formerPhotos", "{item}", "{size}"}, Resource::user_photo, find_photo_owner, kFormerBytes},
    Route{user, {"erase"}, Resource::user_photo, find_photo_owner, kErase},
    Route{group, {"photo"}, Resource::group_photo, find_photo_owner, kPhotoRecord},
    Route{group, {"formerPhotos"}, Resource::group_photo, find_photo_owner, kFormerPhotos},
    Route{group, {"formerPhotos", "{item}"}, Resource::group_photo, find_photo_owner, kFormerPhoto},
    Route{group, {"formerPhotos", "{item}", "restore"}, Resource::group_photo, find_photo_owner, kRestore},
    Route{group, {"formerPhotos", "{item}", "{size}"}, Resource::group_photo, find_photo_owner, kFormerBytes},
    Route{group, {"erase"}, Resource::group_photo, find_photo_owner, kErase},
    Route{root, {"runs"}, Resource::user_photo, nullptr, kRuns},
    Route{root, {"runs", "{item}"}, Resource::user_photo, nullptr, kRun},
    Route{root, {"runs", "{item}", "undo"}, Resource::user_photo, nullptr, kUndo},
    Route{.type = root, .path = {"preview"}, .resource = Resource::user_photo, .endpoints = kPreview},
};
// clang-format on

}  // namespace

std::span<const Route> cameo_routes() { return kRoutes; }

}  // namespace cameo::graph
