#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/owner.h"

// The sizes of a photo: docs/http.md, "Sizes".
namespace cameo::photo {

// Pixels. As text `{width}x{height}`, which is also the id of a profilePhoto.
struct Size {
    int width = 0;
    int height = 0;

    auto operator<=>(const Size&) const = default;
    int shorter_side() const { return width < height ? width : height; }
};

inline constexpr std::array kHdSizes{48, 64, 96, 120, 240, 360, 432, 504, 648};

// The shorter side of an upload for an owner with mailbox storage has at least so many pixels.
inline constexpr int kMailboxMinSide = 48;

// `48x48`, with the x in either letter case. nullopt for anything else: no signs, no leading zeros,
// each side 1 to 99999.
std::optional<Size> parse_size(std::string_view text);

std::string to_string(Size size);

// The sizes of the renditions of an upload of `upload` pixels (after orientation), ascending: every
// HD size that is not larger than the upload's shorter side. For an owner with directory storage
// also the upload's own size, reduced to `max_side` on its longer side, and only the smaller HD
// sizes. Empty only for a mailbox owner whose upload has a side under 48.
std::vector<Size> rendition_sizes(Size upload, PhotoStorage storage, int max_side);

}  // namespace cameo::photo
