#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "image/picture.h"
#include "photo/sizes.h"

// What the primary picture of a HEIF or AVIF file is made of (ISO/IEC 14496-12, 8.11; ISO/IEC
// 23008-12, 6 to 9), found before a decoder sees the file. Phones store gain maps, depth maps,
// tone-mapped pictures, thumbnails and metadata beside the picture, in combinations that libheif
// 1.15 refuses; no rendition needs them. The files are untrusted: time and memory grow linearly
// with the bytes. Uses no image library. Thread-safe.
namespace cameo::image {

// The property `clap`, in pixels; offsets are those of the centre.
struct CleanAperture {
    double width = 0;
    double height = 0;
    double right = 0;
    double down = 0;

    bool operator==(const CleanAperture&) const = default;
};

// `irot` and `imir`, or `clap`.
using HeifTransformation = std::variant<Orientation, CleanAperture>;

struct HeifItem {
    std::uint32_t id = 0;
    photo::Size size;  // before the transformations; 0x0 where the file does not say
    std::vector<HeifTransformation> transformations;  // in the order of the file, at most three
    bool is_derived = false;     // from other items: a grid, an overlay, an identity
    bool is_monochrome = false;  // coded so, or derived from such items
};

class HeifFile {
  public:
    // nullopt where the boxes contradict each other or this description; the file may be a valid
    // one, and should then be decoded as it is. `file` must outlive the result.
    static std::optional<HeifFile> read(ByteView file);

    HeifFile(HeifFile&&) noexcept;
    HeifFile(const HeifFile&) = delete;
    HeifFile& operator=(const HeifFile&) = delete;
    HeifFile& operator=(HeifFile&&) = delete;
    ~HeifFile();

    const HeifItem& primary() const;
    // The primary item's own alpha, which has no transformations or those of the primary item.
    // Where the tiles of a grid have one each, it has the id of the grid.
    const std::optional<HeifItem>& alpha() const;
    // Whether each coded part of the primary item has its decoder configuration. A newer libheif
    // leaves a tile without one empty and reports no error.
    bool has_configurations() const;
    // Whether each part of the primary item is coded in HEVC or AV1, or derived from such parts.
    bool has_known_codings() const;
    // Whether the colours are multiplied by the alpha already (`prem`).
    bool is_premultiplied() const;

    // A copy that shows a decoder the primary item, the items it is derived from along `dimg`, and
    // nothing else: no alpha, no thumbnails, no metadata. No box moves or changes its length.
    Bytes colour_only() const;

    // The same of the alpha, which is then the primary item. REQUIRES: alpha().
    Bytes alpha_only() const;

  private:
    class Tables;
    explicit HeifFile(std::unique_ptr<Tables> tables);

    std::unique_ptr<Tables> tables_;
};

}  // namespace cameo::image
