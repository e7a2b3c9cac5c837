#pragma once

#include "base/bytes.h"
#include "photo/photo.h"

namespace cameo::photo {

// SHA-256 of an upload: how identical bytes are recognised, so that they keep their photo and etag.
UploadHash upload_hash(ByteView upload);

}  // namespace cameo::photo
