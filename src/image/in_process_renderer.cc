#include "image/in_process_renderer.h"

#include <exception>

#include "image/chain.h"
#include "image/decoders.h"
#include "image/format.h"
#include "image/jpeg_decode.h"
#include "image/jpeg_header.h"
#include "image/limits.h"
#include "image/png_header.h"
#include "image/webp_gif_header.h"

namespace cameo::image {
namespace {

using photo::RenderedPhoto;
using photo::Size;

// A progressive JPEG's scans each walk the whole picture, however little they hold. Encoders write
// ten or so; T.81 allows thousands in a few bytes each.
constexpr int kMaxScans = 100;

struct Rules {
    PhotoStorage storage;
    const photo::UploadLimits& limits;

    Result<void> judge(Size stored, Orientation orientation, bool decodes_in_strips) const {
        return judge_size(turned(stored, orientation), decodes_in_strips, storage, limits);
    }
    std::vector<Size> sizes(Size stored, Orientation orientation) const {
        return rendition_sizes(turned(stored, orientation), storage, limits.directory_side);
    }
};

// How many pixels a decode has to give for the largest rendition: a square of the centre needs the
// shorter side only.
Size covering(Size stored, Orientation orientation, Size largest) {
    if (largest.width != largest.height) return turned(largest, orientation);
    return stored.width < stored.height ? Size{largest.width, 0} : Size{0, largest.height};
}

RenderedPhoto finish(Decoded decoded, Orientation orientation, const Rules& rules) {
    const auto sizes = rules.sizes(decoded.picture.size, orientation);
    return make_renditions(std::move(decoded), orientation, sizes);
}

// `decode` is given the check of the picture's size.
template <class Decode>
Result<RenderedPhoto> render_with(Decode decode, Orientation orientation, const Rules& rules) {
    Result<Decoded> decoded =
        decode([&](Size size) { return rules.judge(size, orientation, false); });
    if (!decoded) return std::unexpected(decoded.error());
    return finish(std::move(*decoded), orientation, rules);
}

Result<RenderedPhoto> render_jpeg(ByteView file, const Rules& rules) {
    auto header = read_jpeg_header(file);
    if (!header) return std::unexpected(header.error());
    if (auto fits = rules.judge(header->size, header->orientation, header->single_scan); !fits)
        return std::unexpected(fits.error());
    if (header->scans > kMaxScans)
        return fail(Fault::invalid_image, "The JPEG has more than 100 scans.");
    const Size largest = rules.sizes(header->size, header->orientation).back();
    auto picture = decode_jpeg(file, covering(header->size, header->orientation, largest));
    if (!picture) return std::unexpected(picture.error());
    if (*picture)
        return finish({std::move(**picture), std::move(header->profile)}, header->orientation,
                      rules);
    return render_with(
        [&](const SizeCheck& check) {
            return decode_jpeg_colours(file, std::move(header->profile), check);
        },
        header->orientation, rules);
}

Result<RenderedPhoto> render_png(ByteView file, const Rules& rules) {
    const auto header = read_png_header(file);
    if (!header) return std::unexpected(header.error());
    return render_with(
        [&](const SizeCheck& check) -> Result<Decoded> {
            if (auto fits = check(header->size); !fits) return std::unexpected(fits.error());
            return decode_png(header->stripped, check);
        },
        header->orientation, rules);
}

Result<RenderedPhoto> render_canvas(ByteView file, Format format, const Rules& rules) {
    const bool webp = format == Format::webp;
    const auto header = webp ? read_webp_header(file) : read_gif_header(file);
    if (!header) return std::unexpected(header.error());
    return render_with(
        [&](const SizeCheck& check) -> Result<Decoded> {
            if (auto fits = check(header->size); !fits) return std::unexpected(fits.error());
            return webp ? decode_webp(file, check) : decode_gif(file, check);
        },
        header->orientation, rules);
}

Result<RenderedPhoto> render_any(ByteView file, const Rules& rules) {
    if (auto fits = judge_bytes(file.size(), rules.limits); !fits)
        return std::unexpected(fits.error());
    const auto format = format_of(file);
    if (!format) return std::unexpected(format.error());
    switch (*format) {
        case Format::jpeg:
            return render_jpeg(file, rules);
        case Format::png:
            return render_png(file, rules);
        case Format::webp:
        case Format::gif:
            return render_canvas(file, *format, rules);
        case Format::heif:  // libheif turns it upright itself and reads boxes before pixels
            return render_with([&](const SizeCheck& check) { return decode_heif(file, check); },
                               Orientation::upright, rules);
    }
    return fail(Fault::internal, "A picture format without a decoder.");
}

}  // namespace

Result<RenderedPhoto> InProcessRenderer::render(ByteView upload, PhotoStorage storage,
                                                Deadline deadline) {
    if (has_passed(deadline)) return fail(Fault::busy, "No time was left to render the picture.");
    try {
        return render_any(upload, {storage, limits_});
    } catch (const std::bad_alloc&) {
        return fail(Fault::invalid_image, "The picture needs more memory than a decode may take.");
    } catch (const std::exception& e) {
        return fail(Fault::internal, std::string("rendering: ") + e.what());
    }
}

}  // namespace cameo::image
