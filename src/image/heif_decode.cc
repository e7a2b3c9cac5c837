#include <libheif/heif.h>
#include <malloc.h>

#include <memory>
#include <new>

#include "image/codecs.h"
#include "image/colour.h"

namespace cameo::image {
namespace {

struct Release {
    void operator()(heif_context* context) const { heif_context_free(context); }
    void operator()(const heif_image_handle* handle) const { heif_image_handle_release(handle); }
    void operator()(const heif_image* image) const { heif_image_release(image); }
    void operator()(heif_decoding_options* options) const { heif_decoding_options_free(options); }
};
using Context = std::unique_ptr<heif_context, Release>;
using Handle = std::unique_ptr<heif_image_handle, Release>;
using Image = std::unique_ptr<heif_image, Release>;
using Options = std::unique_ptr<heif_decoding_options, Release>;

std::unexpected<Error> damaged() {
    return fail(Fault::invalid_image, "The HEIF or AVIF file is damaged or truncated.");
}

bool ok(const heif_error& error) { return error.code == heif_error_Ok; }

// Of any item, also a tile or an alpha channel; the picture's own size is checked later.
constexpr int kMaxSide = 16'384;

Result<Handle> primary_item(heif_context* context, ByteView file) {
    heif_context_set_maximum_image_size_limit(context, kMaxSide);
    heif_context_set_max_decoding_threads(context, 0);  // tiles are decoded on this thread
    const heif_error read =
        heif_context_read_from_memory_without_copy(context, file.data(), file.size(), nullptr);
    if (read.subcode == heif_suberror_Security_limit_exceeded)
        return fail(Fault::image_too_large,
                    "The HEIF or AVIF file exceeds a limit: 16384 pixels a side of any of its "
                    "items, or the number of its boxes, items or extents.");
    heif_image_handle* handle = nullptr;
    if (!ok(read) || !ok(heif_context_get_primary_image_handle(context, &handle))) return damaged();
    return Handle(handle);
}

Bytes profile_of(const heif_image_handle* handle) {
    Bytes profile(heif_image_handle_get_raw_color_profile_size(handle));
    if (!profile.empty() && !ok(heif_image_handle_get_raw_color_profile(handle, profile.data())))
        profile.clear();
    return profile;
}

// libheif leaves pixels uninitialised where the tiles of a grid do not cover it; those could show
// an earlier upload. So the allocator fills each block.
class FilledMemory {
  public:
    FilledMemory() { mallopt(M_PERTURB, kFill); }
    ~FilledMemory() { mallopt(M_PERTURB, 0); }
    FilledMemory(const FilledMemory&) = delete;
    FilledMemory& operator=(const FilledMemory&) = delete;

  private:
    static constexpr int kFill = 0xFF;  // glibc fills with its complement
};

// With the matrix that the file names (nclx), or else that of its coded data.
Image decode(const heif_image_handle* handle, bool alpha) {
    const FilledMemory filled;
    const Options options(heif_decoding_options_alloc());
    options->convert_hdr_to_8bit = 1;
    heif_image* image = nullptr;
    const auto chroma = alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
    if (!ok(heif_decode_image(handle, &image, heif_colorspace_RGB, chroma, options.get())))
        return nullptr;
    return Image(image);
}

}  // namespace

Result<Decoded> decode_heif(ByteView file, const SizeCheck& check) {
    const Context context(heif_context_alloc());
    if (!context) throw std::bad_alloc();
    const auto primary = primary_item(context.get(), file);
    if (!primary) return std::unexpected(primary.error());
    const Handle& handle = *primary;
    const photo::Size size{heif_image_handle_get_width(handle.get()),
                           heif_image_handle_get_height(handle.get())};
    if (size.shorter_side() <= 0) return damaged();
    if (auto allowed = check(size, false); !allowed) return std::unexpected(allowed.error());

    const bool alpha = heif_image_handle_has_alpha_channel(handle.get()) != 0;
    const Image image = decode(handle.get(), alpha);
    if (!image || heif_image_get_width(image.get(), heif_channel_interleaved) != size.width ||
        heif_image_get_height(image.get(), heif_channel_interleaved) != size.height)
        return damaged();
    int stride = 0;
    std::uint8_t* pixels = heif_image_get_plane(image.get(), heif_channel_interleaved, &stride);
    if (pixels == nullptr) return damaged();
    Decoded decoded{full_picture(size, false), profile_of(handle.get())};
    for (int y = 0; y < size.height; ++y)
        set_row(decoded.picture, y, pixels + static_cast<std::ptrdiff_t>(y) * stride,
                alpha ? 4 : 3);
    return decoded;
}

}  // namespace cameo::image
