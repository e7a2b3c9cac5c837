// image_seeds FOLDER: a small file of every format and coding, as image_render_fuzz reads them.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

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

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: image_seeds FOLDER\n";
        return 2;
    }
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
