#include "photo/packed_renditions.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/hex.h"

namespace cameo::photo {
namespace {

constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();

TEST(PackedRenditions, AreFormat1ByteForByte) {
    const std::vector<Rendition> renditions{
        {.size = {48, 64}, .offset = 0, .length = 0x01020304, .crc32c = 0xa1b2c3d4},
        {.size = {0x1234, 1}, .offset = 0x01020304, .length = 5, .crc32c = 6}};
    const std::string hex =
        "0102"
        "3000"
        "4000"
        "00000000"
        "04030201"
        "d4c3b2a1"
        "3412"
        "0100"
        "04030201"
        "05000000"
        "06000000";
    EXPECT_EQ(to_hex(pack(renditions)), hex);
    EXPECT_EQ(unpack(*from_hex(hex)), renditions);
}

TEST(PackedRenditions, KeepEveryValueAtItsLimits) {
    const std::vector<Rendition> renditions(
        255, {.size = {65'535, 65'535}, .offset = kMost, .length = kMost, .crc32c = kMost});
    EXPECT_EQ(unpack(pack(renditions)), renditions);
}

TEST(PackedRenditions, RefuseEveryOtherLength) {
    const Bytes packed = pack({{.size = {48, 48}}, {.size = {64, 64}}});
    for (std::size_t length = 0; length < packed.size(); ++length) {
        const auto result = unpack(ByteView(packed).first(length));
        ASSERT_FALSE(result) << length;
        EXPECT_EQ(result.error().fault, Fault::internal);
    }
    Bytes longer = packed;
    longer.push_back(0);
    EXPECT_FALSE(unpack(longer));
}

TEST(PackedRenditions, RefuseAnotherFormatAndACountOfNoneOrTooMany) {
    const Bytes packed = pack({{.size = {48, 48}}});
    for (const std::uint8_t format : Bytes{0, 2, 255}) {
        Bytes other = packed;
        other[0] = format;
        EXPECT_FALSE(unpack(other));
    }
    for (const std::uint8_t count : Bytes{0, 2, 255}) {
        Bytes other = packed;
        other[1] = count;
        EXPECT_FALSE(unpack(other));
    }
    EXPECT_FALSE(unpack(Bytes{1, 0}));
    EXPECT_FALSE(unpack({}));
}

}  // namespace
}  // namespace cameo::photo
