#include "image/limits.h"

#include <fmt/format.h>

#include <algorithm>

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

Result<void> check_upload_bytes(std::size_t bytes, const photo::UploadLimits& limits) {
    if (bytes <= limits.bytes) return {};
    return fail(Fault::too_large, fmt::format("The upload has {} bytes; at most {} are allowed.",
                                              bytes, limits.bytes));
}

Result<void> check_size(photo::Size upright, bool decodes_in_strips, PhotoStorage storage,
                        const photo::UploadLimits& limits) {
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
    return storage == PhotoStorage::mailbox ? check_mailbox_minimum(upright) : Result<void>{};
}

Result<Header> check_upload(ByteView upload, PhotoStorage storage,
                            const photo::UploadLimits& limits) {
    if (auto fits = check_upload_bytes(upload.size(), limits); !fits)
        return std::unexpected(fits.error());
    const auto header = read_header(upload);
    if (!header || header->format == Format::heif) return header;
    if (auto fits = check_size(oriented(header->size, header->orientation),
                               header->decodes_in_strips, storage, limits);
        !fits)
        return std::unexpected(fits.error());
    return header;
}

}  // namespace cameo::image
