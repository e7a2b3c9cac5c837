#include "image/chain.h"

#include <algorithm>
#include <utility>

#include "image/colour.h"
#include "image/jpeg_encode.h"
#include "image/resample.h"

namespace cameo::image {
namespace {

Region region_for(photo::Size rendition, photo::Size picture) {
    return rendition.width == rendition.height ? centre_square(picture) : whole(picture);
}

// The largest rendition: upright, sRGB, chroma halved.
Picture first_of(Decoded decoded, Orientation orientation, photo::Size size) {
    Picture& picture = decoded.picture;
    const photo::Size upright = turned(picture.size, orientation);
    const Region region = unturned(region_for(size, upright), picture.size, orientation);
    const photo::Size stored = turned(size, orientation);
    const ChromaBegins begins = chroma_begins(orientation);
    if (decoded.profile.empty() || is_srgb(decoded.profile, picture.grey()))
        return turn(resample(picture, region, stored, Chroma::halved, begins), orientation);

    Picture scaled = resample(picture, region, stored, Chroma::full);
    if (auto converted = to_srgb(scaled, decoded.profile)) scaled = std::move(*converted);
    return turn(resample(scaled, whole(stored), stored, Chroma::halved, begins), orientation);
}

}  // namespace

photo::RenderedPhoto make_renditions(Decoded decoded, Orientation orientation,
                                     const std::vector<photo::Size>& sizes) {
    photo::RenderedPhoto rendered;
    Picture picture = first_of(std::move(decoded), orientation, sizes.back());
    for (std::size_t left = sizes.size(); left-- > 0;) {
        if (picture.size != sizes[left])
            picture = resample(picture, region_for(sizes[left], picture.size), sizes[left],
                               Chroma::halved);
        rendered.items.push_back({sizes[left], encode_jpeg(picture)});
    }
    std::ranges::reverse(rendered.items);
    return rendered;
}

}  // namespace cameo::image
