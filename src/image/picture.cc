#include "image/picture.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

namespace cameo::image {
namespace {

constexpr int round_up(int value, int step) { return (value + step - 1) / step * step; }

// After the transposition.
bool mirrors_columns(Orientation o) {
    return o == Orientation::mirrored || o == Orientation::rotated_180 ||
           o == Orientation::rotated_90 || o == Orientation::transversed;
}

bool mirrors_rows(Orientation o) {
    return o == Orientation::rotated_180 || o == Orientation::flipped ||
           o == Orientation::transversed || o == Orientation::rotated_270;
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

// The samples of a plane along one axis that lie in a range, wholly or partly.
struct Span {
    int first = 0;
    int count = 0;
    double offset = 0;  // of the range behind the first of them
};

Span samples_of(double begin, double length, int samples) {
    constexpr double kRounding = 1e-6;  // of densities like a third
    const int first = static_cast<int>(std::floor(begin + kRounding));
    const int last = std::min(static_cast<int>(std::ceil(begin + length - kRounding)), samples);
    return {first, last - first, std::max(begin - first, 0.0)};
}

}  // namespace

Plane::Plane(int width, int height)
    : Plane(width, height, round_up(width, kAlignment), round_up(height, 16)) {}

Plane::Plane(int width, int height, int allocated_width, int allocated_height)
    : width_(width), height_(height), stride_(round_up(allocated_width, kAlignment)) {
    const auto bytes =
        static_cast<std::size_t>(stride_) * static_cast<std::size_t>(allocated_height);
    samples_.reset(static_cast<std::uint8_t*>(std::aligned_alloc(kAlignment, bytes)));
    if (!samples_) throw std::bad_alloc();
}

Picture full_picture(photo::Size size, bool grey) {
    Picture picture{size, {}};
    for (int c = 0; c < (grey ? 1 : 3); ++c)
        picture.components.push_back({Plane(size.width, size.height)});
    return picture;
}

Region whole(photo::Size size) {
    return {0, 0, static_cast<double>(size.width), static_cast<double>(size.height)};
}

Region centre_square(photo::Size size) {
    const int side = size.shorter_side();
    // At a whole pixel: an offset of half a pixel would blur a picture that needs no resampling.
    const int left = (size.width - side) / 2;
    const int top = (size.height - side) / 2;
    return {static_cast<double>(left), static_cast<double>(top), static_cast<double>(side),
            static_cast<double>(side)};
}

Picture cut(const Picture& picture, Region part) {
    Picture result{{static_cast<int>(part.width), static_cast<int>(part.height)}, {}};
    for (const Component& from : picture.components) {
        const Span across = samples_of(from.left + part.left * from.across,
                                       part.width * from.across, from.plane.width());
        const Span down = samples_of(from.top + part.top * from.down, part.height * from.down,
                                     from.plane.height());
        Component& to = result.components.emplace_back(Component{
            Plane(across.count, down.count), from.across, from.down, across.offset, down.offset});
        for (int y = 0; y < down.count; ++y)
            std::copy_n(from.plane.row(down.first + y) + across.first, across.count,
                        to.plane.row(y));
    }
    return result;
}

Orientation turned(Orientation o, std::uint32_t degrees) {
    bool swaps = swaps_sides(o);
    bool columns = mirrors_columns(o);
    bool rows = mirrors_rows(o);
    // A rotation by 90 degrees is a transposition, which exchanges the axes, and a mirroring.
    for (; degrees >= 90; degrees -= 90) {
        swaps = !swaps;
        columns = std::exchange(rows, columns);
        columns = !columns;
    }
    const int mirrored = columns ? (rows ? 2 : 1) : (rows ? 3 : 0);
    return static_cast<Orientation>((swaps ? 5 : 1) + mirrored);
}

bool swaps_sides(Orientation orientation) { return orientation >= Orientation::transposed; }

photo::Size oriented(photo::Size size, Orientation orientation) {
    return swaps_sides(orientation) ? photo::Size{size.height, size.width} : size;
}

Region stored_region(Region region, photo::Size stored, Orientation o) {
    const photo::Size upright = oriented(stored, o);
    if (mirrors_columns(o)) region.left = upright.width - region.left - region.width;
    if (mirrors_rows(o)) region.top = upright.height - region.top - region.height;
    if (swaps_sides(o)) return {region.top, region.left, region.height, region.width};
    return region;
}

ChromaPhase chroma_phase(Orientation o) {
    return swaps_sides(o) ? ChromaPhase{mirrors_rows(o), mirrors_columns(o)}
                          : ChromaPhase{mirrors_columns(o), mirrors_rows(o)};
}

Picture rotate(Picture picture, Orientation o) {
    picture.size = oriented(picture.size, o);
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
