#include "image/unsupported_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/encoding.h"
#include "base/text.h"
#include "image/byte_reader.h"
#include "image/header.h"

namespace cameo::image {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLooked = 4'096;     // bytes of text, and of a TIFF's first directory
constexpr std::size_t kMaxPrefix = 1'024;  // bytes before a picture
constexpr std::size_t kBase64Chars = 400;  // enough for the first box of a HEIF
constexpr std::size_t kMaxPathBytes = 4'096;

std::string_view name_of(Format format) {
    switch (format) {
        case Format::jpeg:
            return "a JPEG";
        case Format::png:
            return "a PNG";
        case Format::webp:
            return "a WebP";
        case Format::gif:
            return "a GIF";
        case Format::heif:
            return "a HEIF or AVIF";
    }
    return "a picture";
}

struct Magic {
    std::size_t at;
    std::string_view text;
    std::string_view name;
};

constexpr auto kRaw = "a camera's RAW picture"sv;
constexpr auto kTiff = "a TIFF"sv;

// In the order in which they are tried: the RAW formats that begin like a TIFF come before it.
constexpr std::array kMagic{
    Magic{8, "CR\2"sv, kRaw},  // Canon's CR2
    Magic{0, "II\x55\0"sv, kRaw},
    Magic{0, "IIRO"sv, kRaw},
    Magic{0, "IIRS"sv, kRaw},
    Magic{0, "MMOR"sv, kRaw},
    Magic{0, "FUJIFILMCCD-RAW"sv, kRaw},
    Magic{0, "FOVb"sv, kRaw},
    Magic{0, "\0MRM"sv, kRaw},
    Magic{4, "ftypcrx "sv, kRaw},  // Canon's CR3
    Magic{0, "II\xBC\1"sv, "a JPEG XR"sv},
    Magic{0, "II*\0"sv, kTiff},
    Magic{0, "MM\0*"sv, kTiff},
    Magic{0, "II+\0"sv, kTiff},
    Magic{0, "MM\0+"sv, kTiff},
    Magic{0, "%PDF-"sv, "a PDF"sv},
    Magic{0, "8BPS"sv, "a Photoshop file (PSD)"sv},
    Magic{0, "\0\0\1\0"sv, "an ICO"sv},
    Magic{0, "\0\0\0\x0CjP  \r\n\x87\n"sv, "a JPEG 2000"sv},
    Magic{0, "\xFF\x4F\xFF\x51"sv, "a JPEG 2000"sv},
    Magic{0, "\0\0\0\x0CJXL \r\n\x87\n"sv, "a JPEG XL"sv},
    Magic{0, "\xFF\x0A"sv, "a JPEG XL"sv},
    Magic{4, "ftypqt  "sv, "a QuickTime film (MOV)"sv},
    Magic{4, "ftyp"sv, "an MP4 film"sv},
    Magic{4, "moov"sv, "a QuickTime film (MOV)"sv},
    Magic{4, "mdat"sv, "a QuickTime film (MOV)"sv},
    Magic{4, "wide"sv, "a QuickTime film (MOV)"sv},
    Magic{0, "\0\0\1\xBA"sv, "an MPEG film"sv},
    Magic{0, "\0\0\1\xB3"sv, "an MPEG film"sv},
    Magic{0, "\x1A\x45\xDF\xA3"sv, "a WebM or Matroska film"sv},
    Magic{0, "PK\3\4"sv, "a ZIP archive"sv},
    Magic{0, "\x1F\x8B"sv, "a gzip file"sv},
};

// TIFF 6.0, section 2. Tags: NewSubfileType, whose bit 0 marks a preview, and DNGVersion.
std::string_view name_of_tiff(ByteView file) {
    const ByteView head = file.first(std::min(file.size(), kLooked));
    const bool big = has_text(head, 0, "MM"sv);
    const auto u16 = [&](std::size_t at) { return big ? be16(head, at) : le16(head, at); };
    const auto u32 = [&](std::size_t at) { return big ? be32(head, at) : le32(head, at); };
    if (head.size() < 8) return kTiff;
    const std::size_t directory = u32(4);
    if (directory > head.size() - 2) return kTiff;
    const std::size_t entries = u16(directory);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t at = directory + 2 + 12 * i;
        if (at + 12 > head.size()) break;
        if (u16(at) == 0xC612) return "a DNG, a camera's RAW picture";
        if (u16(at) == 0xFE && (u32(at + 8) & 1U) != 0) return kRaw;
    }
    return kTiff;
}

// MPEG-2 transport stream: a packet of 188 bytes begins with 0x47.
bool is_transport_stream(ByteView file) {
    return file.size() > 2 * std::size_t{188} && file[0] == 0x47 && file[188] == 0x47 &&
           file[376] == 0x47;
}

// BM and a file header whose reserved fields are zero.
bool is_bmp(ByteView file) {
    return has_text(file, 0, "BM"sv) && file.size() >= 14 && le32(file, 6) == 0;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }

std::string_view without_space(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

bool starts_with(std::string_view text, std::string_view lower) {
    return text.size() >= lower.size() && equals_ignoring_case(text.substr(0, lower.size()), lower);
}

// The first bytes as text in UTF-8 without a byte order mark: Windows writes UTF-16 too.
std::string text_of(ByteView file) {
    const ByteView head = file.first(std::min(file.size(), kLooked));
    if (has_text(head, 0, "\xEF\xBB\xBF"sv)) return std::string(as_text(head.subspan(3)));
    const bool little = has_text(head, 0, "\xFF\xFE"sv);
    if (!little && !has_text(head, 0, "\xFE\xFF"sv)) return std::string(as_text(head));
    std::string text;
    for (std::size_t at = 2; at + 2 <= head.size(); at += 2)
        append_utf8(text, little ? le16(head, at) : be16(head, at));
    return text;
}

// The first characters, without those that only wrap it. Whole groups of four.
std::optional<std::string_view> name_in_base64(std::string_view text) {
    std::string characters;
    for (const char c : text) {
        if (c == '"' || c == '\'' || c == '\\') continue;
        if (!is_space(c)) characters += c;
        if (characters.size() == kBase64Chars) break;
    }
    characters.resize(characters.size() / 4 * 4);
    if (characters.size() < 12) return std::nullopt;
    const auto bytes = from_any_base64(characters);
    if (!bytes) return std::nullopt;
    return name_of_file(*bytes);
}

// Comments and space may precede the first element.
std::string_view without_comments(std::string_view text) {
    while (text.starts_with("<!--")) {
        const auto end = text.find("-->");
        if (end == std::string_view::npos) break;
        text = without_space(text.substr(end + 3));
    }
    return text;
}

bool is_html(std::string_view lower) {
    lower = without_comments(lower);
    return lower.starts_with("<!doctype html") || lower.starts_with("<html") ||
           lower.starts_with("<head") || lower.starts_with("<body");
}

bool is_svg(std::string_view lower) {
    return lower.starts_with('<') && !is_html(lower) && lower.contains("<svg");
}

bool is_json(std::string_view text) {
    if (text.empty() || (text[0] != '{' && text[0] != '[' && text[0] != '"')) return false;
    if (text[0] == '"') return text.ends_with('"');
    const auto next = without_space(text.substr(1));
    if (next.empty()) return false;
    if (text[0] == '{') return next[0] == '"' || next[0] == '}';
    return std::string_view("[]{\"-0123456789").contains(next[0]) || next.starts_with("true") ||
           next.starts_with("false") || next.starts_with("null");
}

// As UTF-8 and as Latin-1 in UTF-8: of the first bytes of JPEG, PNG and WebP. `?` stands for what
// ASCII lacks.
bool was_read_as_text(std::string_view text) {
    constexpr auto kReplaced = "\xEF\xBF\xBD"sv;
    if (text.starts_with("\xEF\xBF\xBD\xEF\xBF\xBD"sv)) return true;
    if (text.starts_with("\xC3\xBF\xC3\x98"sv) || text.starts_with("\xC2\x89PNG"sv)) return true;
    if (text.starts_with("\xEF\xBF\xBDPNG"sv) || text.starts_with("?PNG"sv)) return true;
    if (text.starts_with("????"sv))
        return text.substr(0, 16).contains("JFIF") || text.substr(0, 16).contains("Exif");
    return text.starts_with("RIFF"sv) && text.substr(0, 32).contains("WEBP") &&
           text.substr(0, 32).contains(kReplaced);
}

// `255 216 255`, `255,216,255`, `[255, 216`, `FF D8 FF`, `FF-D8-FF`, `0xFF, 0xD8`, `<Buffer ff d8`,
// `b'\xff\xd8'`: at least four of them.
bool is_numbers(std::string_view text) {
    constexpr auto kBetween = " \t\r\n,;-[]{}()"sv;
    if (text.starts_with("b'\\x"sv) || text.starts_with("b\"\\x"sv) || text.starts_with("\\x"sv))
        return true;
    if (text.starts_with("<Buffer "sv)) return true;
    std::size_t count = 0;
    for (std::size_t at = text.find_first_not_of(kBetween); at < text.size() && count < 8;
         at = text.find_first_not_of(kBetween, at)) {
        const auto end = std::min(text.find_first_of(kBetween, at), text.size());
        auto number = text.substr(at, end - at);
        if (starts_with(number, "0x")) number.remove_prefix(2);
        const bool is_number =
            !number.empty() && number.size() <= 3 &&
            std::ranges::all_of(number, [](char c) { return hex_value(c) >= 0; });
        if (!is_number) return end == text.size() && count >= 4;
        ++count;
        at = end;
    }
    return count >= 4;
}

// FFD8FFE0..., without anything between.
bool is_hex_of_picture(std::string_view text) {
    const auto digits = text.substr(0, std::min<std::size_t>(text.size(), 64) / 2 * 2);
    const auto bytes = from_hex(digits);
    return bytes && name_of_file(*bytes).has_value();
}

bool is_object_name(std::string_view text) {
    return text.starts_with("[object ") || text == "System.Byte[]" || text == "Array" ||
           text.starts_with("System.IO.") || text.starts_with("[B@") ||
           (text.starts_with('<') && text.contains(" object at 0x"));
}

// One line that names a file or its address.
bool is_path(std::string_view text) {
    if (text.empty() || text.size() >= kMaxPathBytes) return false;
    if (std::ranges::any_of(text, [](char c) { return c >= 0 && c < ' '; })) return false;
    constexpr std::array kStarts{"/"sv,       "./"sv,       "../"sv,   "~/"sv,    "@"sv,
                                 "http://"sv, "https://"sv, "file:"sv, "blob:"sv, "\\\\"sv};
    if (std::ranges::any_of(kStarts, [&](auto start) { return starts_with(text, start); }))
        return true;
    if (text.size() > 2 && to_lower(text[0]) >= 'a' && to_lower(text[0]) <= 'z' && text[1] == ':' &&
        (text[2] == '\\' || text[2] == '/'))
        return true;
    constexpr std::array kEnds{".jpg"sv, ".jpeg"sv, ".png"sv, ".webp"sv,
                               ".gif"sv, ".heic"sv, ".avif"sv};
    return std::ranges::any_of(kEnds, [&](auto end) { return to_lower(text).ends_with(end); });
}

// nullopt for bytes that are no text of these kinds. `text` has no space at either end.
std::optional<std::string> describe_text(std::string_view text) {
    const auto lower = to_lower(text);
    if (text.starts_with("--") && lower.substr(0, kMaxPrefix).contains("content-disposition:"))
        return "The upload is a multipart form; send the picture's bytes as the body, not a form.";
    if (starts_with(text, "data:"))
        return "The upload is a data: URL; decode it and send the bytes.";
    if (const auto name = name_in_base64(text))
        return fmt::format("The upload is base64 text of {}; decode it and send the bytes.", *name);
    if (is_json(text)) return "The upload is JSON; send the picture's bytes as the body.";
    if (is_html(lower))
        return "The upload is HTML, a web page and perhaps that of a sign-in; send the picture's "
               "bytes.";
    if (lower.starts_with("<?xml") || lower.starts_with("<!doctype") || lower.starts_with("<!--"))
        return "The upload is XML; send the picture's bytes.";
    if (was_read_as_text(text))
        return "The upload is a picture that was read as text; read the file as bytes and send "
               "them unchanged.";
    if (is_object_name(text))
        return "The upload is the name of an object, not its bytes; send the picture's bytes.";
    if (is_numbers(text) || is_hex_of_picture(text))
        return "The upload is a list of numbers, not the bytes that they stand for; send the "
               "bytes.";
    if (is_path(text))
        return "The upload is a path or a URL; send the bytes of the file, not its name.";
    return std::nullopt;
}

std::optional<std::string> describe_offset(ByteView file) {
    const ByteView head = file.first(std::min(file.size(), kLooked));
    for (std::size_t at = 1; at < head.size() && at <= kMaxPrefix; ++at) {
        if (const auto format = find_format(head.subspan(at)))
            return fmt::format(
                "The upload has {} from byte {} on, behind other bytes; send the "
                "picture alone.",
                name_of(*format), at);
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> name_of_file(ByteView file) {
    if (const auto format = find_format(file)) return name_of(*format);
    for (const auto& magic : kMagic) {
        // The name of a box stands behind its size, which is below 16 MB: text does not begin so.
        const bool is_box = magic.at == 4;
        if (has_text(file, magic.at, magic.text) && (!is_box || file[0] == 0))
            return magic.name == kTiff ? name_of_tiff(file) : magic.name;
    }
    if (is_bmp(file)) return "a BMP";
    if (has_text(file, 0, "RIFF"sv) && has_text(file, 8, "AVI "sv)) return "an AVI film";
    if (is_transport_stream(file)) return "an MPEG film";
    return std::nullopt;
}

std::string describe_unsupported(ByteView file) {
    const auto head = text_of(file);
    const auto text = without_space(head);
    if (has_text(file, 0, "\x89PNG"sv))
        return "The file is a PNG whose line ends were changed; send its bytes unchanged.";
    auto name = name_of_file(file);
    if (!name && is_svg(to_lower(text))) name = "an SVG";
    if (name)
        return fmt::format("The file is {}; the supported picture formats are {}.", *name,
                           kSupportedFormats);
    if (auto described = describe_text(text)) return *std::move(described);
    if (auto described = describe_offset(file)) return *std::move(described);
    return fmt::format("The file is in none of the supported picture formats: {}.",
                       kSupportedFormats);
}

}  // namespace cameo::image
