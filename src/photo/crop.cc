#include "photo/crop.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/text.h"
#include "photo/sizes.h"

namespace cameo::photo {
namespace {

constexpr std::array<std::string_view, 4> kNames{"x", "y", "side", "rotate"};
constexpr std::uint32_t kMost = 100'000;  // no picture has such a side

struct Parameters {
    std::array<std::optional<std::uint32_t>, kNames.size()> values;

    // Null for an unknown name.
    std::optional<std::uint32_t>* find(std::string_view name) {
        for (std::size_t i = 0; i < kNames.size(); ++i)
            if (equals_ignoring_case(kNames[i], name)) return &values[i];
        return nullptr;
    }
};

std::unexpected<Error> wrong(std::string_view what) {
    return fail(
        Fault::malformed,
        fmt::format("The crop {}; a crop is like 'x=120, y=80, side=900, rotate=90'.", what));
}

Result<void> read_parameter(std::string_view part, Parameters& parameters) {
    const auto equals = part.find('=');
    const auto name = trim(part.substr(0, equals));
    auto* const value = parameters.find(name);
    if (equals == std::string_view::npos || value == nullptr)
        return wrong("has a parameter that is not x, y, side or rotate");
    if (*value) return wrong(fmt::format("has more than one {}", to_lower(name)));
    *value = number_in<std::uint32_t>(trim(part.substr(equals + 1)));
    if (!*value || **value > kMost)
        return wrong(
            fmt::format("has a wrong {}: it is a number from 0 to {}", to_lower(name), kMost));
    return {};
}

Result<Crop> crop_of(const Parameters& parameters) {
    const auto& [x, y, side, rotate] = parameters.values;
    if (!x || !y || !side) return wrong("needs x, y and side");
    const Crop crop{.x = *x, .y = *y, .side = *side, .rotate = rotate.value_or(0)};
    if (crop.rotate % 90 != 0 || crop.rotate > 270)
        return wrong("has a wrong rotate: it is 0, 90, 180 or 270");
    if (crop.side < kMailboxMinSide)
        return wrong(
            fmt::format("has a side of {} pixels: it is at least {}", crop.side, kMailboxMinSide));
    return crop;
}

}  // namespace

Result<Crop> parse_crop(std::string_view text) {
    Parameters parameters;
    for (const auto part : split_list(text, ','))
        if (auto read = read_parameter(part, parameters); !read)
            return std::unexpected(std::move(read.error()));
    return crop_of(parameters);
}

std::string to_string(const Crop& crop) {
    return fmt::format("x={}, y={}, side={}, rotate={}", crop.x, crop.y, crop.side, crop.rotate);
}

}  // namespace cameo::photo
