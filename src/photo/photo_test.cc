#include "photo/photo.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"

namespace cameo::photo {
namespace {

constexpr std::optional<WriteCondition::Version> kNone;

constexpr std::optional<WriteCondition::Version> with_etag(std::string_view etag) {
    return WriteCondition::Version{etag, "blob"};
}
constexpr auto kA = with_etag("A");

TEST(Photo, FindsARenditionByItsExactSize) {
    const Photo photo{.renditions = {{.size = {48, 48}}, {.size = {64, 64}, .offset = 9}}};
    EXPECT_EQ(photo.find({64, 64}), &photo.renditions[1]);
    EXPECT_EQ(photo.find({64, 48}), nullptr);
    EXPECT_EQ(photo.find({96, 96}), nullptr);
    EXPECT_EQ(&photo.largest(), &photo.renditions[1]);
}

TEST(WriteCondition, AnEmptyOneAlwaysHolds) {
    EXPECT_TRUE(WriteCondition{}.holds(kNone));
    EXPECT_TRUE(WriteCondition{}.holds(kA));
}

TEST(WriteCondition, IfMatchStarNeedsAPhoto) {
    const WriteCondition condition{.must_exist = true};
    EXPECT_FALSE(condition.holds(kNone));
    EXPECT_TRUE(condition.holds(kA));
}

TEST(WriteCondition, IfNoneMatchStarNeedsNone) {
    const WriteCondition condition{.must_not_exist = true};
    EXPECT_TRUE(condition.holds(kNone));
    EXPECT_FALSE(condition.holds(kA));
}

TEST(WriteCondition, IfMatchNeedsOneOfItsEtagsByteForByte) {
    const WriteCondition condition{.any_of = {{"B", "A"}}};
    EXPECT_TRUE(condition.holds(kA));
    EXPECT_FALSE(condition.holds(kNone));
    EXPECT_FALSE(condition.holds(with_etag("a")));
    EXPECT_FALSE(condition.holds(with_etag("")));
    EXPECT_FALSE(condition.holds(with_etag("AB")));
}

TEST(WriteCondition, IfMatchWithoutAUsableEtagNeverHolds) {
    const WriteCondition condition{.any_of = std::vector<std::string>{}};
    EXPECT_FALSE(condition.holds(kNone));
    EXPECT_FALSE(condition.holds(kA));
}

TEST(WriteCondition, IfNoneMatchNeedsNoneOfItsEtags) {
    const WriteCondition condition{.none_of = {"B", "A"}};
    EXPECT_FALSE(condition.holds(kA));
    EXPECT_TRUE(condition.holds(with_etag("a")));
    EXPECT_TRUE(condition.holds(kNone));
}

TEST(WriteCondition, IfUnmodifiedSinceComparesWholeSeconds) {
    const auto modified_at = [](int milliseconds) {
        return WriteCondition::Version{"A", "blob",
                                       Instant(std::chrono::milliseconds(milliseconds))};
    };
    const WriteCondition condition{.unmodified_since =
                                       std::chrono::sys_seconds(std::chrono::seconds(5))};
    EXPECT_TRUE(condition.holds(modified_at(4'000)));
    EXPECT_TRUE(condition.holds(modified_at(5'999)));
    EXPECT_FALSE(condition.holds(modified_at(6'000)));
    EXPECT_TRUE(condition.holds(kNone));
}

TEST(WriteCondition, ABlobKeyNeedsExactlyThatBlob) {
    EXPECT_TRUE(WriteCondition{.blob_key = "blob"}.holds(kA));
    EXPECT_FALSE(WriteCondition{.blob_key = "other"}.holds(kA));
    EXPECT_FALSE(WriteCondition{.blob_key = "blob"}.holds(kNone));
}

TEST(WriteCondition, AllPartsMustHold) {
    const WriteCondition never{.must_exist = true, .must_not_exist = true};
    EXPECT_FALSE(never.holds(kNone));
    EXPECT_FALSE(never.holds(kA));
    const WriteCondition mixed{.must_not_exist = true, .any_of = {{"A"}}};
    EXPECT_FALSE(mixed.holds(kA));
}

// FIPS 180-4 examples.
TEST(UploadHash, IsSha256) {
    EXPECT_EQ(to_hex(upload_hash({})),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(upload_hash(as_bytes("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

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
