#pragma once

#include "graph/request_context.h"
#include "graph/routes.h"

namespace cameo::graph {

// The record of a photo, its lock, its former photos and its erasure: docs/cameo-api.md, "A photo's
// record", "Former photos". Each endpoint needs the permission to write the owner's photo, the lock
// also that for other owners. On a worker they block; in memory they give nullopt.

// `photo`
HandlerResult get_photo_record(const RequestContext& context);
HandlerResult patch_photo_record(const RequestContext& context);

// `formerPhotos`, `formerPhotos/{id}/{size}`, `formerPhotos/{id}/restore`, `formerPhotos/{id}`
HandlerResult list_former_photos(const RequestContext& context);
HandlerResult get_former_photo(const RequestContext& context);
HandlerResult restore_former_photo(const RequestContext& context);
HandlerResult delete_former_photo(const RequestContext& context);

// `erase`
HandlerResult erase_photos(const RequestContext& context);

}  // namespace cameo::graph
