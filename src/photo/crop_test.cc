#include "photo/crop.h"

#include <gtest/gtest.h>

namespace cameo::photo {
namespace {

TEST(CropTest, ReadsTheParametersInAnyOrder) {
    const Crop whole{.x = 120, .y = 80, .side = 900, .rotate = 90};
    EXPECT_EQ(parse_crop("x=120, y=80, side=900, rotate=90").value(), whole);
    EXPECT_EQ(parse_crop("Rotate=90,SIDE=900 ,y = 80,x=120").value(), whole);
}

TEST(CropTest, RotatesByNothingByDefault) {
    EXPECT_EQ(parse_crop("x=0,y=0,side=48").value(),
              (Crop{.x = 0, .y = 0, .side = 48, .rotate = 0}));
}

TEST(CropTest, WritesWhatItReads) {
    const Crop crop{.x = 1, .y = 2, .side = 648, .rotate = 270};
    EXPECT_EQ(to_string(crop), "x=1, y=2, side=648, rotate=270");
    EXPECT_EQ(parse_crop(to_string(crop)).value(), crop);
}

struct WrongCrop {
    const char* text;
    const char* reason;
};

class WrongCropTest : public testing::TestWithParam<WrongCrop> {};

TEST_P(WrongCropTest, IsRefusedWithTheReason) {
    const auto crop = parse_crop(GetParam().text);
    ASSERT_FALSE(crop);
    EXPECT_EQ(crop.error().fault, Fault::malformed);
    EXPECT_NE(crop.error().detail.find(GetParam().reason), std::string::npos)
        << crop.error().detail;
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongCropTest,
    testing::Values(
        WrongCrop{"", "needs x, y and side"}, WrongCrop{"x=1,y=1", "needs x"},
        WrongCrop{"x=1,y=1,side=47", "at least 48"},
        WrongCrop{"x=1,y=1,side=100,rotate=45", "0, 90, 180 or 270"},
        WrongCrop{"x=1,y=1,side=100,rotate=360", "0, 90, 180 or 270"},
        WrongCrop{"x=-1,y=1,side=100", "wrong x"}, WrongCrop{"x=+1,y=1,side=100", "wrong x"},
        WrongCrop{"x=1.5,y=1,side=100", "wrong x"}, WrongCrop{"x=,y=1,side=100", "wrong x"},
        WrongCrop{"x=4294967297,y=1,side=100", "wrong x"},
        WrongCrop{"x=1,y=1,side=100001", "wrong side"},
        WrongCrop{"x=1,x=1,y=1,side=100", "more than one x"},
        WrongCrop{"x=1,y=1,side=100,width=1", "not x, y, side or rotate"},
        WrongCrop{"x=1;y=1;side=100", "wrong x"}, WrongCrop{"100", "not x, y, side or rotate"}));

}  // namespace
}  // namespace cameo::photo
