#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "image/codecs.h"
#include "image/header.h"
#include "image/hostile_pictures_testing.h"
#include "image/in_process_renderer.h"
#include "image/pictures_testing.h"

namespace cameo::image {
namespace {

using namespace test;

Result<photo::RenderedPhoto> render(const Bytes& file) {
    InProcessRenderer renderer({});
    return renderer.render(file, {PhotoStorage::mailbox}, Deadline::max());
}

Fault fault_of(const Bytes& file) {
    const auto photo = render(file);
    EXPECT_FALSE(photo);
    return photo ? Fault::internal : photo.error().fault;
}

// The result of a decode in a process of its own.
struct Cost {
    std::string outcome;  // "photo", the name of the fault, or the way the process ended
    double cpu_seconds = 0;
    long peak_mb = 0;
};

std::string name_of(const Result<photo::RenderedPhoto>& photo) {
    if (photo) return "photo";
    switch (photo.error().fault) {
        case Fault::invalid_image:
            return "invalid_image";
        case Fault::unsupported_format:
            return "unsupported_format";
        case Fault::image_too_large:
            return "image_too_large";
        default:
            return "fault: " + photo.error().detail;
    }
}

// In a child process, so that processor time, threads included, and peak memory are measured alone.
Cost render_in_child(const Bytes& file, PhotoStorage storage) {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    const pid_t child = fork();
    if (child == 0) {
        InProcessRenderer renderer({});
        const std::string name = name_of(renderer.render(file, {storage}, Deadline::max()));
        (void)!write(ends[1], name.data(), name.size());
        _exit(0);
    }
    close(ends[1]);
    std::array<char, 512> name{};
    const ssize_t length = read(ends[0], name.data(), name.size());
    close(ends[0]);
    int status = 0;
    rusage used{};
    wait4(child, &status, 0, &used);
    Cost cost{
        .cpu_seconds = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                       static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
        .peak_mb = used.ru_maxrss / 1024};
    cost.outcome = status == 0 && length > 0
                       ? std::string(name.data(), static_cast<std::size_t>(length))
                       : "died, status " + std::to_string(status);
    return cost;
}

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr double kMaxSeconds = 60;
constexpr long kMaxMegabytes = 100'000;
#else
constexpr double kMaxSeconds = 3;
constexpr long kMaxMegabytes = 650;
#endif

bool is_named_error(const std::string& outcome) {
    return outcome == "invalid_image" || outcome == "unsupported_format" ||
           outcome == "image_too_large";
}

// A directory photo has the larger renditions. CAMEO_HOSTILE_COSTS=1 prints what each attack costs.
void expect_bounded(const std::vector<HostilePicture>& attacks) {
    for (const auto& [name, file, may_be_taken] : attacks) {
        const Cost cost = render_in_child(file, PhotoStorage::directory);
        if (std::getenv("CAMEO_HOSTILE_COSTS") != nullptr)
            std::printf("%-48s %8zu bytes %6.2f s %5ld MB %s\n", name.c_str(), file.size(),
                        cost.cpu_seconds, cost.peak_mb, cost.outcome.c_str());
        EXPECT_LE(file.size(), 4'000'000U) << name;
        EXPECT_TRUE(is_named_error(cost.outcome) || (may_be_taken && cost.outcome == "photo"))
            << name << ": " << cost.outcome;
        EXPECT_LT(cost.cpu_seconds, kMaxSeconds) << name;
        EXPECT_LT(cost.peak_mb, kMaxMegabytes) << name;
    }
}

TEST(HostileFiles, EveryAttackOfAJpegIsBounded) { expect_bounded(hostile_jpegs()); }
TEST(HostileFiles, EveryAttackOfAPngIsBounded) { expect_bounded(hostile_pngs()); }
TEST(HostileFiles, EveryAttackOfAGifIsBounded) { expect_bounded(hostile_gifs()); }
TEST(HostileFiles, EveryAttackOfAWebpIsBounded) { expect_bounded(hostile_webps()); }
TEST(HostileFiles, EveryAttackOfAHeifIsBounded) { expect_bounded(hostile_heifs()); }
// Earlier, the memory of the same worker contained another upload.
TEST(HostileFiles, AGridThatItsTilesDoNotCoverShowsNoEarlierPicture) {
    InProcessRenderer renderer({});
    const Bytes earlier = file_of(draw(1'600, 1'600), ".heic");
    for (const auto& attack : hostile_heifs()) {
        if (!attack.name.ends_with("grid_larger_than_its_tiles")) continue;
        ASSERT_TRUE(renderer.render(earlier, {PhotoStorage::directory}, Deadline::max()));
        const auto photo = renderer.render(attack.file, {PhotoStorage::directory}, Deadline::max());
        if (!photo) continue;
        const Rgb shown = decoded(photo->items.back().jpeg);
        const auto* bare = shown.at(shown.width / 2, shown.height / 2);
        for (int step = 1; step < 100; ++step)
            for (int c = 0; c < 3; ++c)
                EXPECT_NEAR(shown.at(shown.width / 2 + step * shown.width / 250,
                                     shown.height / 2 + step * shown.height / 230)[c],
                            bare[c], 2)
                    << attack.name;
    }
}

TEST(HostileFiles, DisguisedDocumentsAreRefused) { expect_bounded(disguised_files()); }

std::vector<std::pair<std::string, Bytes>> small_files() {
    const Rgb picture = draw(50, 52);
    std::vector<std::pair<std::string, Bytes>> files{
        {"jpeg", jpeg_of(picture)},
        {"progressive", jpeg_of(picture, {.progressive = true, .metadata = true})},
        {"cmyk", jpeg_of(picture, {.colours = JpegOptions::Colours::cmyk})},
        {"animated gif", animation_of({picture, Rgb(50, 52)}, ".gif")},
        {"animated webp", animation_of({picture, Rgb(50, 52)}, ".webp")}};
    for (const char* suffix : {".png", ".png[interlace=1]", ".png[palette=1]", ".png[bitdepth=16]",
                               ".webp", ".webp[lossless=1]", ".gif", ".avif", ".heic"})
        files.emplace_back(suffix, file_of(picture, suffix));
    return files;
}

TEST(HostileFiles, AFileTruncatedAtAnyPercentIsRefused) {
    for (const auto& [name, whole] : small_files())
        for (std::size_t percent = 0; percent < 100; ++percent) {
            const auto length = static_cast<std::ptrdiff_t>(whole.size() * percent / 100);
            const auto photo = render(Bytes(whole.begin(), whole.begin() + length));
            ASSERT_FALSE(photo) << name << " at " << percent << " %";
            EXPECT_TRUE(photo.error().fault == Fault::invalid_image ||
                        photo.error().fault == Fault::unsupported_format)
                << name << " at " << percent << " %: " << photo.error().detail;
        }
}

TEST(HostileFiles, FlippedBitsGiveAPhotoOrANamedError) {
    std::mt19937 random(20'250'101);
    for (const auto& [name, whole] : small_files())
        for (int variant = 0; variant < 100; ++variant) {
            Bytes file = whole;
            for (int flips = 1 + variant % 8; flips > 0; --flips)
                file[random() % file.size()] ^= static_cast<std::uint8_t>(1U << random() % 8);
            const auto photo = render(file);
            if (photo) continue;
            const std::string outcome = name_of(photo);
            EXPECT_TRUE(is_named_error(outcome) || photo.error().fault == Fault::width_too_small ||
                        photo.error().fault == Fault::height_too_small)
                << name << ' ' << variant << ": " << outcome;
        }
}

TEST(HostileFiles, CompressedTextIsStrippedFromAPngWithoutInflating) {
    Bytes text{'k', 0, 0};
    const Bytes bomb = compressed_zeros(64 << 20);
    text.insert(text.end(), bomb.begin(), bomb.end());
    Bytes png = file_of(draw(64, 64), ".png");
    for (int i = 0; i < 10; ++i) png = with_png_chunk(png, png_chunk("zTXt", text));
    png = with_png_chunk(png, png_chunk("iCCP", text));
    EXPECT_LT(strip_png(png).size(), png.size() / 2);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(render(png));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(HostileFiles, AnOrdinaryPngWithTextAndExifIsAccepted) {
    Bytes png = file_of(draw(64, 80), ".png");
    png = with_png_chunk(png, png_chunk("tEXt", {'a', 0, 'b'}));
    const Bytes exif{'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0};
    png = with_png_chunk(png, png_chunk("eXIf", exif));
    const auto header = read_header(png);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->orientation, Orientation::rotated_90);
    EXPECT_TRUE(render(png));
}

// 0xFF in coded data is followed by zero or a restart marker, so each of these begins a scan.
int scans_of(const Bytes& jpeg) {
    int scans = 0;
    for (std::size_t at = 2; at + 1 < jpeg.size(); ++at)
        if (jpeg[at] == 0xFF && jpeg[at + 1] == 0xDA) ++scans;
    return scans;
}

TEST(HostileFiles, AcceptsAHundredScansAndRefusesMore) {
    const Bytes hundred = jpeg_of_scans(64, 100);
    ASSERT_EQ(scans_of(hundred), 100);
    EXPECT_TRUE(render(hundred));
    const Bytes more = jpeg_of_scans(64, 101);
    ASSERT_EQ(scans_of(more), 101);
    const auto photo = render(more);
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::invalid_image);
    EXPECT_EQ(photo.error().detail, "The JPEG has more than 100 scans.");
}

TEST(HostileFiles, APictureOfTooManyScansIsRefused) {
    Bytes jpeg = jpeg_of(draw(64, 64), {.progressive = true});
    const auto header = read_header(jpeg);
    ASSERT_TRUE(header);
    EXPECT_FALSE(header->decodes_in_strips);
    EXPECT_GT(scans_of(jpeg), 5);
    EXPECT_TRUE(render(jpeg));
    // A last refinement without data, 100,000 times: a scan header and no coded data.
    const Bytes scan{0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0x10};
    Bytes bomb(jpeg.begin(), jpeg.end() - 2);
    for (int i = 0; i < 100'000; ++i) bomb.insert(bomb.end(), scan.begin(), scan.end());
    bomb.insert(bomb.end(), {0xFF, 0xD9});
    EXPECT_EQ(fault_of(bomb), Fault::invalid_image);
}

TEST(HostileFiles, EveryTruncationOfAJpegIsRefused) {
    for (const bool progressive : {false, true}) {
        const Bytes whole = jpeg_of(draw(100, 80), {.progressive = progressive});
        for (std::size_t length = 3; length < whole.size() - 2; length += 37)
            EXPECT_EQ(
                fault_of(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))),
                Fault::invalid_image)
                << length;
    }
}

TEST(HostileFiles, HarmlessIrregularitiesOfAJpegAreAccepted) {
    Bytes trailing = jpeg_of(draw(100, 80));
    trailing.insert(trailing.end(), 5000, 'x');
    EXPECT_TRUE(render(trailing));

    Bytes before_marker = jpeg_of(draw(100, 80));
    const std::size_t frame = find_jpeg_marker(before_marker, 0xC0);
    before_marker.insert(before_marker.begin() + static_cast<std::ptrdiff_t>(frame), 3, 0x00);
    EXPECT_TRUE(render(before_marker));
}

TEST(HostileFiles, DamagedJpegDataIsRefused) {
    Bytes jpeg = jpeg_of(draw(300, 300));
    const auto middle = static_cast<std::ptrdiff_t>(jpeg.size() / 2);
    jpeg.erase(jpeg.begin() + middle, jpeg.begin() + middle + 900);
    EXPECT_EQ(fault_of(jpeg), Fault::invalid_image);
}

TEST(HostileFiles, ArithmeticLosslessAndHierarchicalJpegsAreUnsupported) {
    for (const int marker : {0xC3, 0xC5, 0xC9, 0xCA}) {
        Bytes jpeg = jpeg_of(draw(64, 64));
        jpeg[find_jpeg_marker(jpeg, 0xC0) + 1] = static_cast<std::uint8_t>(marker);
        EXPECT_EQ(fault_of(jpeg), Fault::unsupported_format);
    }
}

TEST(HostileFiles, AChunkThatEndsBeyondThePngIsRefused) {
    Bytes png = file_of(draw(64, 64), ".png");
    png[8] = 0xFF;
    EXPECT_EQ(fault_of(png), Fault::invalid_image);
    EXPECT_EQ(fault_of(Bytes(png.begin(), png.begin() + 8)), Fault::invalid_image);
}

}  // namespace
}  // namespace cameo::image
