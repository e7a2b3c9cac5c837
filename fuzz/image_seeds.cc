// image_seeds FOLDER HEIF_FOLDER: a small file of every format and coding, as image_render_fuzz
// reads them; and HEIF item tables, as image_heif_fuzz reads them.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "image/heif_files_testing.h"
#include "image/pictures_testing.h"

namespace {

using namespace cameo;
using namespace cameo::image;
using namespace cameo::image::test;

class Seeds {
  public:
    explicit Seeds(const char* folder) : folder_(folder) {
        std::filesystem::create_directories(folder_);
    }

    // For either kind of owner.
    void write(const Bytes& file) {
        for (const char storage : {'\0', '\1'}) {
            std::ofstream out(folder_ / ("seed" + std::to_string(written_++)), std::ios::binary);
            out.put(storage);
            out.write(reinterpret_cast<const char*>(file.data()),
                      static_cast<std::streamsize>(file.size()));
        }
    }

  private:
    std::filesystem::path folder_;
    int written_ = 0;
};

void write_jpegs(Seeds& seeds, const Rgb& picture) {
    using Colours = JpegOptions::Colours;
    for (const auto colours : {Colours::ycc, Colours::grey, Colours::rgb, Colours::cmyk})
        for (const bool progressive : {false, true})
            seeds.write(jpeg_of(picture, {.progressive = progressive, .colours = colours}));
    seeds.write(jpeg_of(picture, {.across = 1,
                                  .down = 2,
                                  .orientation = Orientation::transversed,
                                  .profile = display_p3_profile(),
                                  .metadata = true}));
}

// Pictures with what phones put beside them, without any coded data.
std::vector<HeifBuilder> item_tables() {
    const auto picture = [] {
        HeifBuilder file = heif_file(".heic");
        file.add(1, "hvc1", Bytes(4), {ispe(64, 64), box("irot", {1}), box("hvcC", Bytes(20))});
        return file;
    };
    HeifBuilder gain_map = picture();
    gain_map.add(2, "hvc1", Bytes(4), {ispe(32, 32), aux_c(kGainMap)}, true);
    gain_map.add_derived(3, "tmap", Bytes(8), {1, 2}, {ispe(64, 64)});
    gain_map.add(4, "Exif", Bytes(8), {});
    gain_map.references.insert(gain_map.references.end(),
                               {{"auxl", 2, {1, 3}}, {"cdsc", 4, {1, 3}}, {"thmb", 2, {1}}});
    HeifBuilder alpha = picture();
    alpha.add(2, "av01", Bytes(4), {ispe(64, 64), aux_c(kAlpha), box("av1C", Bytes(4))}, true);
    alpha.references = {{"auxl", 2, {1, 3}}, {"prem", 1, {2}}};
    HeifBuilder tiles = heif_file(".avif");
    tiles.primary = 5;
    for (std::uint16_t id = 1; id <= 2; ++id) {
        tiles.add(id, "av01", Bytes(4), {ispe(64, 64)}, true);
        tiles.add(static_cast<std::uint16_t>(id + 2), "av01", Bytes(4), {aux_c(kAlpha)}, true);
        tiles.references.push_back({"auxl", static_cast<std::uint16_t>(id + 2), {id}});
    }
    tiles.add_derived(5, "grid", grid(1, 2, 128, 64), {1, 2},
                      {ispe(128, 64), box("clap", Bytes(32))});
    return {picture(), gain_map, alpha, tiles};
}

void write_item_tables(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    int written = 0;
    for (const HeifBuilder& file : item_tables()) {
        const Bytes bytes = file.build();
        std::ofstream(folder / ("seed" + std::to_string(written++)), std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: image_seeds FOLDER HEIF_FOLDER\n";
        return 2;
    }
    write_item_tables(argv[2]);
    Seeds seeds(argv[1]);
    const Rgb picture = draw(56, 50);
    write_jpegs(seeds, picture);
    for (const char* suffix : {".png", ".png[interlace=1]", ".png[palette=1]", ".png[bitdepth=16]",
                               ".webp", ".webp[lossless=1]", ".gif", ".avif", ".heic"})
        seeds.write(file_of(picture, suffix));
    for (const char* suffix : {".png", ".webp", ".webp[lossless=1]", ".gif", ".avif", ".heic"})
        seeds.write(half_clear_file_of(picture, suffix));
    for (const char* suffix : {".gif", ".webp"})
        seeds.write(animation_of({picture, Rgb(56, 50), picture}, suffix));
    return 0;
}
