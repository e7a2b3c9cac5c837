#include "image/heif_file.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "image/box_reader.h"
#include "image/heif_files_testing.h"

namespace cameo::image {
namespace {

using test::append_be;
using test::box;
using test::full_box;

// Item 1 with one property and some bytes; no decoder is asked.
test::HeifBuilder one_item() {
    auto file = test::heif_file(".heic");
    file.add(1, "hvc1", Bytes(30, 7), {test::ispe(160, 120)});
    return file;
}

test::HeifBuilder with_gain_map_and_alpha() {
    auto file = one_item();
    file.add(2, "hvc1", Bytes(20, 8), {test::ispe(80, 60), test::aux_c(test::kGainMap)}, true);
    file.add(3, "hvc1", Bytes(20, 9), {test::ispe(160, 120), test::aux_c(test::kAlpha)}, true);
    file.add(4, "Exif", Bytes(12), {});
    file.references = {{"auxl", 2, {1}}, {"auxl", 3, {1}}, {"cdsc", 4, {1}}};
    return file;
}

// The ids and types of the boxes `infe` that a decoder sees.
std::vector<std::pair<unsigned, std::string>> items_in(const Bytes& file) {
    std::vector<std::pair<unsigned, std::string>> items;
    const Bytes iinf = test::find_box(file, "iinf");
    ByteView rest = ByteView(iinf).subspan(14);
    while (const auto each = take_box(rest))
        if (each->type == "infe")
            items.emplace_back(be16(each->body, 4), as_text(each->body.subspan(8, 4)));
    return items;
}

std::size_t references_in(const Bytes& file) {
    std::size_t count = 0;
    const Bytes iref = test::find_box(file, "iref");
    ByteView rest = ByteView(iref).subspan(12);
    while (const auto each = take_box(rest))
        if (each->type != "free") ++count;
    return count;
}

unsigned primary_in(const Bytes& file) { return be16(test::find_box(file, "pitm"), 12); }

using Items = std::vector<std::pair<unsigned, std::string>>;

TEST(HeifFile, ADecoderSeesThePictureOrItsAlphaAlone) {
    const Bytes file = with_gain_map_and_alpha().build();
    const auto read = HeifFile::read(file);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->primary().id, 1U);
    EXPECT_EQ(read->primary().size, (photo::Size{160, 120}));
    ASSERT_TRUE(read->alpha());
    EXPECT_EQ(read->alpha()->id, 3U);
    EXPECT_FALSE(read->is_premultiplied());

    const Bytes colour = read->colour_only();
    EXPECT_EQ(colour.size(), file.size());
    EXPECT_EQ(items_in(colour), (Items{{1, "hvc1"}}));
    EXPECT_EQ(references_in(colour), 0U);
    EXPECT_EQ(primary_in(colour), 1U);

    const Bytes alpha = read->alpha_only();
    EXPECT_EQ(alpha.size(), file.size());
    EXPECT_EQ(items_in(alpha), (Items{{3, "hvc1"}}));
    EXPECT_EQ(primary_in(alpha), 3U);
    const Bytes infe = test::find_box(alpha, "infe");
    EXPECT_EQ(infe[11], 0) << "it is not hidden any more";
}

TEST(HeifFile, TheMediaDataAndThePropertiesAreNotChanged) {
    const Bytes file = with_gain_map_and_alpha().build();
    const auto read = HeifFile::read(file);
    ASSERT_TRUE(read);
    for (const Bytes& copy : {read->colour_only(), read->alpha_only()})
        for (const char* type : {"ftyp", "iprp", "iloc", "mdat"})
            EXPECT_EQ(test::find_box(copy, type), test::find_box(file, type)) << type;
}

TEST(HeifFile, WhatAGridIsMadeOfStays) {
    auto file = one_item();
    file.add(2, "hvc1", Bytes(5), {});
    file.add(3, "hvc1", Bytes(5), {});
    file.primary = 9;
    file.add_derived(8, "iden", {}, {2}, {});
    file.add_derived(9, "grid", test::grid(1, 2, 64, 64), {1, 8}, {test::ispe(64, 64)});
    const Bytes built = file.build();
    const auto read = HeifFile::read(built);
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->alpha());
    EXPECT_EQ(items_in(read->colour_only()),
              (Items{{1, "hvc1"}, {2, "hvc1"}, {8, "iden"}, {9, "grid"}}));
    EXPECT_EQ(references_in(read->colour_only()), 2U);
}

TEST(HeifFile, ItemsInALoopAreVisitedOnce) {
    auto file = one_item();
    file.primary = 2;
    file.add_derived(2, "grid", test::grid(1, 1, 64, 64), {3, 3, 2}, {test::ispe(64, 64)});
    file.add_derived(3, "grid", test::grid(1, 1, 64, 64), {2}, {test::ispe(64, 64)});
    const Bytes built = file.build();
    const auto read = HeifFile::read(built);
    ASSERT_TRUE(read);
    EXPECT_EQ(items_in(read->colour_only()), (Items{{2, "grid"}, {3, "grid"}}));
}

TEST(HeifFile, AnItemThatIsNamedTwiceIsHiddenTwice) {
    auto file = with_gain_map_and_alpha();
    file.add(2, "hvc1", Bytes(5), {});
    file.add(1, "grid", Bytes(5), {});
    const Bytes built = file.build();
    const auto read = HeifFile::read(built);
    ASSERT_TRUE(read);
    EXPECT_EQ(items_in(read->colour_only()), (Items{{1, "hvc1"}, {1, "grid"}}));
}

TEST(HeifFile, AnItemIsNotItsOwnAlpha) {
    auto file = one_item();
    file.items[0].properties.push_back(2);
    file.properties.push_back(test::aux_c(test::kAlpha));
    file.references.push_back({"auxl", 1, {1}});
    const Bytes built = file.build();
    const auto read = HeifFile::read(built);
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->alpha());
}

TEST(HeifFile, OnlyTheTypesOfAlphaAreAlpha) {
    for (const auto& [type, is_alpha] : {std::pair("urn:mpeg:hevc:2015:auxid:1", true),
                                         {"urn:mpeg:avc:2015:auxid:1", true},
                                         {"urn:mpeg:hevc:2015:auxid:2", false},
                                         {"urn:mpeg:hevc:2015:auxid:10", false},
                                         {"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", true},
                                         {"urn:mpeg:mpegB:cicp:systems:auxiliary:depth", false}}) {
        auto file = one_item();
        file.add(2, "hvc1", Bytes(5), {test::aux_c(type)});
        file.references.push_back({"auxl", 2, {1}});
        const Bytes built = file.build();
        const auto read = HeifFile::read(built);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->alpha().has_value(), is_alpha) << type;
    }
}

TEST(HeifFile, AnAlphaThatIsTurnedInAnotherWayIsNotUnderstood) {
    auto file = one_item();
    file.add(2, "hvc1", Bytes(5), {test::aux_c(test::kAlpha), box("irot", {1})});
    file.references.push_back({"auxl", 2, {1}});
    EXPECT_FALSE(HeifFile::read(file.build()));
    file.properties.push_back(box("irot", {1}));
    file.items[0].properties.push_back(static_cast<std::uint8_t>(file.properties.size()));
    const Bytes built = file.build();
    const auto read = HeifFile::read(built);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->primary().transformations,
              std::vector<HeifTransformation>{Orientation::rotated_270});
}

// The offset of the first such box in the file.
std::size_t find(const Bytes& file, std::string_view type) { return as_text(file).find(type) - 4; }

TEST(HeifFile, SizesOf64BitsAndSizesToTheEndAreRead) {
    const Bytes file = with_gain_map_and_alpha().build();
    Bytes to_the_end = file;
    std::fill_n(to_the_end.begin() + static_cast<std::ptrdiff_t>(find(file, "mdat")), 4, 0);
    const auto read = HeifFile::read(to_the_end);
    ASSERT_TRUE(read);
    EXPECT_EQ(items_in(read->colour_only()), (Items{{1, "hvc1"}}));

    // The first `infe` and what it lies in grow by 8 bytes.
    Bytes wide = file;
    for (const char* type : {"meta", "iinf"}) {
        const std::size_t at = find(file, type);
        wide[at + 3] = static_cast<std::uint8_t>(wide[at + 3] + 8);
        if (wide[at + 3] < 8) ++wide[at + 2];
    }
    const std::size_t infe = find(file, "infe");
    Bytes size;
    append_be(size, be32(file, infe) + 8, 8);
    wide.insert(wide.begin() + static_cast<std::ptrdiff_t>(infe + 8), size.begin(), size.end());
    wide[infe + 3] = 1;
    const auto read_wide = HeifFile::read(wide);
    ASSERT_TRUE(read_wide);
    EXPECT_EQ(read_wide->primary().id, 1U);
    const Bytes alpha = read_wide->alpha_only();
    EXPECT_EQ(as_text(ByteView(alpha).subspan(infe + 4, 4)), "free");
}

TEST(HeifFile, BoxesThatContradictThemselvesAreNotUnderstood) {
    const Bytes file = with_gain_map_and_alpha().build();
    for (const char* type :
         {"meta", "pitm", "iinf", "infe", "iref", "auxl", "cdsc", "iprp", "ipco", "ipma", "ispe"})
        for (const std::uint32_t size : {1U, 2U, 7U, 0xFFFFFFFFU, 0x7FFFFFFFU}) {
            Bytes changed = file;
            Bytes bytes;
            append_be(bytes, size, 4);
            std::ranges::copy(bytes,
                              changed.begin() + static_cast<std::ptrdiff_t>(find(file, type)));
            EXPECT_FALSE(HeifFile::read(changed)) << type << ' ' << size;
        }
}

TEST(HeifFile, EveryTruncationIsReadWithinItsBytes) {
    const Bytes file = with_gain_map_and_alpha().build();
    const std::size_t media = find(file, "mdat");
    for (std::size_t length = 0; length < media; ++length)
        EXPECT_FALSE(HeifFile::read(ByteView(file).first(length))) << length;
}

// libheif takes the count of a reference, whatever the length of its box is.
TEST(HeifFile, AReferenceWhoseCountIsNotItsLengthIsNotUnderstood) {
    const Bytes file = with_gain_map_and_alpha().build();
    for (const int count : {0, 2, 255}) {
        Bytes changed = file;
        changed[find(file, "auxl") + 11] = static_cast<std::uint8_t>(count);
        EXPECT_FALSE(HeifFile::read(changed)) << count;
    }
}

TEST(HeifFile, TwoBoxesOfAKindAreNotUnderstood) {
    Bytes twice = with_gain_map_and_alpha().build();
    const Bytes meta = test::find_box(twice, "meta");
    test::append(twice, meta);
    EXPECT_FALSE(HeifFile::read(twice));
}

}  // namespace
}  // namespace cameo::image
