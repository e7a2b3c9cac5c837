#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "image/codecs.h"
#include "image/colour.h"

namespace cameo::image {
namespace {

struct Close {
    void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};
using Gif = std::unique_ptr<GifFileType, Close>;

std::unexpected<Error> damaged(const GifFileType* gif) {
    const char* cause = gif != nullptr ? GifErrorString(gif->Error) : nullptr;
    return fail(Fault::invalid_image, "The GIF is damaged or truncated.",
                cause != nullptr ? cause : "");
}

int copy_bytes(GifFileType* gif, GifByteType* to, int count) {
    auto* rest = static_cast<ByteView*>(gif->UserData);
    const std::size_t copied = std::min(rest->size(), static_cast<std::size_t>(count));
    std::copy_n(rest->begin(), copied, to);
    *rest = rest->subspan(copied);
    return static_cast<int>(copied);
}

// Reads an extension; sets `control` where it is a graphics control block.
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

// Reads up to the next image and its descriptor.
bool find_image(GifFileType* gif, GraphicsControlBlock& control) {
    for (;;) {
        GifRecordType record = UNDEFINED_RECORD_TYPE;
        if (DGifGetRecordType(gif, &record) == GIF_ERROR) return false;
        if (record == IMAGE_DESC_RECORD_TYPE) return DGifGetImageDesc(gif) == GIF_OK;
        if (record != EXTENSION_RECORD_TYPE || !read_extension(gif, control)) return false;
    }
}

// giflib keeps the descriptor of every image in an array that grows by one each time: for hundreds
// of thousands of empty images it would copy the array as often.
void discard_images(GifFileType* gif) {
    GifFreeSavedImages(gif);
    gif->SavedImages = nullptr;
    gif->ImageCount = 0;
}

// Reads the images after the first one without decoding them: a file that ends within one, or
// within an extension, is truncated. Some writers leave out the trailer after the last block.
bool reaches_end(GifFileType* gif) {
    GraphicsControlBlock control{};
    const auto* rest = static_cast<const ByteView*>(gif->UserData);
    for (;;) {
        if (rest->empty()) return true;
        if (!find_image(gif, control)) break;
        discard_images(gif);
        int code_size = 0;
        GifByteType* block = nullptr;
        if (DGifGetCode(gif, &code_size, &block) == GIF_ERROR) return false;
        while (block != nullptr)
            if (DGifGetCodeNext(gif, &block) == GIF_ERROR) return false;
    }
    return gif->Error == D_GIF_SUCCEEDED;
}

// The planes' samples of each index, over white. Indices beyond the end of the table are black.
Picture palette_of(const ColorMapObject& map, int transparent) {
    std::array<std::uint8_t, 1024> colours{};  // 4 bytes for each of 256
    for (std::size_t i = 0; i < 256; ++i) {
        std::uint8_t* colour = colours.data() + i * 4;
        if (i < static_cast<std::size_t>(map.ColorCount)) {
            const GifColorType& entry = map.Colors[i];
            std::ranges::copy(std::array{entry.Red, entry.Green, entry.Blue}, colour);
        }
        colour[3] = std::cmp_equal(i, transparent) ? 0 : 255;
    }
    Picture palette = full_picture({256, 1}, false);
    set_row(palette, 0, colours.data(), 4);
    return palette;
}

void fill_with_white(Picture& picture) {
    for (std::size_t c = 0; c < 3; ++c)
        for (int y = 0; y < picture.size.height; ++y)
            std::fill_n(picture.components[c].plane.row(y), picture.size.width, c == 0 ? 255 : 128);
}

// The rows in the order of the file: GIF89a, appendix E.
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

bool read_image(GifFileType* gif, const Picture& palette, Picture& picture) {
    const GifImageDesc& image = gif->Image;
    if (picture.size != photo::Size{image.Width, image.Height}) fill_with_white(picture);
    std::vector<GifPixelType> indices(static_cast<std::size_t>(image.Width));
    for (const int y : row_order(image)) {
        if (DGifGetLine(gif, indices.data(), image.Width) == GIF_ERROR) return false;
        for (std::size_t c = 0; c < 3; ++c) {
            const std::uint8_t* samples = palette.components[c].plane.row(0);
            std::ranges::transform(indices,
                                   picture.components[c].plane.row(image.Top + y) + image.Left,
                                   [&](GifPixelType index) { return samples[index]; });
        }
    }
    return true;
}

}  // namespace

Result<Decoded> decode_gif(ByteView file, const SizeCheck& check) {
    const Gif gif(DGifOpen(&file, copy_bytes, nullptr));
    GraphicsControlBlock control{.TransparentColor = NO_TRANSPARENT_COLOR};
    if (!gif || !find_image(gif.get(), control)) return damaged(gif.get());
    const GifImageDesc& image = gif->Image;
    const photo::Size size{std::max(gif->SWidth, image.Left + image.Width),
                           std::max(gif->SHeight, image.Top + image.Height)};
    if (auto allowed = check(size, false); !allowed) return std::unexpected(allowed.error());
    const ColorMapObject* map = image.ColorMap != nullptr ? image.ColorMap : gif->SColorMap;
    if (map == nullptr || image.Width <= 0 || image.Height <= 0) return damaged(gif.get());
    Decoded decoded{full_picture(size, false), {}};
    if (!read_image(gif.get(), palette_of(*map, control.TransparentColor), decoded.picture) ||
        !reaches_end(gif.get()))
        return damaged(gif.get());
    return decoded;
}

}  // namespace cameo::image
