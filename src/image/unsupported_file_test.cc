#include "image/unsupported_file.h"

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "base/encoding.h"

namespace cameo::image {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::StartsWith;

std::string described(std::string_view file) { return describe_unsupported(as_bytes(file)); }

std::string padded(const std::string& text) { return text + std::string(600, '\0'); }

const std::string kJpeg = "\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"s;
const std::string kPng = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR"s;
const std::string kHeic =
    "\0\0\0\x18"
    "ftypheic\0\0\0\0mif1heic"s;

// A little-endian TIFF whose one directory has this one entry.
std::string tiff(std::string_view tag, char value) {
    return padded("II*\0\x08\0\0\0\1\0"s + std::string(tag) + "\4\0\1\0\0\0"s + value + "\0\0\0"s);
}

TEST(UnsupportedFile, OtherFormatsAreNamedWithThoseThatAreSupported) {
    const std::vector<std::pair<std::string, std::string>> files{
        {padded("II*\0"s), "a TIFF"},
        {padded("MM\0*\0\0\0\x08"s), "a TIFF"},
        {padded("II+\0"s), "a TIFF"},
        {tiff("\x12\xC6", 1), "a DNG, a camera's RAW picture"},
        {tiff("\xFE\0"s, 1), "a camera's RAW picture"},
        {tiff("\xFE\0"s, 0), "a TIFF"},
        {padded("II*\0\x10\0\0\0CR\2"s), "a camera's RAW picture"},
        {padded("FUJIFILMCCD-RAW 0201"), "a camera's RAW picture"},
        {padded("\0\0\0\x18"
                "ftypcrx "s),
         "a camera's RAW picture"},
        {padded("BM\x36\0\0\0\0\0\0\0\x36\0\0\0"s), "a BMP"},
        {"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG"},
        {"<?xml version='1.0'?>\n<!-- drawn -->\n<SVG></SVG>", "an SVG"},
        {"%PDF-1.7\n", "a PDF"},
        {padded("\0\0\1\0\1\0"s), "an ICO"},
        {padded("8BPS\0\1"s), "a Photoshop file (PSD)"},
        {padded("\0\0\0\x0CjP  \r\n\x87\n"s), "a JPEG 2000"},
        {padded("\xFF\x4F\xFF\x51"), "a JPEG 2000"},
        {padded("\xFF\x0A"), "a JPEG XL"},
        {padded("\0\0\0\x0CJXL \r\n\x87\n"s), "a JPEG XL"},
        {padded("II\xBC\1"), "a JPEG XR"},
        {padded("\0\0\0\x20"
                "ftypisom"s),
         "an MP4 film"},
        {padded("\0\0\0\x14"
                "ftypqt  "s),
         "a QuickTime film (MOV)"},
        {padded("\0\0\0\x08wide\0\0\0\0mdat"s), "a QuickTime film (MOV)"},
        {padded("\0\0\1\xBA"s), "an MPEG film"},
        {"G" + std::string(187, '\0') + "G" + std::string(187, '\0') + "G", "an MPEG film"},
        {padded("\x1A\x45\xDF\xA3"), "a WebM or Matroska film"},
        {padded("RIFF\0\0\0\0AVI "s), "an AVI film"},
        {padded("PK\3\4"), "a ZIP archive"},
    };
    for (const auto& [file, name] : files)
        EXPECT_EQ(described(file), "The file is " + name +
                                       "; the supported picture formats are JPEG, PNG, WebP, GIF, "
                                       "HEIF, AVIF.");
}

TEST(UnsupportedFile, AFormIsNamed) {
    EXPECT_THAT(described("--b0und\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n" + kJpeg),
                HasSubstr("multipart form; send the picture's bytes as the body"));
    EXPECT_THAT(described("--x\ncontent-disposition: attachment\n\n"), HasSubstr("form"));
}

TEST(UnsupportedFile, Base64IsNamedWithWhatItHolds) {
    for (const auto& [bytes, name] :
         {std::pair{kJpeg, "a JPEG"}, std::pair{kPng, "a PNG"}, std::pair{kHeic, "a HEIF or AVIF"},
          std::pair{"%PDF-1.7 and so on"s, "a PDF"}}) {
        const auto plain = to_base64(as_bytes(bytes));
        auto wrapped = plain;
        wrapped.insert(8, "\r\n");
        for (const auto& text : {plain, wrapped, '"' + plain + '"', "\xEF\xBB\xBF" + plain + "\n",
                                 to_base64url(as_bytes(bytes))})
            EXPECT_EQ(described(text),
                      "The upload is base64 text of "s + name + "; decode it and send the bytes.")
                << text;
    }
    EXPECT_THAT(described("data:image/jpeg;base64,/9j/4AAQ"), HasSubstr("data: URL; decode it"));
}

TEST(UnsupportedFile, JsonHtmlAndXmlAreNamed) {
    for (const auto* text :
         {"{\"photo\": \"x\"}", "{}", "[]", "[255,216,255]", " [ {\"a\":1} ]", "\"not a picture\""})
        EXPECT_THAT(described(text), StartsWith("The upload is JSON;")) << text;
    for (const auto* text : {"<!DOCTYPE html><html><svg/></html>", "\n<HTML>", "<head>"})
        EXPECT_THAT(described(text), HasSubstr("HTML, a web page and perhaps that of a sign-in"))
            << text;
    for (const auto* text : {"<?xml version=\"1.0\"?><Error/>", "<!-- x --><a/>"})
        EXPECT_THAT(described(text), StartsWith("The upload is XML;")) << text;
}

TEST(UnsupportedFile, APictureThatWasReadAsTextIsNamed) {
    for (const auto& text :
         {"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\0\x10JFIF"s,  // JPEG as UTF-8
          "\xC3\xBF\xC3\x98\xC3\xBF\xC3\xA0\0\x10JFIF"s,                  // as Latin-1
          "\xEF\xBF\xBDPNG\r\n\x1A\n"s, "\xC2\x89PNG\r\n"s, "????\0\x10JFIF"s,
          "\xEF\xBB\xBF\xEF\xBF\xBD\xEF\xBF\xBD\0\x10JFIF"s,  // with a mark
          "\xFF\xFE\xFD\xFF\xFD\xFF\xFD\xFF"s,                // UTF-16
          "\xFF\xFE\xFF\0\xD8\0\xFF\0\xE0\0"s,                // Latin-1 in UTF-16
          "RIFF\xEF\xBF\xBD\x01\0\0WEBPVP8 "s})
        EXPECT_THAT(described(text), HasSubstr("was read as text; read the file as bytes"))
            << to_hex(as_bytes(text));
}

TEST(UnsupportedFile, NumbersAndNamesOfObjectsAreNamed) {
    for (const auto* text :
         {"255 216 255 224 0 16", "255,216,255,224,0,16,74", "FF D8 FF E0", "ff-d8-ff-e0-00-10",
          "0xFF, 0xD8, 0xFF, 0xE0", "<Buffer ff d8 ff e0 00 10>", "b'\\xff\\xd8\\xff\\xe0'",
          "\\xff\\xd8", "137\n80\n78\n71\n", "ffd8ffe000104a46494600"})
        EXPECT_THAT(described(text), HasSubstr("list of numbers")) << text;
    for (const auto* text : {"System.Byte[]", "[object Object]", "[object ArrayBuffer]",
                             "[B@1b6d3586", "<_io.BufferedReader object at 0x7f>", "Array"})
        EXPECT_THAT(described(text), HasSubstr("name of an object")) << text;
}

TEST(UnsupportedFile, PathsAndUrlsAreNamed) {
    for (const auto* text :
         {"C:\\photos\\ada.jpg", "/photos/ada.heic", "https://x.example/a.png", "file:///a",
          "\\\\server\\share\\a", "./ada", "@ada.jpg", "~/ada.jpg", "ada lovelace.JPG\n"})
        EXPECT_THAT(described(text), HasSubstr("a path or a URL; send the bytes")) << text;
}

TEST(UnsupportedFile, APictureBehindOtherBytesIsNamedWithItsPlace) {
    EXPECT_EQ(described("\xEF\xBB\xBF" + kJpeg),
              "The upload has a JPEG from byte 3 on, behind other bytes; send the picture alone.");
    EXPECT_THAT(described("\n" + kPng), HasSubstr("a PNG from byte 1 on"));
    EXPECT_THAT(described("Warning: something in x.php on line 3\n" + kHeic),
                HasSubstr("a HEIF or AVIF from byte 38 on"));
    EXPECT_THAT(described(std::string(1'024, 'x') + kJpeg), HasSubstr("from byte 1024 on"));
    EXPECT_THAT(described(std::string(1'025, 'x') + kJpeg), HasSubstr("none of the supported"));
}

TEST(UnsupportedFile, OnlyTheFirstBytesAreRead) {
    std::string boxes = "XXXX";
    for (int i = 0; i < 128; ++i) boxes += "\0\x3D\0\0ftyp"s;
    boxes.resize(4'000'000, '\0');
    EXPECT_EQ(described(boxes), described("XXXX" + std::string(100, '\0')));
}

TEST(UnsupportedFile, APageBehindACommentIsHtml) {
    EXPECT_THAT(described("<!-- Copyright (C) X -->\n<!-- y -->\n<!DOCTYPE html><svg/>"),
                HasSubstr("HTML, a web page"));
    EXPECT_THAT(described("<!-- drawn --><svg/>"), StartsWith("The file is an SVG;"));
}

TEST(UnsupportedFile, APngWithChangedLineEndsIsNamed) {
    for (const auto* text : {"\x89PNG\n\x1A\n", "\x89PNG\x1A", "\x89PNG\r\r\n\x1A\r\n"})
        EXPECT_THAT(described(padded(text)), HasSubstr("a PNG whose line ends were changed"));
}

TEST(UnsupportedFile, AnythingElseIsInNoneOfTheFormats) {
    for (const auto& file :
         {"x"s, "hello, world"s, "the wide and the AVI "s, "12345678AVI "s,
          std::string(5'000, '\1'), "\xFF\xFE"s, "--"s, "<"s, "["s, "1 2 3"s, "AAAA"s, "BM"s, ""s})
        EXPECT_EQ(described(file),
                  "The file is in none of the supported picture formats: JPEG, "
                  "PNG, WebP, GIF, HEIF, AVIF.")
            << file.substr(0, 20);
}

}  // namespace
}  // namespace cameo::image
