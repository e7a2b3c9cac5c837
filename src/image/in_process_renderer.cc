// The render pipeline: header, limits, decode, crop, the largest rendition, the others from it,
// encode.
#include "image/in_process_renderer.h"

#include <algorithm>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "image/codecs.h"
#include "image/colour.h"
#include "image/limits.h"
#include "image/resample.h"

namespace cameo::image {

using photo::RenderOptions;

namespace {

using photo::RenderedPhoto;
using photo::Size;
using Sizes = std::vector<Size>;  // ascending, upright

// The samples that the largest rendition needs of a part of the stored picture: for a centre
// square, those of the shorter side only.
Size covering(const Region& part, Orientation orientation, Size largest) {
    if (largest.width != largest.height) return oriented(largest, orientation);
    return part.width < part.height ? Size{largest.width, 0} : Size{0, largest.height};
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

// The upload as its sizes are made from it. `orientation` includes the rotation of a crop.
struct Geometry {
    Orientation orientation;
    std::optional<Region> square;  // of the crop, upright and rotated

    Region part_of(Size stored) const {
        return square ? stored_region(*square, stored, orientation) : whole(stored);
    }
    // Of the part, upright.
    Size size_of(Size stored) const {
        if (!square) return oriented(stored, orientation);
        return {static_cast<int>(square->width), static_cast<int>(square->height)};
    }
};

Geometry geometry_of(const Header& header, const std::optional<photo::Crop>& crop) {
    if (!crop) return {header.orientation, std::nullopt};
    return {turned(header.orientation, crop->rotate),
            Region{static_cast<double>(crop->x), static_cast<double>(crop->y),
                   static_cast<double>(crop->side), static_cast<double>(crop->side)}};
}

Sizes sizes_of(Size upright, const RenderOptions& options, const photo::UploadLimits& limits) {
    if (options.is_preview)
        return {rendition_sizes(upright, PhotoStorage::directory, photo::kPreviewSide).back()};
    return rendition_sizes(upright, options.storage, limits.directory_side);
}

Result<Decoded> decode(ByteView file, Format format, const FindNeeded& needed,
                       const SizeCheck& check) {
    switch (format) {
        case Format::jpeg:
            return decode_jpeg(file, needed, check);
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

// Within the limits of the header and of what the decoder reads.
Result<Decoded> decode_upload(ByteView file, const Header& header, const Geometry& geometry,
                              const RenderOptions& options, const photo::UploadLimits& limits) {
    const auto needed = [&](Size stored) {
        const Size largest = sizes_of(geometry.size_of(stored), options, limits).back();
        const Region part = geometry.part_of(stored);
        return Needed{part, covering(part, geometry.orientation, largest)};
    };
    const auto check = [&](Size stored, bool decodes_in_strips) {
        return check_size(oriented(stored, header.orientation), decodes_in_strips, options, limits);
    };
    auto decoded = decode(file, header.format, needed, check);
    if (decoded && options.crop)
        if (auto fits =
                check_crop(oriented(decoded->picture.size, header.orientation), *options.crop);
            !fits)
            return std::unexpected(std::move(fits.error()));
    return decoded;
}

Result<RenderedPhoto> render_upload(ByteView file, RenderOptions options,
                                    const photo::UploadLimits& limits) {
    if (options.is_preview) options.crop = std::nullopt;
    const auto header = check_upload(file, options, limits);
    if (!header) return std::unexpected(header.error());
    const Geometry geometry = geometry_of(*header, options.crop);
    auto decoded = decode_upload(file, *header, geometry, options, limits);
    if (!decoded) return std::unexpected(std::move(decoded.error()));
    const Size stored = decoded->picture.size;
    if (options.crop) decoded->picture = cut(decoded->picture, geometry.part_of(stored));
    auto rendered = render_sizes(std::move(*decoded), geometry.orientation,
                                 sizes_of(geometry.size_of(stored), options, limits));
    rendered.picture = oriented(stored, header->orientation);
    return rendered;
}

}  // namespace

Result<RenderedPhoto> InProcessRenderer::render(ByteView upload, const RenderOptions& options,
                                                Deadline deadline) {
    if (has_passed(deadline)) return fail(Fault::busy, "No time was left to render the picture.");
    try {
        return render_upload(upload, options, limits_);
    } catch (const std::bad_alloc&) {
        return fail(Fault::invalid_image, "The picture needs more memory than a decode may use.");
    } catch (const std::exception& e) {
        return fail(Fault::internal, std::string("rendering: ") + e.what());
    }
}

}  // namespace cameo::image
