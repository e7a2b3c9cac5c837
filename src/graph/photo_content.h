#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "graph/request_context.h"
#include "http/reply.h"
#include "photo/photo.h"

namespace cameo::graph {

// GET and HEAD of `photo/$value` and `photos/{size}/$value`: docs/http.md, "Bytes".
HandlerResult get_photo_content(const RequestContext& context);

// The header lines of one rendition, built once and stored with its bytes.
std::string content_fields(const photo::Photo& photo, const Settings& settings);

// The rendition of a request: the largest without a size; that size; or, with `oversize =
// "nearest"`, the largest that is not larger. nullptr for none.
const photo::Rendition* choose_rendition(const photo::Photo& photo,
                                         const std::optional<photo::Size>& size,
                                         const Settings& settings);

// The size in the path; nullopt for `/photo`. Fault::malformed for an invalid size.
Result<std::optional<photo::Size>> asked_size(const RequestContext& context);

// The error if choose_rendition returned nullptr; lists the sizes that exist.
Error no_such_size(const photo::Photo& photo, photo::Size asked);

// Writes of photos: docs/http.md, "Writes"; docs/cameo-api.md, "Cropped uploads".

// PUT and PATCH of `photo/$value`, 200.
HandlerResult put_photo(const RequestContext& context);

// As put_photo for a team, 204.
HandlerResult put_team_photo(const RequestContext& context);

// `POST /cameo/v1/preview`: docs/cameo-api.md, "Preview". Stores nothing.
HandlerResult post_preview(const RequestContext& context);

// DELETE of `photo` and `photo/$value`.
HandlerResult delete_photo(const RequestContext& context);

}  // namespace cameo::graph
