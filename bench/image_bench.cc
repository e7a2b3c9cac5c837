// Processor time per upload of the picture pipeline, for each JPEG of a folder, compared with its
// floor (the same decode and the same encodes, nothing between) and with libvips (one thumbnail,
// then the chain). The three alternate in one loop, so that other load affects all of them equally.
//
//     image_bench FOLDER [rounds]
#include <fmt/format.h>
#include <vips/vips.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "image/codecs.h"
#include "image/header.h"
#include "image/in_process_renderer.h"
#include "image/resample.h"

namespace {

using namespace cameo;
using photo::Size;

double processor_ms() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

template <class Work>
double cost_of(Work work) {
    const double start = processor_ms();
    work();
    return processor_ms() - start;
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

Bytes read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// The input of the encoder: the finished pictures of every size.
std::vector<image::Picture> finished_pictures(const image::Picture& decoded,
                                              const std::vector<Size>& sizes) {
    std::vector<image::Picture> pictures;
    for (const Size size : sizes)
        pictures.push_back(
            resample(decoded, image::centre_square(decoded.size), size, image::Chroma::halved));
    return pictures;
}

void require(bool ok) {
    if (ok) return;
    fmt::print(stderr, "libvips: {}\n", vips_error_buffer());
    std::exit(1);
}

void encode_with_vips(VipsImage* image) {
    void* jpeg = nullptr;
    std::size_t length = 0;
    require(vips_jpegsave_buffer(image, &jpeg, &length, "Q", image::kQuality, "strip", TRUE,
                                 "optimize_coding", vips_image_get_width(image) <= 120,
                                 nullptr) == 0);
    g_free(jpeg);
}

void render_with_vips(Bytes& file, const std::vector<Size>& sizes) {
    VipsImage* picture = nullptr;
    for (std::size_t left = sizes.size(); left-- > 0;) {
        const int side = sizes[left].width;
        VipsImage* lazy = nullptr;
        if (picture == nullptr) {
            require(vips_thumbnail_buffer(file.data(), file.size(), &lazy, side, "height", side,
                                          "crop", VIPS_INTERESTING_CENTRE, "option_string",
                                          "[fail_on=truncated]", nullptr) == 0);
        } else {
            require(vips_resize(picture, &lazy,
                                static_cast<double>(side) / vips_image_get_width(picture),
                                nullptr) == 0);
            g_object_unref(picture);
        }
        picture = vips_image_copy_memory(lazy);
        g_object_unref(lazy);
        require(picture != nullptr);
        encode_with_vips(picture);
    }
    g_object_unref(picture);
}

void measure(const std::filesystem::path& path, int rounds) {
    Bytes file = read_file(path);
    const auto header = image::read_header(file);
    if (!header || header->format != image::Format::jpeg) return;
    image::InProcessRenderer renderer({.bytes = 64'000'000});
    const auto sizes = rendition_sizes(header->size, PhotoStorage::mailbox, 4096);
    if (sizes.empty()) return;
    const int side = sizes.back().width;
    const auto decode = [&] {
        return image::decode_jpeg(
            file, [&](Size stored) { return image::Needed{image::whole(stored), {side, side}}; },
            [](Size, bool) { return Result<void>(); });
    };
    auto decoded = decode();
    if (!decoded) return;
    auto pictures = finished_pictures(decoded->picture, sizes);

    std::vector<double> ours;
    std::vector<double> floor;
    std::vector<double> vips;
    for (int round = 0; round < rounds; ++round) {
        ours.push_back(cost_of([&] {
            require(renderer.render(file, {PhotoStorage::mailbox}, Deadline::max()).has_value());
        }));
        floor.push_back(cost_of([&] {
            decoded = decode();
            for (image::Picture& picture : pictures) encode_jpeg(picture);
        }));
        vips.push_back(cost_of([&] { render_with_vips(file, sizes); }));
    }
    fmt::print("{:28} {:>10} {:7.2f} {:7.2f} {:6.2f} {:8.2f} {:6.2f} {:8.2f}\n",
               path.filename().string(), to_string(header->size), median(ours), median(floor),
               median(ours) / median(floor), median(vips), median(ours) / median(vips), ours[0]);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: image_bench FOLDER [rounds]\n");
        return 2;
    }
    const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 25;
    require(VIPS_INIT(argv[0]) == 0);
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    fmt::print("{:28} {:>10} {:>7} {:>7} {:>6} {:>8} {:>6} {:>8}\n", "median of ms, processor time",
               "pixels", "ours", "floor", "ratio", "libvips", "ratio", "first");
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1]))
        files.push_back(entry.path());
    std::ranges::sort(files);
    for (const auto& file : files) measure(file, rounds);
}
