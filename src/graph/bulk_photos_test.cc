#include "graph/bulk_photos.h"

#include <gmock/gmock.h>

namespace cameo::graph {
namespace {

using testing::HasSubstr;

TEST(BulkRequest, EachIdBecomesThePathOfItsPhoto) {
    const auto items =
        parse_bulk(R"({"ids":["a@x","b"],"size":"96x96","ifNoneMatch":{"b":"\"E\""}})");
    ASSERT_TRUE(items) << items.error().detail;
    ASSERT_EQ(items->size(), 2U);
    EXPECT_EQ(items->at(0).target, "/v1.0/users/a%40x/photos/96x96/$value");
    EXPECT_EQ(items->at(0).if_none_match, "");
    EXPECT_EQ(items->at(1).id, "b");
    EXPECT_EQ(items->at(1).if_none_match, "\"E\"");
}

TEST(BulkRequest, WithoutASizeTheLargestIsMeant) {
    EXPECT_EQ(parse_bulk(R"({"ids":["g"],"kind":"groups"})")->at(0).target,
              "/v1.0/groups/g/photo/$value");
    EXPECT_EQ(parse_bulk(R"({"ids":["t"],"kind":"teams"})")->at(0).target,
              "/v1.0/teams/t/photo/$value");
}

TEST(BulkRequest, AnIdCannotLeaveItsPath) {
    EXPECT_EQ(parse_bulk(R"({"ids":["../me?x#y"]})")->at(0).target,
              "/v1.0/users/..%2Fme%3Fx%23y/photo/$value");
}

TEST(BulkRequest, WhatIsWrongIsNamed) {
    const std::vector<std::pair<std::string, const char*>> wrong{
        {"{}", "ids"},
        {R"({"ids":"a"})", "ids"},
        {R"({"ids":[]})", "0 items"},
        {R"({"ids":[1]})", "ids"},
        {R"({"ids":[""]})", "ids"},
        {R"({"ids":["a"],"size":"96"})", "size"},
        {R"({"ids":["a"],"size":96})", "size"},
        {R"({"ids":["a"],"kind":"contacts"})", "kind"},
        {R"({"ids":["a"],"kind":"teams","size":"96x96"})", "size"},
        {R"({"ids":["a"],"ifNoneMatch":[]})", "ifNoneMatch"},
        {R"({"ids":["a"],"ifNoneMatch":{"a":"x\r\ny"}})", "ifNoneMatch"},
        {R"({"ids":["a"],"ifNoneMatch":{"a":1}})", "ifNoneMatch"},
        {"[", "JSON"},
    };
    for (const auto& [text, word] : wrong) {
        const auto items = parse_bulk(text);
        ASSERT_FALSE(items) << text;
        EXPECT_EQ(items.error().fault, Fault::malformed);
        EXPECT_THAT(items.error().detail, HasSubstr(word)) << text;
    }
}

TEST(BulkRequest, AThousandIdsAreTheMost) {
    const auto of = [](int count) {
        std::string list;
        for (int i = 0; i < count; ++i) list += (i > 0 ? ",\"" : "\"") + std::to_string(i) + '"';
        return parse_bulk("{\"ids\":[" + list + "]}");
    };
    EXPECT_EQ(of(1000)->size(), 1000U);
    EXPECT_THAT(of(1001).error().detail, HasSubstr("1001"));
}

}  // namespace
}  // namespace cameo::graph
