#include "image/exif_orientation.h"

#include <cstdint>
#include <optional>

namespace cameo::image {
namespace {

constexpr unsigned kOrientationTag = 0x0112;
constexpr unsigned kShort = 3;
constexpr std::size_t kEntryBytes = 12;

class Tiff {
  public:
    Tiff(ByteView bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

    // Zero beyond the end: no tag, no entries.
    std::uint32_t u16(std::size_t at) const {
        if (at + 2 > bytes_.size()) return 0;
        const std::uint32_t a = bytes_[at];
        const std::uint32_t b = bytes_[at + 1];
        return big_endian_ ? a << 8 | b : b << 8 | a;
    }
    std::uint32_t u32(std::size_t at) const {
        const std::uint32_t a = u16(at);
        const std::uint32_t b = u16(at + 2);
        return big_endian_ ? a << 16 | b : b << 16 | a;
    }

  private:
    ByteView bytes_;
    bool big_endian_;
};

std::optional<Tiff> open(ByteView bytes) {
    if (bytes.size() < 8) return std::nullopt;
    const bool big_endian = bytes[0] == 'M' && bytes[1] == 'M';
    if (!big_endian && (bytes[0] != 'I' || bytes[1] != 'I')) return std::nullopt;
    const Tiff tiff(bytes, big_endian);
    if (tiff.u16(2) != 42) return std::nullopt;
    return tiff;
}

}  // namespace

Orientation exif_orientation(ByteView bytes) {
    const auto tiff = open(bytes);
    if (!tiff) return Orientation::upright;
    const std::size_t directory = tiff->u32(4);
    const std::uint32_t entries = tiff->u16(directory);
    for (std::uint32_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + i * kEntryBytes;
        if (entry + kEntryBytes > bytes.size()) break;
        if (tiff->u16(entry) != kOrientationTag || tiff->u16(entry + 2) != kShort) continue;
        const std::uint32_t value = tiff->u16(entry + 8);
        if (value >= 1 && value <= 8) return static_cast<Orientation>(value);
    }
    return Orientation::upright;
}

}  // namespace cameo::image
