#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "image/pictures_testing.h"

// HEIC and AVIF files built item by item (ISO/IEC 14496-12 and 23008-12), since no encoder writes
// what phones do.
namespace cameo::image::test {

void append(Bytes& to, const Bytes& bytes);
void append_be(Bytes& to, std::uint64_t value, int bytes);
Bytes box(std::string_view type, const Bytes& body);
Bytes full_box(std::string_view type, int version, const Bytes& body);
// The first box of that type, at any depth, with its header; empty where there is none.
Bytes find_box(const Bytes& file, std::string_view type);

// Properties.
Bytes ispe(std::uint32_t width, std::uint32_t height);
Bytes aux_c(std::string_view type);
Bytes nclx(int primaries, int transfer, int matrix, bool full_range);
inline constexpr std::string_view kAlpha = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";
inline constexpr std::string_view kGainMap = "urn:com:apple:photo:2020:aux:hdrgainmap";

// The data of a grid item whose tiles make a picture of that size.
Bytes grid(int rows, int columns, std::uint32_t width, std::uint32_t height);

struct Extent {
    std::uint32_t offset = 0;  // from the beginning of the media data
    std::uint32_t length = 0;
};

struct BuiltItem {
    std::uint16_t id = 0;
    std::string_view type;
    std::vector<Extent> extents;
    std::vector<std::uint8_t> properties;  // from 1
    bool hidden = false;
};

struct BuiltReference {
    std::string_view type;
    std::uint16_t from = 0;
    std::vector<std::uint16_t> to;
};

struct HeifBuilder {
    std::string_view brand;
    std::vector<std::string_view> compatible{"mif1"};  // beside the brand
    std::uint16_t primary = 1;
    std::vector<Bytes> properties;
    std::vector<BuiltItem> items;
    std::vector<BuiltReference> references;
    Bytes data;

    Bytes build() const;

    BuiltItem& item(std::uint16_t id);

    // Adds an item with those bytes and properties.
    void add(std::uint16_t id, std::string_view type, const Bytes& bytes,
             const std::vector<Bytes>& its_properties, bool hidden = false);

    // Adds the picture of a file that libheif wrote, which has that picture alone, with its
    // configuration and size and those other properties.
    void add_coded(std::uint16_t id, const Bytes& coded, std::vector<Bytes> others = {},
                   bool hidden = false);

    // Adds a grid of square tiles: `id`, and the tiles from `first_tile` on. Returns their ids.
    std::vector<std::uint16_t> add_grid(std::uint16_t id, const Rgb& picture, int tile,
                                        std::uint16_t first_tile, const std::vector<Bytes>& others,
                                        bool hidden = false);
    // Adds item `id`, derived from `parts`.
    void add_derived(std::uint16_t id, std::string_view type, const Bytes& body,
                     std::vector<std::uint16_t> parts, const std::vector<Bytes>& its_properties);

    const char* suffix() const { return brand == "avif" ? ".avif" : ".heic"; }
};

// An empty file; `suffix` is .heic or .avif.
HeifBuilder heif_file(std::string_view suffix);

}  // namespace cameo::image::test
