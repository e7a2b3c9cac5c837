#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "photo/sizes.h"

// Files that attack decoders, built byte by byte, since no encoder makes them.
namespace cameo::image::test {

struct HostilePicture {
    std::string name;
    Bytes file;
    bool may_be_taken = false;  // a photo is also a valid result
};

// All attacks of the format.
std::vector<HostilePicture> hostile_jpegs();
std::vector<HostilePicture> hostile_pngs();
std::vector<HostilePicture> hostile_gifs();
std::vector<HostilePicture> hostile_webps();
std::vector<HostilePicture> hostile_heifs();
// Text and documents with the magic bytes of pictures, and pictures that are also documents.
std::vector<HostilePicture> disguised_files();

// A flat progressive JPEG of side * side, 4:4:4, whose coefficients are refined bit by bit, in that
// many scans (at most 118): each visits the whole picture.
Bytes jpeg_of_scans(int side, int scans);

// Name, body and checksum.
Bytes png_chunk(std::string_view name, const Bytes& body);
// Inserts `chunk` after the IHDR.
Bytes with_png_chunk(Bytes png, const Bytes& chunk);
Bytes compressed_zeros(std::size_t length);

// The offset of the segment of that marker; 0 where there is none.
std::size_t find_jpeg_marker(const Bytes& jpeg, unsigned marker);

}  // namespace cameo::image::test
