#include "graph/conditional.h"

#include <gmock/gmock.h>

namespace cameo::graph {
namespace {

using testing::ElementsAre;

const photo::Photo kPhoto{.etag = "BA09D118",
                          .modified = Instant(std::chrono::milliseconds(784'111'777'500))};

http::Request request_with(std::initializer_list<http::Field> fields) {
    return {.method = http::Method::get, .fields = fields};
}

std::string range_of(std::string_view range, std::string_view if_range = {}) {
    auto request = request_with({{"Range", range}});
    if (!if_range.empty()) request.fields.push_back({"If-Range", if_range});
    const auto choice = choose_range(request, 100, kPhoto);
    if (const auto* part = std::get_if<ByteRange>(&choice))
        return std::to_string(part->first) + "+" + std::to_string(part->length);
    return std::holds_alternative<WholeBody>(choice) ? "whole" : "unsatisfiable";
}

TEST(HttpDate, IsTheFormOfTheRfc) {
    EXPECT_EQ(http_date(kPhoto.modified), "Sun, 06 Nov 1994 08:49:37 GMT");
}

bool names(std::string_view if_none_match) {
    return none_match_names(request_with({{"If-None-Match", if_none_match}}), "BA09D118");
}

TEST(IfNoneMatch, NamesAnEtagWeaklyInAListOrByAStar) {
    for (const auto* text : {"\"BA09D118\"", "W/\"BA09D118\"", "*", " * ", "\"x\", \"BA09D118\"",
                             "\"a,b\",W/\"BA09D118\",\"c\"", "BA09D118", "\"BA09D118"})
        EXPECT_TRUE(names(text)) << text;
    for (const auto* text : {"", "\"\"", "\"ba09d118\"", "\"BA09D118x\"", ",,,", "W/"})
        EXPECT_FALSE(names(text)) << text;
}

TEST(IfNoneMatch, SeveralLinesAreOneList) {
    const auto request =
        request_with({{"If-None-Match", "\"x\""}, {"if-none-match", "\"BA09D118\""}});
    EXPECT_TRUE(none_match_names(request, "BA09D118"));
}

TEST(WriteCondition, TakesStrongEtagsOnly) {
    const auto condition =
        write_condition(request_with({{"If-Match", "\"A\", W/\"B\", \"C\", D"}}));
    ASSERT_TRUE(condition.any_of);
    EXPECT_THAT(*condition.any_of, ElementsAre("A", "C"));
}

TEST(WriteCondition, KnowsTheStars) {
    EXPECT_TRUE(write_condition(request_with({{"if-match", "*"}})).must_exist);
    EXPECT_TRUE(write_condition(request_with({{"IF-NONE-MATCH", "*"}})).must_not_exist);
    const auto none = write_condition(request_with({}));
    EXPECT_FALSE(none.must_exist || none.must_not_exist || none.any_of);
}

TEST(WriteCondition, SeveralLinesAreOneList) {
    const auto condition =
        write_condition(request_with({{"If-Match", "\"A\""}, {"If-Match", "\"B\""}}));
    EXPECT_THAT(*condition.any_of, ElementsAre("A", "B"));
}

TEST(WriteCondition, AnEmptyIfMatchNeverHolds) {
    EXPECT_FALSE(write_condition(request_with({{"If-Match", ""}}))
                     .holds(photo::WriteCondition::Version{"A", ""}));
}

TEST(Range, OneRangeGivesThatPart) {
    EXPECT_EQ(range_of("bytes=0-0"), "0+1");
    EXPECT_EQ(range_of("bytes=10-19"), "10+10");
    EXPECT_EQ(range_of("Bytes=90-"), "90+10");
    EXPECT_EQ(range_of("bytes=90-1000"), "90+10");
    EXPECT_EQ(range_of("bytes=-10"), "90+10");
    EXPECT_EQ(range_of("bytes=-1000"), "0+100");
    EXPECT_EQ(range_of("bytes=0-99999999999999999999999"), "0+100");
    EXPECT_EQ(range_of("bytes=-99999999999999999999999"), "0+100");
}

TEST(Range, OutsideTheBytesIsUnsatisfiable) {
    EXPECT_EQ(range_of("bytes=100-"), "unsatisfiable");
    EXPECT_EQ(range_of("bytes=-0"), "unsatisfiable");
    EXPECT_EQ(range_of("bytes=99999999999999999999999-"), "unsatisfiable");
}

TEST(Range, AnythingElseGivesTheWhole) {
    for (const auto* range : {"bytes=0-1,3-4", "items=0-1", "bytes=", "bytes=x-y", "bytes=5-4",
                              "bytes=-", "0-1", "bytes=1"})
        EXPECT_EQ(range_of(range), "whole") << range;
}

TEST(Range, IfRangeMustNameThisVersion) {
    EXPECT_EQ(range_of("bytes=0-1", "\"BA09D118\""), "0+2");
    EXPECT_EQ(range_of("bytes=0-1", "Sun, 06 Nov 1994 08:49:37 GMT"), "0+2");
    EXPECT_EQ(range_of("bytes=0-1", "\"other\""), "whole");
    EXPECT_EQ(range_of("bytes=0-1", "W/\"BA09D118\""), "whole");
    EXPECT_EQ(range_of("bytes=0-1", "Sun, 06 Nov 1994 08:49:38 GMT"), "whole");
}

TEST(Range, AHeadRequestHasNone) {
    auto request = request_with({{"Range", "bytes=0-1"}});
    request.method = http::Method::head;
    EXPECT_TRUE(std::holds_alternative<WholeBody>(choose_range(request, 100, kPhoto)));
}

}  // namespace
}  // namespace cameo::graph
