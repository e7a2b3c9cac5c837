#include "image/probe.h"

#include "image/format.h"
#include "image/jpeg_header.h"
#include "image/limits.h"
#include "image/png_header.h"
#include "image/webp_gif_header.h"

namespace cameo::image {
namespace {

// Any of the formats' headers.
template <class Header>
Result<void> judge_header(const Result<Header>& header, bool decodes_in_strips,
                          PhotoStorage storage, const photo::UploadLimits& limits) {
    if (!header) return std::unexpected(header.error());
    return judge_size(turned(header->size, header->orientation), decodes_in_strips, storage,
                      limits);
}

}  // namespace

Result<void> probe(ByteView upload, PhotoStorage storage, const photo::UploadLimits& limits) {
    if (auto fits = judge_bytes(upload.size(), limits); !fits) return fits;
    const auto format = format_of(upload);
    if (!format) return std::unexpected(format.error());
    switch (*format) {
        case Format::jpeg: {
            const auto header = read_jpeg_header(upload);
            return judge_header(header, header && header->single_scan, storage, limits);
        }
        case Format::png:
            return judge_header(read_png_header(upload), false, storage, limits);
        case Format::webp:
            return judge_header(read_webp_header(upload), false, storage, limits);
        case Format::gif:
            return judge_header(read_gif_header(upload), false, storage, limits);
        case Format::heif:
            return {};
    }
    return fail(Fault::internal, "A picture format without a header.");
}

}  // namespace cameo::image
