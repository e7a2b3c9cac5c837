#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/owner.h"

// The sizes in which a photo exists: docs/http.md, "Sizes".
namespace cameo::photo {

// Pixels. As text `{width}x{height}`, which is also the id of a profilePhoto.
struct Size {
    int width = 0;
    int height = 0;

    auto operator<=>(const Size&) const = default;
    int shorter_side() const { return width < height ? width : height; }
};

inline constexpr std::array kHdSizes{48, 64, 96, 120, 240, 360, 432, 504, 648};

// Sides of an upload, pixels.
inline constexpr int kMailboxMinSide = 48;

// `48x48`, letter case of the x is free. nullopt for anything else: no signs, no leading zeros,
// each side 1 to 99999.
std::optional<Size> parse_size(std::string_view text);

std::string to_string(Size size);

// The renditions that an upload of `upload` pixels (after orientation) gets, ascending: every HD
// size that is not larger than the upload's shorter side; and, for an owner kept in the directory,
// the upload's own size, brought down to `max_side` on its longer side, with the HD sizes smaller
// than that. Empty only for a mailbox owner whose upload has a side under 48.
std::vector<Size> rendition_sizes(Size upload, PhotoStorage storage, int max_side);

}  // namespace cameo::photo
