// The render pipeline: header, limits, decode, the largest rendition, the others from it, encode.
#include "image/in_process_renderer.h"

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "image/codecs.h"
#include "image/colour.h"
#include "image/limits.h"
#include "image/resample.h"

namespace cameo::image {
namespace {

using photo::RenderedPhoto;
using photo::Size;
using Sizes = std::vector<Size>;  // ascending, upright

// The pixels that the largest rendition needs from a decode: for a centre square, the shorter
// side only.
Size covering(Size stored, Orientation orientation, Size largest) {
    if (largest.width != largest.height) return oriented(largest, orientation);
    return stored.width < stored.height ? Size{largest.width, 0} : Size{0, largest.height};
}

Region region_for(Size rendition, Size picture) {
    return rendition.width == rendition.height ? centre_square(picture) : whole(picture);
}

// The largest rendition: upright, sRGB, with halved chroma. Rotation comes after the reduction,
// since it then moves fewer samples.
Picture render_largest(Decoded decoded, Orientation orientation, Size size) {
    Picture& picture = decoded.picture;
    const Size upright = oriented(picture.size, orientation);
    const Region region = stored_region(region_for(size, upright), picture.size, orientation);
    const Size stored = oriented(size, orientation);
    const ChromaPhase phase = chroma_phase(orientation);
    if (decoded.profile.empty() || is_srgb(decoded.profile, picture.grey()))
        return rotate(resample(picture, region, stored, Chroma::halved, phase), orientation);

    Picture scaled = resample(picture, region, stored, Chroma::full);
    if (auto converted = to_srgb(scaled, decoded.profile)) scaled = std::move(*converted);
    return rotate(resample(scaled, whole(stored), stored, Chroma::halved, phase), orientation);
}

// The largest rendition from the decoded picture, each other one from the next larger one. A square
// is cut from the centre; the one size that is not square is the whole picture.
RenderedPhoto render_sizes(Decoded decoded, Orientation orientation, const Sizes& sizes) {
    RenderedPhoto rendered;
    Picture picture = render_largest(std::move(decoded), orientation, sizes.back());
    for (std::size_t left = sizes.size(); left-- > 0;) {
        if (picture.size != sizes[left])
            picture = resample(picture, region_for(sizes[left], picture.size), sizes[left],
                               Chroma::halved);
        rendered.items.push_back({sizes[left], encode_jpeg(picture)});
    }
    std::ranges::reverse(rendered.items);
    return rendered;
}

Result<Decoded> decode(ByteView file, Format format, Size covering, const SizeCheck& check) {
    switch (format) {
        case Format::jpeg:
            return decode_jpeg(file, covering, check);
        case Format::png:
            return decode_png(file, check);
        case Format::webp:
            return decode_webp(file, check);
        case Format::gif:
            return decode_gif(file, check);
        case Format::heif:
            return decode_heif(file, check);
    }
    return fail(Fault::internal, "A picture format without a decoder.");
}

Result<RenderedPhoto> render_upload(ByteView file, PhotoStorage storage,
                                    const photo::UploadLimits& limits) {
    const auto header = check_upload(file, storage, limits);
    if (!header) return std::unexpected(header.error());
    const Orientation orientation = header->orientation;
    const auto sizes_of = [&](Size stored) {
        return rendition_sizes(oriented(stored, orientation), storage, limits.directory_side);
    };
    Size needed;
    if (header->format == Format::jpeg)
        needed = covering(header->size, orientation, sizes_of(header->size).back());
    auto decoded = decode(file, header->format, needed, [&](Size stored, bool decodes_in_strips) {
        return check_size(oriented(stored, orientation), decodes_in_strips, storage, limits);
    });
    if (!decoded) return std::unexpected(decoded.error());
    const Sizes sizes = sizes_of(decoded->picture.size);
    return render_sizes(std::move(*decoded), orientation, sizes);
}

}  // namespace

Result<RenderedPhoto> InProcessRenderer::render(ByteView upload, PhotoStorage storage,
                                                Deadline deadline) {
    if (has_passed(deadline)) return fail(Fault::busy, "No time was left to render the picture.");
    try {
        return render_upload(upload, storage, limits_);
    } catch (const std::bad_alloc&) {
        return fail(Fault::invalid_image, "The picture needs more memory than a decode may use.");
    } catch (const std::exception& e) {
        return fail(Fault::internal, std::string("rendering: ") + e.what());
    }
}

}  // namespace cameo::image
