#include "graph/batch_request.h"

#include <gmock/gmock.h>

namespace cameo::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

Result<std::vector<BatchItem>> items(std::string_view list) {
    return parse_batch(R"({"requests":[)" + std::string(list) + "]}", "v1.0");
}

BatchItem item(std::string_view members) {
    const auto parsed = items(R"({"id":"1",)" + std::string(members) + "}");
    return parsed ? parsed->at(0) : BatchItem{.refusal = parsed.error()};
}

std::string why_not(std::string_view members) {
    const auto refused = item(members).refusal;
    return refused ? refused->detail : "";
}

TEST(BatchRequest, AUrlIsRelativeWithOrWithoutSlashAndVersion) {
    for (const auto* url : {"/me/photo", "me/photo", "/v1.0/me/photo", "v1.0/me/photo"})
        EXPECT_EQ(item(std::string(R"("method":"GET","url":")") + url + "\"").target,
                  "/v1.0/me/photo");
    EXPECT_EQ(item(R"("method":"get","url":"/beta/me")").target, "/beta/me");
    for (const auto& [url, target] :
         {std::pair("//beta/me", "//beta/me"), std::pair("//me//photo", "/v1.0//me//photo"),
          std::pair("/v1.0//me", "/v1.0//me")})
        EXPECT_EQ(item(std::string(R"("method":"GET","url":")") + url + "\"").target, target);
    EXPECT_THAT(why_not(R"("method":"POST","url":"//$batch")"), HasSubstr("another batch"));
    EXPECT_EQ(item(R"("method":"GET","url":"users?$search=\"a\"")").target,
              "/v1.0/users?$search=\"a\"");
    EXPECT_EQ(parse_batch(R"({"requests":[{"id":"1","method":"GET","url":"/me"}]})", "beta")
                  ->at(0)
                  .target,
              "/beta/me");
}

TEST(BatchRequest, WhatOneItemCannotBeIsThatItemsRefusal) {
    EXPECT_THAT(why_not(R"("method":"GET","url":"https://graph.example/v1.0/me")"),
                HasSubstr("not relative"));
    EXPECT_THAT(why_not(R"("method":"GET")"), HasSubstr("no url"));
    const auto long_url = [](std::size_t bytes) {
        return R"("method":"GET","url":"/)" + std::string(bytes - 1, 'x') + "\"";
    };
    EXPECT_THAT(why_not(long_url(8193)), HasSubstr("longer than 8192"));
    EXPECT_EQ(why_not(long_url(8192)), "");
    EXPECT_THAT(why_not(R"("url":"/me")"), HasSubstr("method"));
    EXPECT_THAT(why_not(R"("method":"OPTIONS","url":"/me")"), HasSubstr("OPTIONS"));
    EXPECT_THAT(why_not(R"("method":"POST","url":"/%24Batch")"), HasSubstr("another batch"));
    EXPECT_THAT(why_not(R"("method":"PUT","url":"/me/photo/$value","body":"*")"),
                HasSubstr("base64"));
    EXPECT_THAT(why_not(R"("method":"GET","url":"/me","headers":{"A":"b\r\nC: d"})"),
                HasSubstr("one line"));
    EXPECT_EQ(why_not(R"("method":"GET","url":"/me","headers":{"Content-Type":"x"}, "body":null)"),
              "");
}

TEST(BatchRequest, ABodyIsBase64OrJson) {
    EXPECT_EQ(item(R"("method":"PUT","url":"/me/photo/$value","body":"-_8")").body, "\xfb\xff");
    EXPECT_EQ(item(R"("method":"PUT","url":"/me/photo/$value","body":"+/8=")").body, "\xfb\xff");
    EXPECT_EQ(item(R"("method":"PATCH","url":"/me","body":{"jobTitle":"x"})").body,
              R"({"jobTitle":"x"})");
}

TEST(BatchRequest, TheOuterTokenServesAllItems) {
    const auto headers = item(R"("method":"GET","url":"/me","headers":{"Authorization":"Bearer x",
        "HOST":"y","If-None-Match":" \"E\" "})")
                             .headers;
    EXPECT_THAT(headers, ElementsAre(Pair("If-None-Match", "\"E\"")));
}

TEST(BatchRequest, DependenciesBecomePlaces) {
    const auto parsed = items(R"({"id":"a","method":"GET","url":"/me","dependsOn":["B"]},
                                 {"id":"b","method":"GET","url":"/me","dependsOn":[]})");
    ASSERT_TRUE(parsed);
    EXPECT_THAT(parsed->at(0).depends_on, ElementsAre(1U));
    EXPECT_TRUE(parsed->at(1).depends_on.empty());
}

TEST(BatchRequest, WhatMakesTheWholeABadRequest) {
    for (
        const auto* text :
        {"", "[]", "{}", R"({"requests":{}})", R"({"requests":[1]})", R"({"requests":[{}]})",
         R"({"requests":[{"id":1,"method":"GET","url":"/me"}]})",
         R"({"requests":[{"id":"a","method":"GET","url":"/me"},{"id":"A","method":"GET","url":"/me"}]})",
         R"({"requests":[{"id":"a","method":"GET","url":"/me","dependsOn":["b"]}]})",
         R"({"requests":[{"id":"a","method":"GET","url":"/me","dependsOn":"a"}]})",
         R"({"requests":[{"id":"a","method":"GET","url":"/me","dependsOn":["a"]}]})",
         R"({"requests":[{"id":"a","url":"/me","dependsOn":["b"]},{"id":"b","url":"/me","dependsOn":["a"]}]})"}) {
        const auto parsed = parse_batch(text, "v1.0");
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().fault, Fault::malformed);
    }
}

TEST(BatchRequest, TwentyItemsAreTheMost) {
    const auto of = [](int count) {
        std::string list;
        for (int i = 0; i < count; ++i)
            list += (i > 0 ? "," : "") + (R"({"id":")" + std::to_string(i)) +
                    R"(","method":"GET","url":"/me"})";
        return items(list);
    };
    EXPECT_EQ(of(20)->size(), 20U);
    EXPECT_THAT(of(21).error().detail, HasSubstr("21"));
    EXPECT_TRUE(of(0)->empty());
}

}  // namespace
}  // namespace cameo::graph
