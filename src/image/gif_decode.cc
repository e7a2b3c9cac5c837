#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "image/colour.h"
#include "image/decoders.h"

namespace cameo::image {
namespace {

struct Close {
    void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};
using Gif = std::unique_ptr<GifFileType, Close>;

std::unexpected<Error> damaged() {
    return fail(Fault::invalid_image, "The GIF is damaged or truncated.");
}

int copy_bytes(GifFileType* gif, GifByteType* to, int count) {
    auto* rest = static_cast<ByteView*>(gif->UserData);
    const std::size_t copied = std::min(rest->size(), static_cast<std::size_t>(count));
    std::copy_n(rest->begin(), copied, to);
    *rest = rest->subspan(copied);
    return static_cast<int>(copied);
}

// Reads an extension; `control` is set where it is a graphics control block.
bool read_extension(GifFileType* gif, GraphicsControlBlock& control) {
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetExtension(gif, &code, &block) == GIF_ERROR) return false;
    if (code == GRAPHICS_EXT_FUNC_CODE && block != nullptr)
        DGifExtensionToGCB(block[0], block + 1, &control);
    while (block != nullptr)
        if (DGifGetExtensionNext(gif, &block) == GIF_ERROR) return false;
    return true;
}

// Up to the first image, whose descriptor is read.
bool find_image(GifFileType* gif, GraphicsControlBlock& control) {
    for (;;) {
        GifRecordType record = UNDEFINED_RECORD_TYPE;
        if (DGifGetRecordType(gif, &record) == GIF_ERROR) return false;
        if (record == IMAGE_DESC_RECORD_TYPE) return DGifGetImageDesc(gif) == GIF_OK;
        if (record != EXTENSION_RECORD_TYPE || !read_extension(gif, control)) return false;
    }
}

// Walks the images behind the first one without decoding them: a file that ends before its trailer
// is truncated.
bool reaches_trailer(GifFileType* gif) {
    GraphicsControlBlock control{};
    while (find_image(gif, control)) {
        int code_size = 0;
        GifByteType* block = nullptr;
        if (DGifGetCode(gif, &code_size, &block) == GIF_ERROR) return false;
        while (block != nullptr)
            if (DGifGetCodeNext(gif, &block) == GIF_ERROR) return false;
    }
    return gif->Error == D_GIF_SUCCEEDED;
}

// RGBA of each index. Indices behind the end of the table are black.
using Palette = std::array<std::array<std::uint8_t, 4>, 256>;

Palette palette_of(const ColorMapObject& map, int transparent) {
    Palette palette;
    palette.fill({0, 0, 0, 255});
    for (std::size_t i = 0; i < palette.size() && i < static_cast<std::size_t>(map.ColorCount); ++i)
        palette[i] = {map.Colors[i].Red, map.Colors[i].Green, map.Colors[i].Blue, 255};
    if (transparent != NO_TRANSPARENT_COLOR) palette[static_cast<std::size_t>(transparent)][3] = 0;
    return palette;
}

// The rows in the order in which the file has them: GIF89a, appendix E.
std::vector<int> row_order(const GifImageDesc& image) {
    std::vector<int> rows;
    if (!image.Interlace) {
        for (int y = 0; y < image.Height; ++y) rows.push_back(y);
        return rows;
    }
    for (const auto& [first, step] : {std::pair{0, 8}, {4, 8}, {2, 4}, {1, 2}})
        for (int y = first; y < image.Height; y += step) rows.push_back(y);
    return rows;
}

bool read_image(GifFileType* gif, const Palette& palette, Picture& picture) {
    const GifImageDesc& image = gif->Image;
    std::vector<GifPixelType> indices(static_cast<std::size_t>(image.Width));
    std::vector<std::uint8_t> row(static_cast<std::size_t>(picture.size.width) * 4);
    for (int y = 0; y < picture.size.height; ++y) {  // transparent around the image
        std::ranges::fill(row, 0);
        set_row(picture, y, row.data(), 4);
    }
    for (const int y : row_order(image)) {
        if (DGifGetLine(gif, indices.data(), image.Width) == GIF_ERROR) return false;
        std::ranges::fill(row, 0);
        std::uint8_t* pixel = row.data() + static_cast<std::ptrdiff_t>(image.Left) * 4;
        for (const GifPixelType index : indices) {
            std::memcpy(pixel, palette[index].data(), 4);
            pixel += 4;
        }
        set_row(picture, image.Top + y, row.data(), 4);
    }
    return true;
}

}  // namespace

Result<Decoded> decode_gif(ByteView file, const SizeCheck& check) {
    const Gif gif(DGifOpen(&file, copy_bytes, nullptr));
    GraphicsControlBlock control{.TransparentColor = NO_TRANSPARENT_COLOR};
    if (!gif || !find_image(gif.get(), control)) return damaged();
    const GifImageDesc& image = gif->Image;
    const photo::Size size{std::max(gif->SWidth, image.Left + image.Width),
                           std::max(gif->SHeight, image.Top + image.Height)};
    if (auto allowed = check(size); !allowed) return std::unexpected(allowed.error());
    const ColorMapObject* map = image.ColorMap != nullptr ? image.ColorMap : gif->SColorMap;
    if (map == nullptr || image.Width <= 0 || image.Height <= 0) return damaged();
    Decoded decoded{full_picture(size, false), {}};
    if (!read_image(gif.get(), palette_of(*map, control.TransparentColor), decoded.picture) ||
        !reaches_trailer(gif.get()))
        return damaged();
    return decoded;
}

}  // namespace cameo::image
