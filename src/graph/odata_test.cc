#include "graph/odata.h"

#include <gmock/gmock.h>

namespace cameo::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Options, WithoutAnyAllIsMeantAtTheMinimalLevel) {
    const auto options = parse_options("", {});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->level, MetadataLevel::minimal);
    EXPECT_FALSE(options->select);
    EXPECT_EQ(select_suffix(*options), "");
}

TEST(Options, SelectKeepsTheOrderSentAndEachNameOnce) {
    const auto options = parse_options("$select=width, id,width", {});
    ASSERT_TRUE(options);
    EXPECT_THAT(*options->select, ElementsAre("width", "id"));
    EXPECT_EQ(select_suffix(*options), "(width,id)");
    EXPECT_TRUE(options->selects("id"));
    EXPECT_FALSE(options->selects("height"));
}

TEST(Options, NamesAndValuesAreDecoded) {
    const auto options = parse_options("%24select=id%2Cwidth&t=%41", {});
    ASSERT_TRUE(options);
    EXPECT_THAT(*options->select, ElementsAre("id", "width"));
    EXPECT_TRUE(parse_options("$select=id,+width", {})->selects("width"));
}

TEST(Options, AStarSelectsAll) { EXPECT_FALSE(parse_options("$select=*", {})->select); }

TEST(Options, TheLevelComesFromAcceptOrFormat) {
    const auto level = [](std::string_view query, std::string_view accept) {
        return parse_options(query, accept)->level;
    };
    EXPECT_EQ(level("", "application/json;odata.metadata=none"), MetadataLevel::none);
    EXPECT_EQ(level("", "application/json; ODATA.METADATA=FULL, */*"), MetadataLevel::full);
    EXPECT_EQ(level("", "application/octet-stream, application/json"), MetadataLevel::minimal);
    EXPECT_EQ(level("$format=json", "application/json;odata.metadata=none"), MetadataLevel::none);
    EXPECT_EQ(level("$format=application/json;odata.metadata=full", {}), MetadataLevel::full);
}

TEST(Options, OtherParametersAreIgnored) { EXPECT_TRUE(parse_options("cachebuster=1&x&=&&", {})); }

TEST(Options, WhatIsNotSupportedIsRefusedByName) {
    for (const auto* query : {"$expand=photo", "$top=1", "$format=xml", "$x=1", "a=%zz"}) {
        const auto options = parse_options(query, {});
        ASSERT_FALSE(options) << query;
        EXPECT_EQ(options.error().fault, Fault::malformed);
    }
    EXPECT_THAT(parse_options("$expand=photo", {}).error().detail, HasSubstr("$expand"));
}

TEST(Options, AListTakesMoreThanAnEntry) {
    const auto* const query = "$top=5&$filter=a&$search=b&$orderby=c&$skiptoken=d&$count=true";
    EXPECT_FALSE(parse_options(query, {}));
    const auto options = parse_options(query, {}, OptionSet::list);
    ASSERT_TRUE(options);
    EXPECT_EQ(options->top, 5U);
    EXPECT_EQ(options->filter, "a");
    EXPECT_EQ(options->search, "b");
    EXPECT_EQ(options->orderby, "c");
    EXPECT_EQ(options->skiptoken, "d");
    EXPECT_TRUE(options->count);
    EXPECT_FALSE(parse_options("$skip=1", {}, OptionSet::list));
    EXPECT_EQ(parse_options("$skip=1", {}, OptionSet::list_with_skip)->skip, 1U);
}

TEST(Options, ALinkLeavesOutWhatItReplaces) {
    EXPECT_EQ(without_options("$top=5&%24SkipToken=x&a=%20b&$skip=1", {"$skiptoken", "$skip"}),
              "$top=5&a=%20b");
    EXPECT_EQ(without_options("$skiptoken=x", {"$skiptoken"}), "");
}

}  // namespace
}  // namespace cameo::graph
