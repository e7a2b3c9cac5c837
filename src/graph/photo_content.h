#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "graph/request_context.h"
#include "http/reply.h"
#include "photo/photo.h"

namespace cameo::graph {

// GET and HEAD of `photo/$value` and `photos/{size}/$value`: contract section 3, Bytes.
Result<http::Reply> get_photo_content(const RequestContext& context);

// The header lines of one rendition's bytes, made once and kept beside them.
std::string content_fields(const photo::Photo& photo, const Settings& settings);

// Which rendition a request means: the largest where no size is asked, that size, or, where the
// setting says nearest, the largest that is not larger. nullptr for none.
const photo::Rendition* choose_rendition(const photo::Photo& photo,
                                         const std::optional<photo::Size>& size,
                                         const Settings& settings);

// The size that the path asks; nullopt for `/photo`. Fault::malformed for a size that is none.
Result<std::optional<photo::Size>> asked_size(const RequestContext& context);

// The error where choose_rendition found nothing: says which sizes exist.
Error no_such_size(const photo::Photo& photo, photo::Size asked);

// Writes of photos: contract section 3, Writes. On the quick lane each judges what needs no body,
// then answers Fault::not_in_memory.
// PUT and PATCH of `photo/$value`, 200.
Result<http::Reply> put_photo(const RequestContext& context);

// As put_photo for a team, 204.
Result<http::Reply> put_team_photo(const RequestContext& context);

// DELETE of `photo` and `photo/$value`.
Result<http::Reply> delete_photo(const RequestContext& context);

}  // namespace cameo::graph
