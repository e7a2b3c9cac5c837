#include "image/colour.h"

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

namespace cameo::image {
namespace {

struct CloseProfile {
    void operator()(void* profile) const { cmsCloseProfile(profile); }
};
struct DeleteTransform {
    void operator()(void* transform) const { cmsDeleteTransform(transform); }
};
using Profile = std::unique_ptr<void, CloseProfile>;
using Transform = std::unique_ptr<void, DeleteTransform>;

// Floating-point pipelines (ICC.1 10.18) may have any number of stages, and lcms computes them for
// every point of a grid: a thousand stages took six seconds. Cameras and displays use none.
bool has_float_pipeline(cmsHPROFILE profile) {
    return std::ranges::any_of(
        std::array{cmsSigDToB0Tag, cmsSigDToB1Tag, cmsSigDToB2Tag, cmsSigDToB3Tag},
        [&](cmsTagSignature tag) { return cmsIsTag(profile, tag) != 0; });
}

// To RGB, one byte a channel. nullptr where the profile cannot be used for pixels of `space`.
Transform make_transform(ByteView bytes, cmsColorSpaceSignature space, cmsUInt32Number pixels,
                         cmsUInt32Number flags) {
    const Profile from(
        cmsOpenProfileFromMem(bytes.data(), static_cast<cmsUInt32Number>(bytes.size())));
    if (!from || cmsGetColorSpace(from.get()) != space || has_float_pipeline(from.get()))
        return nullptr;
    const Profile to(cmsCreate_sRGBProfile());
    return Transform(cmsCreateTransform(from.get(), pixels, to.get(), TYPE_RGB_8,
                                        INTENT_RELATIVE_COLORIMETRIC, flags));
}

Transform make_transform(ByteView bytes, bool grey, cmsUInt32Number flags) {
    return grey ? make_transform(bytes, cmsSigGrayData, TYPE_GRAY_8, flags)
                : make_transform(bytes, cmsSigRgbData, TYPE_RGB_8, flags);
}

// RGBA to RGB, or grey and alpha to grey.
void flatten_on_white(std::uint8_t* pixels, int count, int channels) {
    const int colours = channels - 1;
    const std::uint8_t* from = pixels;
    std::uint8_t* to = pixels;
    for (int i = 0; i < count; ++i, from += channels, to += colours) {
        const int alpha = from[colours];
        const int white = 255 * (255 - alpha) + 127;
        for (int c = 0; c < colours; ++c)
            to[c] = static_cast<std::uint8_t>((from[c] * alpha + white) / 255);
    }
}

std::uint8_t clamp(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

// Sixteen bits of fraction; the constants are those of JFIF 1.02.
constexpr int fixed(double value) {
    return static_cast<int>(value * 65536 + (value < 0 ? -0.5 : 0.5));
}
constexpr int kHalf = 1 << 15;

void rgb_of_row(const Picture& picture, int y, std::uint8_t* rgb) {
    const std::uint8_t* luma = picture.components[0].plane.row(y);
    const std::uint8_t* blue = picture.components[1].plane.row(y);
    const std::uint8_t* red = picture.components[2].plane.row(y);
    for (int x = 0; x < picture.size.width; ++x, rgb += 3) {
        const int cb = blue[x] - 128;
        const int cr = red[x] - 128;
        rgb[0] = clamp(luma[x] + ((fixed(1.402) * cr + kHalf) >> 16));
        rgb[1] = clamp(luma[x] - ((fixed(0.344136) * cb + fixed(0.714136) * cr + kHalf) >> 16));
        rgb[2] = clamp(luma[x] + ((fixed(1.772) * cb + kHalf) >> 16));
    }
}

std::vector<std::uint8_t> grid_of_colours(bool grey) {
    constexpr int kStep = 15;  // divides 255
    std::vector<std::uint8_t> grid;
    if (grey) {
        for (int v = 0; v <= 255; v += kStep) grid.push_back(static_cast<std::uint8_t>(v));
        return grid;
    }
    constexpr int kCoarse = 51;
    for (int r = 0; r <= 255; r += kCoarse)
        for (int g = 0; g <= 255; g += kCoarse)
            for (int b = 0; b <= 255; b += kCoarse)
                for (const int v : {r, g, b}) grid.push_back(static_cast<std::uint8_t>(v));
    return grid;
}

void set_row_from_rgb(Picture& picture, int y, const std::uint8_t* rgb) {
    std::uint8_t* luma = picture.components[0].plane.row(y);
    std::uint8_t* blue = picture.components[1].plane.row(y);
    std::uint8_t* red = picture.components[2].plane.row(y);
    for (int x = 0; x < picture.size.width; ++x, rgb += 3) {
        const int r = rgb[0];
        const int g = rgb[1];
        const int b = rgb[2];
        constexpr int kMiddle = (128 << 16) + kHalf - 1;
        luma[x] = static_cast<std::uint8_t>(
            (fixed(0.299) * r + fixed(0.587) * g + fixed(0.114) * b + kHalf) >> 16);
        blue[x] = static_cast<std::uint8_t>(
            (fixed(-0.168736) * r + fixed(-0.331264) * g + fixed(0.5) * b + kMiddle) >> 16);
        red[x] = static_cast<std::uint8_t>(
            (fixed(0.5) * r + fixed(-0.418688) * g + fixed(-0.081312) * b + kMiddle) >> 16);
    }
}

}  // namespace

void set_row(Picture& picture, int y, std::uint8_t* pixels, int channels) {
    if (channels % 2 == 0) flatten_on_white(pixels, picture.size.width, channels);
    if (picture.grey())
        std::copy_n(pixels, picture.size.width, picture.components[0].plane.row(y));
    else
        set_row_from_rgb(picture, y, pixels);
}

CmykToRgb::CmykToRgb(ByteView profile)
    : transform_(
          make_transform(profile, cmsSigCmykData, TYPE_CMYK_8_REV, cmsFLAGS_NOCACHE).release()) {}

CmykToRgb::~CmykToRgb() {
    if (transform_ != nullptr) cmsDeleteTransform(transform_);
}

void CmykToRgb::convert(const std::uint8_t* cmyk, std::uint8_t* rgb, int pixels) const {
    if (transform_ != nullptr) {
        cmsDoTransform(transform_, cmyk, rgb, static_cast<cmsUInt32Number>(pixels));
        return;
    }
    for (int i = 0; i < pixels; ++i, cmyk += 4, rgb += 3)
        for (int c = 0; c < 3; ++c)
            rgb[c] = static_cast<std::uint8_t>((cmyk[c] * cmyk[3] + 127) / 255);
}

bool is_srgb(ByteView profile, bool grey) {
    const Transform transform =
        make_transform(profile, grey, cmsFLAGS_NOOPTIMIZE | cmsFLAGS_NOCACHE);
    if (!transform) return true;
    constexpr int kTolerance = 3;  // of 255: the difference between the various sRGB profiles
    const auto before = grid_of_colours(grey);
    const std::size_t channels = grey ? 1 : 3;
    const std::size_t count = before.size() / channels;
    std::vector<std::uint8_t> after(count * 3);
    cmsDoTransform(transform.get(), before.data(), after.data(),
                   static_cast<cmsUInt32Number>(count));
    for (std::size_t i = 0; i < after.size(); ++i)
        if (std::abs(after[i] - before[grey ? i / 3 : i]) > kTolerance) return false;
    return true;
}

std::optional<Picture> to_srgb(const Picture& picture, ByteView profile) {
    const Transform transform = make_transform(profile, picture.grey(), cmsFLAGS_NOCACHE);
    if (!transform) return std::nullopt;
    Picture result = full_picture(picture.size, false);
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(picture.size.width) * 3);
    for (int y = 0; y < picture.size.height; ++y) {
        const void* from = picture.components[0].plane.row(y);
        if (!picture.grey()) {
            rgb_of_row(picture, y, rgb.data());
            from = rgb.data();
        }
        cmsDoTransform(transform.get(), from, rgb.data(),
                       static_cast<cmsUInt32Number>(picture.size.width));
        set_row_from_rgb(result, y, rgb.data());
    }
    return result;
}

}  // namespace cameo::image
