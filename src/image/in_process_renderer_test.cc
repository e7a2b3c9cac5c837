#include "image/in_process_renderer.h"

#include <gtest/gtest.h>

#include "image/pictures_testing.h"

namespace cameo::image {
namespace {

using namespace test;

Result<photo::RenderedPhoto> render(const Bytes& file, PhotoStorage storage,
                                    photo::UploadLimits limits = {}) {
    InProcessRenderer renderer(limits);
    return renderer.render(file, {storage}, Deadline::max());
}

Error error_of(const Bytes& file, PhotoStorage storage = PhotoStorage::mailbox,
               photo::UploadLimits limits = {}) {
    const auto photo = render(file, storage, limits);
    EXPECT_FALSE(photo);
    return photo ? Error{Fault::internal, "taken"} : photo.error();
}

TEST(ImageRenderer, GivesA504UploadEverySizeBut648) {
    const auto photo = render(jpeg_of(draw(504, 504)), PhotoStorage::mailbox);
    ASSERT_TRUE(photo);
    EXPECT_EQ(sizes_of(*photo),
              (std::vector<std::string>{"48x48", "64x64", "96x96", "120x120", "240x240", "360x360",
                                        "432x432", "504x504"}));
    for (const auto& item : photo->items) {
        const Rgb picture = decoded(item.jpeg);
        EXPECT_EQ(picture.width, item.size.width);
        EXPECT_EQ(picture.height, item.size.height);
    }
}

TEST(ImageRenderer, ReencodesAnUploadOfExactlyOneOfTheSizesWithoutResampling) {
    const Bytes file = jpeg_of(draw(648, 648), {.quality = 82});
    const auto photo = render(file, PhotoStorage::mailbox);
    ASSERT_TRUE(photo);
    EXPECT_GT(psnr(decoded(photo->items.back().jpeg), decoded(file)), 50);
}

TEST(ImageRenderer, KeepsTheWholePictureOfADirectoryPhotoAndBoundsItsLongerSide) {
    const Rgb original = draw(500, 200);
    const auto photo = render(jpeg_of(original), PhotoStorage::directory, {.directory_side = 400});
    ASSERT_TRUE(photo);
    EXPECT_EQ(sizes_of(*photo),
              (std::vector<std::string>{"48x48", "64x64", "96x96", "120x120", "400x160"}));
    EXPECT_GT(psnr(decoded(photo->items[4].jpeg), resampled(original, 400, 160)), 30);
    EXPECT_GT(psnr(decoded(photo->items[3].jpeg), resampled(centre(original), 120, 120)), 30);
}

TEST(ImageRenderer, AcceptsSidesDownToOnePixelForADirectoryPhoto) {
    for (const auto& [width, height] :
         {std::pair{1, 1}, {1, 300}, {300, 1}, {47, 46}, {2, 3}, {5000, 2}, {3, 4999}})
        for (const Bytes& file :
             {jpeg_of(draw(width, height)), file_of(draw(width, height), ".png"),
              jpeg_of(draw(width, height),
                      {.across = 1, .down = 1, .orientation = Orientation::transversed})}) {
            const auto photo = render(file, PhotoStorage::directory);
            ASSERT_TRUE(photo) << width << 'x' << height << photo.error().detail;
            EXPECT_EQ(photo->items.size(), 1U);
            EXPECT_EQ(decoded(photo->items[0].jpeg).width, photo->items[0].size.width);
        }
}

TEST(ImageRenderer, RefusesAMailboxPhotoUnder48PixelsWithTheReason) {
    EXPECT_TRUE(render(jpeg_of(draw(48, 48)), PhotoStorage::mailbox));
    const Error narrow = error_of(jpeg_of(draw(47, 300)));
    EXPECT_EQ(narrow.fault, Fault::width_too_small);
    EXPECT_EQ(narrow.detail, "The picture is 47 pixels wide; at least 48 are needed.");
    const Error low = error_of(file_of(draw(300, 47), ".png"));
    EXPECT_EQ(low.fault, Fault::height_too_small);
    EXPECT_EQ(low.detail, "The picture is 47 pixels high; at least 48 are needed.");
}

TEST(ImageRenderer, MeasuresThe48PixelsOfTheUprightPicture) {
    const Bytes lying = jpeg_of(draw(300, 47), {.orientation = Orientation::rotated_90});
    EXPECT_EQ(error_of(lying).fault, Fault::width_too_small);
}

TEST(ImageRenderer, RefusesTooManyBytesPixelsAndTooLongASideWithBothNumbers) {
    const Bytes file = jpeg_of(draw(200, 100));
    const Error bytes = error_of(file, PhotoStorage::mailbox, {.bytes = 1000});
    EXPECT_EQ(bytes.fault, Fault::too_large);
    EXPECT_NE(bytes.detail.find("at most 1000"), std::string::npos);
    EXPECT_NE(bytes.detail.find(std::to_string(file.size())), std::string::npos);

    const Error side = error_of(file, PhotoStorage::mailbox, {.side = 199});
    EXPECT_EQ(side.fault, Fault::image_too_large);
    EXPECT_EQ(side.detail, "The picture's longer side has 200 pixels; at most 199 are allowed.");

    const photo::UploadLimits pixels{.baseline_jpeg_pixels = 20000, .other_pixels = 19999};
    EXPECT_TRUE(render(file, PhotoStorage::mailbox, pixels));
    const Error other = error_of(file_of(draw(200, 100), ".png"), PhotoStorage::mailbox, pixels);
    EXPECT_EQ(other.fault, Fault::image_too_large);
    EXPECT_NE(other.detail.find("20000 pixels (200x100); at most 19999"), std::string::npos);
    for (const char* suffix : {".webp", ".gif", ".avif"})
        EXPECT_EQ(error_of(file_of(draw(200, 100), suffix), PhotoStorage::mailbox, pixels).fault,
                  Fault::image_too_large)
            << suffix;
    const Bytes progressive = jpeg_of(draw(200, 100), {.progressive = true});
    EXPECT_EQ(error_of(progressive, PhotoStorage::mailbox, pixels).fault, Fault::image_too_large);
}

TEST(ImageRenderer, IsBusyAfterTheDeadline) {
    InProcessRenderer renderer({});
    const auto late = renderer.render(jpeg_of(draw(64, 64)), {PhotoStorage::mailbox},
                                      deadline_in(std::chrono::milliseconds(-1)));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().fault, Fault::busy);
}

}  // namespace
}  // namespace cameo::image
