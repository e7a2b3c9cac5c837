// The encoders of the test pictures, of every format except JPEG.
#include <gif_lib.h>
#include <libheif/heif.h>
#include <png.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "image/pictures_testing.h"

// The leak checker calls this. The HEVC encoder, which only these tests use, leaks 2 KB; libheif
// leaks 40 bytes where it passes an item without bytes to the AV1 decoder.
// NOLINTNEXTLINE(bugprone-reserved-identifier, readability-identifier-naming)
extern "C" const char* __lsan_default_suppressions() { return "leak:libx265\nleak:libdav1d"; }

namespace cameo::image::test {
namespace {

void require(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(what);
}

// RGB or RGBA, interleaved.
struct Pixels {
    int width = 0;
    int height = 0;
    int channels = 3;
    std::vector<std::uint8_t> samples;

    const std::uint8_t* row(int y) const {
        return samples.data() + static_cast<std::ptrdiff_t>(y) * width * channels;
    }
};

struct Indexed {
    std::vector<GifByteType> indices;
    std::unique_ptr<ColorMapObject, void (*)(ColorMapObject*)> colours{
        GifMakeMapObject(256, nullptr), GifFreeMapObject};
};

// Sixteen colours fewer than the table holds, so that a clear one can be added.
Indexed quantized(const Pixels& pixels) {
    const std::size_t count = pixels.samples.size() / static_cast<std::size_t>(pixels.channels);
    std::array<std::vector<GifByteType>, 3> channels;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t c = 0; c < 3; ++c)
            channels[c].push_back(
                pixels.samples[i * static_cast<std::size_t>(pixels.channels) + c]);
    Indexed result;
    result.indices.resize(count);
    int colours = 240;
    require(
        GifQuantizeBuffer(static_cast<unsigned>(pixels.width), static_cast<unsigned>(pixels.height),
                          &colours, channels[0].data(), channels[1].data(), channels[2].data(),
                          result.indices.data(), result.colours->Colors) == GIF_OK,
        "GIF: quantizing");
    constexpr GifByteType kClear = 255;
    if (pixels.channels == 4)
        for (std::size_t i = 0; i < count; ++i)
            if (pixels.samples[i * 4 + 3] == 0) result.indices[i] = kClear;
    return result;
}

void append_png(png_structp png, png_bytep data, png_size_t length) {
    auto& out = *static_cast<Bytes*>(png_get_io_ptr(png));
    out.insert(out.end(), data, data + length);
}

Bytes png_of(const Pixels& pixels, const std::string& options) {
    const auto has = [&](const char* option) { return options.find(option) != std::string::npos; };
    const bool palette = has("palette=1");
    const bool deep = has("bitdepth=16");
    Bytes out;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(png, &out, append_png, nullptr);
    png_set_compression_level(png, has("compression=1") ? 1 : 6);
    const int colours = pixels.channels == 4 ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB;
    png_set_IHDR(png, info, static_cast<png_uint_32>(pixels.width),
                 static_cast<png_uint_32>(pixels.height), deep ? 16 : 8,
                 palette ? PNG_COLOR_TYPE_PALETTE : colours,
                 has("interlace=1") ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    Bytes samples = pixels.samples;
    if (palette) {
        const Indexed indexed = quantized(pixels);
        std::array<png_color, 256> colours_of_png{};
        for (std::size_t i = 0; i < colours_of_png.size(); ++i) {
            const GifColorType& colour = indexed.colours->Colors[i];
            colours_of_png[i] = {colour.Red, colour.Green, colour.Blue};
        }
        png_set_PLTE(png, info, colours_of_png.data(), 256);
        samples.assign(indexed.indices.begin(), indexed.indices.end());
    }
    if (deep) {
        Bytes wide;
        for (const std::uint8_t sample : samples) wide.insert(wide.end(), {sample, 7});
        samples = std::move(wide);
    }
    std::vector<png_bytep> rows;
    const std::size_t row_bytes = samples.size() / static_cast<std::size_t>(pixels.height);
    for (std::size_t y = 0; y < static_cast<std::size_t>(pixels.height); ++y)
        rows.push_back(samples.data() + y * row_bytes);
    png_write_info(png, info);
    png_write_image(png, rows.data());
    png_write_end(png, nullptr);
    png_destroy_write_struct(&png, &info);
    return out;
}

Bytes webp_of(const Pixels& pixels, bool lossless) {
    std::uint8_t* data = nullptr;
    const int stride = pixels.width * pixels.channels;
    const std::uint8_t* from = pixels.samples.data();
    std::size_t length = 0;
    if (lossless)
        length = pixels.channels == 4
                     ? WebPEncodeLosslessRGBA(from, pixels.width, pixels.height, stride, &data)
                     : WebPEncodeLosslessRGB(from, pixels.width, pixels.height, stride, &data);
    else
        length = pixels.channels == 4
                     ? WebPEncodeRGBA(from, pixels.width, pixels.height, stride, 85, &data)
                     : WebPEncodeRGB(from, pixels.width, pixels.height, stride, 85, &data);
    require(length > 0, "WebP: encoding");
    Bytes out(data, data + length);
    WebPFree(data);
    return out;
}

Bytes animated_webp_of(const std::vector<Pixels>& frames) {
    WebPAnimEncoder* encoder = WebPAnimEncoderNew(frames[0].width, frames[0].height, nullptr);
    int at_ms = 0;
    for (const Pixels& frame : frames) {
        WebPPicture picture;
        require(WebPPictureInit(&picture) != 0, "WebP: version");
        picture.use_argb = 1;
        picture.width = frame.width;
        picture.height = frame.height;
        WebPPictureImportRGB(&picture, frame.samples.data(), frame.width * 3);
        WebPConfig config;
        WebPConfigPreset(&config, WEBP_PRESET_PHOTO, 85);
        WebPAnimEncoderAdd(encoder, &picture, at_ms += 100, &config);
        WebPPictureFree(&picture);
    }
    WebPAnimEncoderAdd(encoder, nullptr, at_ms + 100, nullptr);
    WebPData data;
    require(WebPAnimEncoderAssemble(encoder, &data) != 0, "WebP: animation");
    Bytes out(data.bytes, data.bytes + data.size);
    WebPDataClear(&data);
    WebPAnimEncoderDelete(encoder);
    return out;
}

int append_gif(GifFileType* gif, const GifByteType* data, int length) {
    auto& out = *static_cast<Bytes*>(gif->UserData);
    out.insert(out.end(), data, data + length);
    return length;
}

Bytes gif_of(const std::vector<Pixels>& frames) {
    Bytes out;
    GifFileType* gif = EGifOpen(&out, append_gif, nullptr);
    EGifSetGifVersion(gif, true);
    EGifPutScreenDesc(gif, frames[0].width, frames[0].height, 8, 0, nullptr);
    for (const Pixels& frame : frames) {
        Indexed indexed = quantized(frame);
        if (frame.channels == 4) {
            const GraphicsControlBlock control{.TransparentColor = 255};
            std::array<GifByteType, 4> block{};
            EGifGCBToExtension(&control, block.data());
            EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, 4, block.data());
        }
        EGifPutImageDesc(gif, 0, 0, frame.width, frame.height, false, indexed.colours.get());
        EGifPutLine(gif, indexed.indices.data(), frame.width * frame.height);
    }
    EGifCloseFile(gif, nullptr);
    return out;
}

heif_error append_heif(heif_context*, const void* data, std::size_t length, void* to) {
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    static_cast<Bytes*>(to)->assign(bytes, bytes + length);
    return {heif_error_Ok, heif_suberror_Unspecified, ""};
}

Bytes encode_heif(const heif_image* image, const std::string& suffix) {
    const auto format = suffix == ".avif" ? heif_compression_AV1 : heif_compression_HEVC;
    heif_context* context = heif_context_alloc();
    heif_encoder* encoder = nullptr;
    require(heif_context_get_encoder_for_format(context, format, &encoder).code == heif_error_Ok,
            "HEIF: no encoder");
    heif_encoder_set_lossy_quality(encoder, 75);
    heif_encoder_set_parameter_string(encoder, "x265:info", "0");
    heif_encoder_set_parameter_string(encoder, "chroma", "420");
    const heif_error encoded = heif_context_encode_image(context, image, encoder, nullptr, nullptr);
    require(encoded.code == heif_error_Ok, encoded.message);
    heif_encoder_release(encoder);
    Bytes out;
    heif_writer writer{1, append_heif};
    heif_context_write(context, &writer, &out);
    heif_context_free(context);
    return out;
}

// Interleaved. With more than 8 bits, each sample has two bytes, little-endian.
Bytes heif_of(const Pixels& pixels, const std::string& suffix, int bits) {
    const bool alpha = pixels.channels == 4;
    const bool deep = bits > 8;
    heif_chroma chroma = alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
    if (deep)
        chroma = alpha ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE;
    heif_image* image = nullptr;
    heif_image_create(pixels.width, pixels.height, heif_colorspace_RGB, chroma, &image);
    heif_image_add_plane(image, heif_channel_interleaved, pixels.width, pixels.height, bits);
    int stride = 0;
    std::uint8_t* plane = heif_image_get_plane(image, heif_channel_interleaved, &stride);
    for (int y = 0; y < pixels.height; ++y) {
        std::uint8_t* to = plane + static_cast<std::ptrdiff_t>(y) * stride;
        const std::uint8_t* from = pixels.row(y);
        for (int i = 0; i < pixels.width * pixels.channels; ++i) {
            const int value = (from[i] * ((1 << bits) - 1) + 127) / 255;
            *to++ = static_cast<std::uint8_t>(value);
            if (deep) *to++ = static_cast<std::uint8_t>(value >> 8);
        }
    }
    const Bytes out = encode_heif(image, suffix);
    heif_image_release(image);
    return out;
}

Bytes file_of(const Pixels& pixels, const std::string& suffix) {
    if (suffix.starts_with(".png")) return png_of(pixels, suffix);
    if (suffix.starts_with(".webp")) return webp_of(pixels, suffix == ".webp[lossless=1]");
    if (suffix == ".gif") return gif_of({pixels});
    if (suffix == ".avif" || suffix == ".heic") return heif_of(pixels, suffix, 8);
    throw std::runtime_error("no writer for " + suffix);
}

Pixels pixels_of(const Rgb& picture) { return {picture.width, picture.height, 3, picture.samples}; }

}  // namespace

Bytes file_of(const Rgb& picture, const std::string& suffix) {
    if (suffix == ".jpg") return jpeg_of(picture);
    return file_of(pixels_of(picture), suffix);
}

Bytes deep_heif_of(const Rgb& picture, const std::string& suffix, int bits) {
    return heif_of(pixels_of(picture), suffix, bits);
}

Bytes grey_heif_of(const Rgb& picture, const std::string& suffix, int bits, bool full_range) {
    heif_image* image = nullptr;
    heif_image_create(picture.width, picture.height, heif_colorspace_monochrome,
                      heif_chroma_monochrome, &image);
    heif_image_add_plane(image, heif_channel_Y, picture.width, picture.height, bits);
    heif_color_profile_nclx* colours = heif_nclx_color_profile_alloc();
    colours->full_range_flag = full_range ? 1 : 0;
    heif_image_set_nclx_color_profile(image, colours);
    heif_nclx_color_profile_free(colours);
    int stride = 0;
    std::uint8_t* plane = heif_image_get_plane(image, heif_channel_Y, &stride);
    for (int y = 0; y < picture.height; ++y) {
        std::uint8_t* to = plane + static_cast<std::ptrdiff_t>(y) * stride;
        for (int x = 0; x < picture.width; ++x) {
            const int red = picture.at(x, y)[0];
            const int value = full_range ? (red * ((1 << bits) - 1) + 127) / 255
                                         : ((16 * 255 + red * 219 + 127) << (bits - 8)) / 255;
            *to++ = static_cast<std::uint8_t>(value);
            if (bits > 8) *to++ = static_cast<std::uint8_t>(value >> 8);
        }
    }
    const Bytes out = encode_heif(image, suffix);
    heif_image_release(image);
    return out;
}

Bytes half_clear_file_of(const Rgb& picture, const std::string& suffix) {
    Pixels pixels{picture.width, picture.height, 4, {}};
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x) {
            pixels.samples.insert(pixels.samples.end(), picture.at(x, y), picture.at(x, y) + 3);
            pixels.samples.push_back(x < picture.width / 2 ? 255 : 0);
        }
    return file_of(pixels, suffix);
}

Bytes animation_of(const std::vector<Rgb>& frames, const std::string& suffix) {
    std::vector<Pixels> all;
    for (const Rgb& frame : frames) all.push_back(pixels_of(frame));
    return suffix == ".gif" ? gif_of(all) : animated_webp_of(all);
}

}  // namespace cameo::image::test
