#include "image/format.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "image/byte_reader.h"

namespace cameo::image {
namespace {

using namespace std::string_view_literals;

// Major brands of still pictures and their sequences: HEIF (ISO/IEC 23008-12) and AVIF 1.1.
constexpr std::array kHeifBrands{"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv,
                                 "hevx"sv, "mif1"sv, "msf1"sv, "avif"sv, "avis"sv};

bool is_heif(ByteView file) {
    return has_text(file, 4, "ftyp") &&
           std::ranges::any_of(kHeifBrands, [&](auto brand) { return has_text(file, 8, brand); });
}

}  // namespace

Result<Format> format_of(ByteView file) {
    if (has_text(file, 0, "\xFF\xD8\xFF"sv)) return Format::jpeg;
    if (has_text(file, 0, "\x89PNG\r\n\x1A\n"sv)) return Format::png;
    if (has_text(file, 0, "RIFF") && has_text(file, 8, "WEBP")) return Format::webp;
    if (has_text(file, 0, "GIF87a") || has_text(file, 0, "GIF89a")) return Format::gif;
    if (is_heif(file)) return Format::heif;
    return fail(Fault::unsupported_format,
                "The file is none of the picture formats taken: JPEG, PNG, WebP, GIF, HEIF, AVIF.");
}

}  // namespace cameo::image
