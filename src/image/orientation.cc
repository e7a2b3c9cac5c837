#include "image/orientation.h"

#include <algorithm>
#include <utility>

namespace cameo::image {
namespace {

// After the transposition: which axes are mirrored.
bool mirrors_columns(Orientation o) {
    return o == Orientation::mirrored || o == Orientation::half_turn ||
           o == Orientation::quarter_right || o == Orientation::transversed;
}

bool mirrors_rows(Orientation o) {
    return o == Orientation::half_turn || o == Orientation::flipped ||
           o == Orientation::transversed || o == Orientation::quarter_left;
}

// In tiles: a whole column of the source would touch as many cache lines as it has rows.
Plane transpose(const Plane& source) {
    constexpr int kTile = 32;
    Plane result(source.height(), source.width());
    for (int top = 0; top < source.height(); top += kTile) {
        const int bottom = std::min(top + kTile, source.height());
        for (int x = 0; x < source.width(); ++x) {
            std::uint8_t* to = result.row(x);
            for (int y = top; y < bottom; ++y) to[y] = source.row(y)[x];
        }
    }
    return result;
}

void mirror_columns(Plane& plane) {
    for (int y = 0; y < plane.height(); ++y)
        std::reverse(plane.row(y), plane.row(y) + plane.width());
}

void mirror_rows(Plane& plane) {
    for (int y = 0; y < plane.height() / 2; ++y)
        std::swap_ranges(plane.row(y), plane.row(y) + plane.width(),
                         plane.row(plane.height() - 1 - y));
}

}  // namespace

bool swaps_sides(Orientation orientation) { return orientation >= Orientation::transposed; }

photo::Size turned(photo::Size size, Orientation orientation) {
    return swaps_sides(orientation) ? photo::Size{size.height, size.width} : size;
}

ChromaBegins chroma_begins(Orientation o) {
    return swaps_sides(o) ? ChromaBegins{mirrors_rows(o), mirrors_columns(o)}
                          : ChromaBegins{mirrors_columns(o), mirrors_rows(o)};
}

Region unturned(Region region, photo::Size stored, Orientation o) {
    const photo::Size upright = turned(stored, o);
    if (mirrors_columns(o)) region.left = upright.width - region.left - region.width;
    if (mirrors_rows(o)) region.top = upright.height - region.top - region.height;
    if (swaps_sides(o)) return {region.top, region.left, region.height, region.width};
    return region;
}

Picture turn(Picture picture, Orientation o) {
    picture.size = turned(picture.size, o);
    for (Component& component : picture.components) {
        if (swaps_sides(o)) {
            component.plane = transpose(component.plane);
            std::swap(component.across, component.down);
        }
        if (mirrors_columns(o)) mirror_columns(component.plane);
        if (mirrors_rows(o)) mirror_rows(component.plane);
    }
    return picture;
}

}  // namespace cameo::image
