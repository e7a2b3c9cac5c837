#include "image/vips_decode.h"

#include <gmodule.h>
#include <vips/vips.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "image/colour.h"

namespace cameo::image {
namespace {

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
using Image = std::unique_ptr<VipsImage, Unref>;
using Part = std::unique_ptr<VipsRegion, Unref>;

constexpr int kStripRows = 64;

std::unexpected<Error> damaged() {
    vips_error_clear();
    return fail(Fault::invalid_image, "The picture is damaged or truncated.");
}

VipsImage* load(ByteView file, Format format) {
    VipsImage* image = nullptr;
    auto* data = const_cast<std::uint8_t*>(file.data());  // vips only reads it
    const auto with = [&](auto loader) {
        return loader(data, file.size(), &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                      VIPS_FAIL_ON_ERROR, nullptr);
    };
    int failed = 1;
    switch (format) {
        case Format::jpeg:
            failed = with(vips_jpegload_buffer);
            break;
        case Format::png:
            failed = with(vips_pngload_buffer);
            break;
        case Format::webp:
            failed = with(vips_webpload_buffer);
            break;
        case Format::gif:
            failed = with(vips_gifload_buffer);
            break;
        case Format::heif:
            failed = with(vips_heifload_buffer);
            break;
    }
    return failed == 0 ? image : nullptr;
}

Bytes profile_of(VipsImage* image) {
    const void* data = nullptr;
    std::size_t length = 0;
    if (vips_image_get_typeof(image, VIPS_META_ICC_NAME) == 0 ||
        vips_image_get_blob(image, VIPS_META_ICC_NAME, &data, &length) != 0)
        return {};
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    return {bytes, bytes + length};
}

// One step of vips: an image to a new one, or nullptr.
template <class Operation, class... Options>
Image step(const Image& from, Operation operation, Options... options) {
    VipsImage* to = nullptr;
    if (!from || operation(from.get(), &to, options..., nullptr) != 0) return nullptr;
    return Image(to);
}

Image flatten_on_white(Image image) {
    if (!image || vips_image_hasalpha(image.get()) == 0) return image;
    const double white = 255;
    VipsArrayDouble* background = vips_array_double_new(&white, 1);
    Image flat = step(image, vips_flatten, "background", background);
    vips_area_unref(VIPS_AREA(background));
    return flat;
}

// Eight bits a channel; one channel (grey) or three (sRGB, or the profile's RGB).
Image to_plain_bytes(Image image) {
    if (image->Type == VIPS_INTERPRETATION_CMYK)
        image = step(image, vips_icc_transform, "srgb", "embedded", TRUE, "input_profile", "cmyk",
                     "intent", VIPS_INTENT_RELATIVE);
    if (!image) return nullptr;
    const bool grey = vips_image_get_bands(image.get()) <= 2;
    image =
        step(image, vips_colourspace, grey ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB);
    image = step(image, vips_cast, VIPS_FORMAT_UCHAR);
    return flatten_on_white(std::move(image));
}

// Pulls the pixels through on the calling thread, strip by strip: vips' own sinks start threads.
bool read_rows(VipsImage* image, Picture& picture) {
    const Part part(vips_region_new(image));
    const int width = picture.size.width;
    for (int top = 0; top < picture.size.height; top += kStripRows) {
        const VipsRect strip{0, top, width, std::min(kStripRows, picture.size.height - top)};
        if (vips_region_prepare(part.get(), &strip) != 0) return false;
        for (int y = top; y < top + strip.height; ++y) {
            const auto* row = VIPS_REGION_ADDR(part.get(), 0, y);
            if (picture.grey())
                std::copy_n(row, width, picture.components[0].plane.row(y));
            else
                set_row_from_rgb(picture, y, row);
        }
    }
    return true;
}

void allow_chosen_loaders() {
    vips_block_untrusted_set(TRUE);
    vips_operation_block_set("VipsForeignLoad", TRUE);
    for (const char* loader :
         {"VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer", "VipsForeignLoadWebpBuffer",
          "VipsForeignLoadNsgifBuffer", "VipsForeignLoadHeifBuffer"})
        vips_operation_block_set(loader, FALSE);
}

// vips loads every module it finds beside itself (ImageMagick, poppler, ...). Told of a home
// without any, it loads none, and the one for HEIF is opened by hand.
void open_vips() {
    setenv("VIPSHOME", "/nonexistent", 0);
    setenv("VIPS_WARNING", "0", 0);  // strange metadata is no news
    if (VIPS_INIT("cameo") != 0) throw std::runtime_error("libvips does not start");
    if (g_module_open(CAMEO_VIPS_HEIF_MODULE, G_MODULE_BIND_LAZY) == nullptr)
        g_warning("%s: pictures in HEIF and AVIF will be refused", g_module_error());
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    allow_chosen_loaders();
}

}  // namespace

void start_vips() {
    static std::once_flag once;
    std::call_once(once, open_vips);
}

Result<Decoded> decode_with_vips(ByteView file, Format format,
                                 const std::function<Result<void>(photo::Size)>& judge) {
    start_vips();
    Image image(load(file, format));
    if (!image) return damaged();
    const photo::Size size{vips_image_get_width(image.get()), vips_image_get_height(image.get())};
    if (auto allowed = judge(size); !allowed) return std::unexpected(allowed.error());

    const bool cmyk = image->Type == VIPS_INTERPRETATION_CMYK;
    Decoded decoded{{size, {}}, cmyk ? Bytes{} : profile_of(image.get())};
    image = to_plain_bytes(std::move(image));
    if (!image) return damaged();
    const int bands = vips_image_get_bands(image.get());
    if (bands != 1 && bands != 3) return damaged();
    for (int c = 0; c < bands; ++c)
        decoded.picture.components.push_back({Plane(size.width, size.height)});
    if (!read_rows(image.get(), decoded.picture)) return damaged();
    return decoded;
}

}  // namespace cameo::image
