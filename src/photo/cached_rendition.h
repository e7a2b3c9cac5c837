#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "photo/photo.h"

namespace cameo::photo {

// One rendition in memory, ready to be sent. Immutable; shared between threads.
struct CachedRendition {
    std::shared_ptr<const Photo> photo;
    Rendition rendition;  // an element of photo->renditions
    Bytes jpeg;
    // Text made once per rendition by whoever serves it (its response header), opaque here.
    std::string label;
};

using Labeler = std::function<std::string(const Photo&, const Rendition&)>;

}  // namespace cameo::photo
