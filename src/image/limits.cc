#include "image/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "image/picture.h"
#include "photo/crop.h"

namespace cameo::image {
namespace {

Result<void> check_mailbox_minimum(photo::Size size) {
    constexpr int kMin = photo::kMailboxMinSide;
    if (size.width < kMin)
        return fail(Fault::width_too_small,
                    fmt::format("The picture is {} pixels wide; at least {} are needed.",
                                size.width, kMin));
    if (size.height < kMin)
        return fail(Fault::height_too_small,
                    fmt::format("The picture is {} pixels high; at least {} are needed.",
                                size.height, kMin));
    return {};
}

}  // namespace

Result<void> check_upload_bytes(std::size_t bytes, const photo::RenderOptions& options,
                                const photo::UploadLimits& limits) {
    const std::size_t most = options.byte_limit(limits);
    if (bytes <= most) return {};
    return fail(Fault::too_large,
                fmt::format("The upload has {} bytes; at most {} are allowed.", bytes, most));
}

Result<void> check_size(photo::Size upright, bool decodes_in_strips,
                        const photo::RenderOptions& options, const photo::UploadLimits& limits) {
    const int longer = std::max(upright.width, upright.height);
    if (longer > limits.side)
        return fail(Fault::image_too_large,
                    fmt::format("The picture's longer side has {} pixels; at most {} are allowed.",
                                longer, limits.side));
    const auto pixels =
        static_cast<std::uint64_t>(upright.width) * static_cast<std::uint64_t>(upright.height);
    const std::uint64_t most =
        decodes_in_strips ? limits.baseline_jpeg_pixels : limits.other_pixels;
    if (pixels > most)
        return fail(Fault::image_too_large,
                    fmt::format("The picture has {} pixels ({}); at most {} are allowed{}.", pixels,
                                photo::to_string(upright), most,
                                decodes_in_strips ? "" : " of a file other than a baseline JPEG"));
    // A crop has a least side of its own (photo/crop.h).
    const bool has_minimum =
        options.storage == PhotoStorage::mailbox && !options.crop && !options.is_preview;
    return has_minimum ? check_mailbox_minimum(upright) : Result<void>{};
}

Result<void> check_crop(photo::Size upright, const photo::Crop& crop) {
    const photo::Size size = oriented(upright, turned(Orientation::upright, crop.rotate));
    if (crop.side < static_cast<std::uint32_t>(photo::kMailboxMinSide))
        return fail(Fault::malformed, fmt::format("The crop '{}' has a side under {} pixels.",
                                                  photo::to_string(crop), photo::kMailboxMinSide));
    const auto is_inside = [&](std::uint32_t begin, int side) {
        return std::uint64_t{begin} + crop.side <= static_cast<std::uint64_t>(side);
    };
    if (is_inside(crop.x, size.width) && is_inside(crop.y, size.height)) return {};
    return fail(
        Fault::malformed,
        fmt::format("The crop '{}' is not inside the picture, which has {} pixels the right "
                    "way up{}.",
                    photo::to_string(crop), photo::to_string(size),
                    crop.rotate == 0 ? "" : " and rotated"));
}

Result<Header> check_upload(ByteView upload, const photo::RenderOptions& options,
                            const photo::UploadLimits& limits) {
    if (auto fits = check_upload_bytes(upload.size(), options, limits); !fits)
        return std::unexpected(fits.error());
    const auto header = read_header(upload);
    if (!header || header->format == Format::heif) return header;
    const photo::Size upright = oriented(header->size, header->orientation);
    auto fits = check_size(upright, header->decodes_in_strips, options, limits);
    if (fits && options.crop) fits = check_crop(upright, *options.crop);
    if (!fits) return std::unexpected(std::move(fits.error()));
    return header;
}

}  // namespace cameo::image
