#include "image/resample.h"

#include <cmath>
#include <cstring>

#include "image/scaler_cache.h"

namespace cameo::image {
namespace {

// Two graphs per upload size, fourteen for the chain below; a few hundred bytes to 100 KB each.
constexpr std::size_t kGraphsPerThread = 128;

bool is_integer(double value) { return value == std::floor(value); }

// Whether the result is a part of the source, sample for sample.
bool is_copy(const Plane& source, const Scaling& what) {
    const Region& r = what.region;
    return r.width == what.width && r.height == what.height && is_integer(r.left) &&
           is_integer(r.top) && r.left >= 0 && r.top >= 0 && r.left + r.width <= source.width() &&
           r.top + r.height <= source.height();
}

Plane copy(const Plane& source, const Scaling& what) {
    Plane result(what.width, what.height);
    const int left = static_cast<int>(what.region.left);
    const int top = static_cast<int>(what.region.top);
    for (int y = 0; y < what.height; ++y)
        std::memcpy(result.row(y), source.row(top + y) + left,
                    static_cast<std::size_t>(what.width));
    return result;
}

Plane scale(const Component& source, Region region, int width, int height) {
    const Scaling what{source.plane.width(),
                       source.plane.height(),
                       {region.left * source.across, region.top * source.down,
                        region.width * source.across, region.height * source.down},
                       width,
                       height};
    if (is_copy(source.plane, what)) return copy(source.plane, what);
    thread_local ScalerCache cache(kGraphsPerThread);
    return cache.scale(source.plane, what);
}

// The part of the source under the halved chroma of `size`: for an odd side one pixel more.
Region under_halved(Region region, photo::Size size, ChromaBegins begins) {
    const double pixel_width = region.width / size.width;
    const double pixel_height = region.height / size.height;
    if (size.width % 2 != 0) {
        region.width += pixel_width;
        if (begins.right) region.left -= pixel_width;
    }
    if (size.height % 2 != 0) {
        region.height += pixel_height;
        if (begins.below) region.top -= pixel_height;
    }
    return region;
}

}  // namespace

Picture resample(const Picture& source, Region region, photo::Size size, Chroma chroma,
                 ChromaBegins begins) {
    Picture result{size, {}};
    result.components.push_back({scale(source.components[0], region, size.width, size.height)});
    for (std::size_t c = 1; c < source.components.size(); ++c) {
        const Component& component = source.components[c];
        if (chroma == Chroma::full)
            result.components.push_back({scale(component, region, size.width, size.height)});
        else
            result.components.push_back({scale(component, under_halved(region, size, begins),
                                               (size.width + 1) / 2, (size.height + 1) / 2),
                                         0.5, 0.5});
    }
    return result;
}

}  // namespace cameo::image
