#include "photo/sizes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cameo::photo {
namespace {

constexpr int kMaxSide = 4096;

std::string sizes_of(Size upload, PhotoStorage storage, int max_side = kMaxSide) {
    std::string text;
    for (const Size size : rendition_sizes(upload, storage, max_side))
        text += (text.empty() ? "" : " ") + to_string(size);
    return text;
}

TEST(ParseSize, AcceptsTwoNumbersAndAnXInEitherCase) {
    EXPECT_EQ(parse_size("48x48"), (Size{48, 48}));
    EXPECT_EQ(parse_size("640X480"), (Size{640, 480}));
    EXPECT_EQ(parse_size("1x99999"), (Size{1, 99'999}));
}

TEST(ParseSize, RejectsAllElse) {
    for (const char* text : {"",
                             "x",
                             "48",
                             "48x",
                             "x48",
                             "0x0",
                             "0x48",
                             "48x0",
                             "axb",
                             "-1x5",
                             "5x-1",
                             "+5x5",
                             "048x48",
                             "48x048",
                             "48x48x48",
                             "48 x48",
                             " 48x48",
                             "48x48 ",
                             "48*48",
                             "4.8x48",
                             "100000x1",
                             "1x100000",
                             "99999999999999999999x1",
                             "0x30x48",
                             "48xx48",
                             "48\303\22748"})
        EXPECT_FALSE(parse_size(text)) << text;
    EXPECT_FALSE(parse_size(std::string_view("48x4\0", 5)));
}

TEST(ParseSize, ReadsWhatToStringWrites) {
    for (const int side : kHdSizes)
        EXPECT_EQ(parse_size(to_string({side, side + 1})), (Size{side, side + 1}));
}

TEST(RenditionSizes, OfAMailboxAreTheHdSizesNotLargerThanTheUpload) {
    EXPECT_EQ(sizes_of({648, 648}, PhotoStorage::mailbox),
              "48x48 64x64 96x96 120x120 240x240 360x360 432x432 504x504 648x648");
    EXPECT_EQ(sizes_of({504, 504}, PhotoStorage::mailbox),
              "48x48 64x64 96x96 120x120 240x240 360x360 432x432 504x504");
    EXPECT_EQ(sizes_of({48, 48}, PhotoStorage::mailbox), "48x48");
    EXPECT_EQ(sizes_of({10'000, 10'000}, PhotoStorage::mailbox),
              sizes_of({648, 648}, PhotoStorage::mailbox));
}

TEST(RenditionSizes, DependOnTheShorterSide) {
    EXPECT_EQ(sizes_of({4'000, 97}, PhotoStorage::mailbox), "48x48 64x64 96x96");
    EXPECT_EQ(sizes_of({95, 4'000}, PhotoStorage::mailbox), "48x48 64x64");
    EXPECT_EQ(sizes_of({95, 300}, PhotoStorage::directory), "48x48 64x64 95x300");
}

TEST(RenditionSizes, OfAMailboxAreNoneForAnUploadUnder48) {
    EXPECT_EQ(sizes_of({47, 47}, PhotoStorage::mailbox), "");
    EXPECT_EQ(sizes_of({47, 1'000}, PhotoStorage::mailbox), "");
}

TEST(RenditionSizes, OfADirectoryPhotoEndWithTheUploadsOwn) {
    EXPECT_EQ(sizes_of({100, 100}, PhotoStorage::directory), "48x48 64x64 96x96 100x100");
    EXPECT_EQ(sizes_of({20, 10}, PhotoStorage::directory), "20x10");
    EXPECT_EQ(sizes_of({1, 1}, PhotoStorage::directory), "1x1");
    EXPECT_EQ(sizes_of({1'200, 800}, PhotoStorage::directory),
              "48x48 64x64 96x96 120x120 240x240 360x360 432x432 504x504 648x648 1200x800");
}

TEST(RenditionSizes, NameASquareHdUploadOnce) {
    EXPECT_EQ(sizes_of({96, 96}, PhotoStorage::directory), "48x48 64x64 96x96");
    EXPECT_EQ(sizes_of({96, 97}, PhotoStorage::directory), "48x48 64x64 96x96 96x97");
}

TEST(RenditionSizes, ReduceALargeDirectoryPhotoInProportion) {
    const auto largest = [](Size upload, int max_side) {
        return rendition_sizes(upload, PhotoStorage::directory, max_side).back();
    };
    EXPECT_EQ(largest({4'096, 4'096}, kMaxSide), (Size{4'096, 4'096}));
    EXPECT_EQ(largest({8'192, 4'096}, kMaxSide), (Size{4'096, 2'048}));
    EXPECT_EQ(largest({4'097, 4'000}, kMaxSide), (Size{4'096, 3'999}));
    EXPECT_EQ(largest({16'384, 1}, kMaxSide), (Size{4'096, 1}));
    EXPECT_EQ(largest({1, 16'384}, kMaxSide), (Size{1, 4'096}));
    EXPECT_EQ(sizes_of({16'384, 200}, PhotoStorage::directory), "48x48 4096x50")
        << "what was brought down limits the HD sizes";
}

TEST(RenditionSizes, AreAscendingAndWithinTheUploadForEveryUpload) {
    for (int width = 1; width <= 700; width += 7)
        for (int height = 1; height <= 700; height += 11)
            for (const auto storage : {PhotoStorage::mailbox, PhotoStorage::directory}) {
                const auto sizes = rendition_sizes({width, height}, storage, 600);
                for (std::size_t i = 0; i < sizes.size(); ++i) {
                    EXPECT_LE(sizes[i].width, width);
                    EXPECT_LE(sizes[i].height, height);
                    if (i > 0) EXPECT_TRUE(sizes[i - 1] < sizes[i]);
                }
                EXPECT_TRUE(storage == PhotoStorage::mailbox || !sizes.empty());
            }
}

}  // namespace
}  // namespace cameo::photo
