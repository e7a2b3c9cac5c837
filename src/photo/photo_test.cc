#include "photo/photo.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hex.h"
#include "photo/upload_hash.h"

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

TEST(WriteCondition, ABlobKeyNeedsThatVeryBlob) {
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

}  // namespace
}  // namespace cameo::photo
