#include "image/png_header.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "image/byte_reader.h"
#include "image/exif_orientation.h"

namespace cameo::image {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kSignatureBytes = 8;
constexpr std::size_t kFrameBytes = 12;  // of a chunk: length, name, checksum
constexpr std::array kKept{"IHDR"sv, "PLTE"sv, "tRNS"sv, "IDAT"sv, "IEND"sv};
// Display profiles of phones have 0.5 KB, those with tables some hundred.
constexpr std::size_t kMaxProfileBytes = 512 << 10;

std::unexpected<Error> damaged() {
    return fail(Fault::invalid_image, "The PNG is damaged or truncated.");
}

bool is_kept(std::string_view name, std::size_t length, bool has_profile) {
    if (name == "iCCP") return length <= kMaxProfileBytes && !has_profile;
    return std::ranges::find(kKept, name) != kKept.end();
}

void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

}  // namespace

Result<PngHeader> read_png_header(ByteView file) {
    PngHeader header;
    header.stripped.reserve(file.size());
    append(header.stripped, file.first(kSignatureBytes));
    bool has_profile = false;
    for (std::size_t at = kSignatureBytes; file.size() - at >= kFrameBytes;) {
        const std::size_t length = be32(file, at);
        if (length > file.size() - at - kFrameBytes) return damaged();
        const std::string_view name = as_text(file.subspan(at + 4, 4));
        const ByteView body = file.subspan(at + 8, length);
        const bool first = at == kSignatureBytes;
        if (first != (name == "IHDR") || (first && length != 13)) return damaged();
        if (first) {
            constexpr std::uint32_t kMax = 0x7FFFFFFF;
            const auto [width, height] = std::pair(be32(body, 0), be32(body, 4));
            if (width == 0 || height == 0 || width > kMax || height > kMax) return damaged();
            header.size = {static_cast<int>(width), static_cast<int>(height)};
        }
        if (name == "eXIf") header.orientation = exif_orientation(body);
        if (is_kept(name, length, has_profile))
            append(header.stripped, file.subspan(at, kFrameBytes + length));
        has_profile = has_profile || name == "iCCP";
        at += kFrameBytes + length;
        if (name == "IEND") return header;
    }
    return damaged();
}

}  // namespace cameo::image
