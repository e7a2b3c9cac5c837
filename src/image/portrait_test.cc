#include "image/portrait.h"

#include <gtest/gtest.h>

#include "image/in_process_renderer.h"
#include "image/pictures_testing.h"

namespace cameo::image {
namespace {

using namespace test;

// At its own size.
Rgb rendered(ByteView png) {
    InProcessRenderer renderer({});
    return decoded(
        renderer.render(png, {PhotoStorage::directory}, Deadline::max())->items.back().jpeg);
}

TEST(Portrait, IsAPngOfTheRequestedSideThatTheRendererAccepts) {
    InProcessRenderer renderer({});
    const auto photo =
        renderer.render(draw_portrait(648, 1), {PhotoStorage::mailbox}, Deadline::max());
    ASSERT_TRUE(photo);
    EXPECT_EQ(sizes_of(*photo).back(), "648x648");
}

TEST(Portrait, IsTheSameForASeedAndDiffersBetweenSeeds) {
    EXPECT_EQ(draw_portrait(120, 7), draw_portrait(120, 7));
    EXPECT_LT(psnr(rendered(draw_portrait(120, 7)), rendered(draw_portrait(120, 8))), 30);
}

TEST(Portrait, ShowsAPersonInFrontOfABackground) {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        const Rgb picture = rendered(draw_portrait(200, seed));
        const auto differs = [&](int x1, int y1, int x2, int y2) {
            int sum = 0;
            for (int c = 0; c < 3; ++c)
                sum += std::abs(picture.at(x1, y1)[c] - picture.at(x2, y2)[c]);
            return sum > 25;
        };
        EXPECT_TRUE(differs(100, 90, 10, 90)) << seed;    // face and background
        EXPECT_TRUE(differs(100, 190, 10, 100)) << seed;  // shirt and background
    }
}

TEST(Group, HasTheRequestedSizeAndIsTheSameForASeed) {
    InProcessRenderer renderer({});
    const Bytes group = draw_group({960, 540}, 1);
    const auto photo = renderer.render(group, {PhotoStorage::directory}, Deadline::max());
    ASSERT_TRUE(photo);
    EXPECT_EQ(sizes_of(*photo).back(), "960x540");
    EXPECT_EQ(draw_group({160, 90}, 7), draw_group({160, 90}, 7));
    EXPECT_LT(psnr(rendered(draw_group({160, 90}, 7)), rendered(draw_group({160, 90}, 8))), 30);
}

TEST(Group, ShowsSeveralPeople) {
    const Rgb picture = rendered(draw_group({200, 200}, 4));
    const auto same = [&](int x1, int y1, int x2, int y2) {
        int sum = 0;
        for (int c = 0; c < 3; ++c) sum += std::abs(picture.at(x1, y1)[c] - picture.at(x2, y2)[c]);
        return sum < 25;
    };
    EXPECT_FALSE(same(45, 110, 8, 110));     // the left one's face and the background
    EXPECT_FALSE(same(155, 110, 192, 110));  // the right one's
    EXPECT_FALSE(same(100, 100, 8, 100));    // the one in front
}

}  // namespace
}  // namespace cameo::image
