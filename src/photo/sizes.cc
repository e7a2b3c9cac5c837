#include "photo/sizes.h"

#include <algorithm>
#include <charconv>

namespace cameo::photo {
namespace {

std::optional<int> parse_side(std::string_view digits) {
    if (digits.empty() || digits.size() > 5 || digits.front() == '0') return std::nullopt;
    int side = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), side);
    if (error != std::errc{} || end != digits.data() + digits.size() || side < 1)
        return std::nullopt;
    return side;
}

// Scaled in proportion so that the longer side is at most `max_side`; no side goes under one pixel.
Size bounded(Size size, int max_side) {
    const int longer = std::max(size.width, size.height);
    if (longer <= max_side) return size;
    const auto scaled = [&](int side) {
        return std::max<int>(
            1, static_cast<int>((static_cast<long>(side) * max_side + longer / 2) / longer));
    };
    return {scaled(size.width), scaled(size.height)};
}

}  // namespace

std::optional<Size> parse_size(std::string_view text) {
    const auto x = text.find_first_of("xX");
    if (x == std::string_view::npos) return std::nullopt;
    const auto width = parse_side(text.substr(0, x));
    const auto height = parse_side(text.substr(x + 1));
    if (!width || !height) return std::nullopt;
    return Size{*width, *height};
}

std::string to_string(Size size) {
    return std::to_string(size.width) + 'x' + std::to_string(size.height);
}

std::vector<Size> rendition_sizes(Size upload, PhotoStorage storage, int max_side) {
    const bool own_size = storage == PhotoStorage::directory;
    const Size largest = own_size ? bounded(upload, max_side) : upload;
    std::vector<Size> sizes;
    for (const int side : kHdSizes)
        if (side <= largest.shorter_side()) sizes.push_back({side, side});
    if (own_size && (sizes.empty() || sizes.back() != largest)) sizes.push_back(largest);
    return sizes;
}

}  // namespace cameo::photo
