#include "image/planes.h"

#include <new>

namespace cameo::image {
namespace {

constexpr int round_up(int value, int step) { return (value + step - 1) / step * step; }

}  // namespace

Plane::Plane(int width, int height)
    : Plane(width, height, round_up(width, kAlignment), round_up(height, 16)) {}

Plane::Plane(int width, int height, int room_width, int room_height)
    : width_(width), height_(height), stride_(round_up(room_width, kAlignment)) {
    const auto bytes = static_cast<std::size_t>(stride_) * static_cast<std::size_t>(room_height);
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
    // At a whole pixel: half of one would blur a picture that needs no resampling.
    const int left = (size.width - side) / 2;
    const int top = (size.height - side) / 2;
    return {static_cast<double>(left), static_cast<double>(top), static_cast<double>(side),
            static_cast<double>(side)};
}

}  // namespace cameo::image
