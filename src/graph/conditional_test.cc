#include "graph/conditional.h"

#include <gmock/gmock.h>

namespace cameo::graph {
namespace {

using testing::ElementsAre;

const photo::Photo kPhoto{.etag = "BA09D118",
                          .modified = Instant(std::chrono::milliseconds(784'111'777'500))};

constexpr Instant kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 30);

photo::WriteCondition condition_of(std::initializer_list<http::Field> fields) {
    return write_condition({.method = http::Method::put, .fields = fields}, kNow);
}

http::Request request_with(std::initializer_list<http::Field> fields) {
    return {.method = http::Method::get, .fields = fields};
}

std::string range_of(std::string_view range, std::string_view if_range = {}) {
    auto request = request_with({{"Range", range}});
    if (!if_range.empty()) request.fields.push_back({"If-Range", if_range});
    const auto choice = choose_range(request, 100, kPhoto, kNow);
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
    for (const auto* text :
         {"\"BA09D118-gzip\"", "W/\"BA09D118;gzip\"", "\"x\", \"BA09D118--gzip\"",
          "\"BA09D118-br\"", "\"BA09D118;zstd\"", "\"BA09D118-deflate\""})
        EXPECT_TRUE(names(text)) << text;
    for (const auto* text :
         {"\"BA09D118gzip\"", "\"BA09D118-gzi\"", "\"BA09D118---gzip\"", "\"BA09D118-gzip-gzip\"",
          "\"-gzip\"", "\"BA09D118-xz\"", "\"BA09D118-GZIP\""})
        EXPECT_FALSE(names(text)) << text;
    for (const auto* text : {"", "\"\"", "\"ba09d118\"", "\"BA09D118x\"", ",,,", "W/"})
        EXPECT_FALSE(names(text)) << text;
}

TEST(IfNoneMatch, SeveralLinesAreOneList) {
    const auto request =
        request_with({{"If-None-Match", "\"x\""}, {"if-none-match", "\"BA09D118\""}});
    EXPECT_TRUE(none_match_names(request, "BA09D118"));
}

TEST(WriteCondition, TakesStrongEtagsOnly) {
    const auto condition = condition_of({{"If-Match", "\"A\", W/\"B\", \"C\", D"}});
    ASSERT_TRUE(condition.any_of);
    EXPECT_THAT(*condition.any_of, ElementsAre("A", "C"));
}

TEST(WriteCondition, KnowsTheStars) {
    EXPECT_TRUE(condition_of({{"if-match", "*"}}).must_exist);
    EXPECT_TRUE(condition_of({{"IF-NONE-MATCH", "*"}}).must_not_exist);
    const auto none = condition_of({});
    EXPECT_FALSE(none.must_exist || none.must_not_exist || none.any_of);
}

TEST(WriteCondition, TakesEveryEtagOfIfNoneMatchWeakly) {
    const auto condition =
        condition_of({{"If-None-Match", "\"A\", W/\"B\""}, {"if-none-match", "\"C-gzip\", D"}});
    EXPECT_THAT(condition.none_of, ElementsAre("A", "B", "C", "D"));
    EXPECT_FALSE(condition.must_not_exist);
}

TEST(WriteCondition, ASuffixOfACodingNeverMatchesIfMatch) {
    EXPECT_THAT(*condition_of({{"If-Match", "\"A-gzip\""}}).any_of, ElementsAre("A-gzip"));
}

TEST(WriteCondition, IfUnmodifiedSinceCountsWithoutIfMatchAlone) {
    constexpr std::string_view kDate = "Sunday, 06-Nov-94 08:49:37 GMT";
    const auto since = condition_of({{"If-Unmodified-Since", kDate}}).unmodified_since;
    EXPECT_EQ(since, std::chrono::floor<std::chrono::seconds>(kPhoto.modified));
    for (const auto* match : {"*", "\"A\"", ""})
        EXPECT_FALSE(
            condition_of({{"If-Unmodified-Since", kDate}, {"If-Match", match}}).unmodified_since);
    EXPECT_FALSE(condition_of({{"If-Unmodified-Since", "yesterday"}}).unmodified_since);
    EXPECT_FALSE(condition_of({{"If-Unmodified-Since", kDate}, {"If-Unmodified-Since", kDate}})
                     .unmodified_since);
}

TEST(WriteCondition, SeveralLinesAreOneList) {
    const auto condition = condition_of({{"If-Match", "\"A\""}, {"If-Match", "\"B\""}});
    EXPECT_THAT(*condition.any_of, ElementsAre("A", "B"));
}

TEST(WriteCondition, AnEmptyIfMatchNeverHolds) {
    EXPECT_FALSE(condition_of({{"If-Match", ""}}).holds(photo::WriteCondition::Version{"A", ""}));
}

std::string read(std::initializer_list<http::Field> fields) {
    const auto request = request_with(fields);
    switch (evaluate_read(request, kPhoto, kNow)) {
        case ReadOutcome::proceed:
            return "proceed";
        case ReadOutcome::not_modified:
            return "not modified";
        case ReadOutcome::failed:
            return "failed";
    }
    return "";
}

constexpr std::string_view kBefore = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr std::string_view kThen = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view kLater = "Sun, 06 Nov 1994 08:49:38 GMT";

TEST(ReadCondition, IfModifiedSinceComparesWholeSecondsInEveryForm) {
    for (const auto date : {kThen, kLater, std::string_view("Sunday, 06-Nov-94 08:49:37 GMT"),
                            std::string_view("Sun Nov  6 08:49:37 1994")})
        EXPECT_EQ(read({{"If-Modified-Since", date}}), "not modified") << date;
    for (const auto date : {kBefore, std::string_view("yesterday"), std::string_view("")})
        EXPECT_EQ(read({{"If-Modified-Since", date}}), "proceed") << date;
}

TEST(ReadCondition, IfUnmodifiedSinceFailsForALaterPhoto) {
    EXPECT_EQ(read({{"If-Unmodified-Since", kBefore}}), "failed");
    EXPECT_EQ(read({{"If-Unmodified-Since", kThen}}), "proceed");
    EXPECT_EQ(read({{"If-Unmodified-Since", "yesterday"}}), "proceed");
}

TEST(ReadCondition, IfMatchFailsForAnotherEtagAndComparesStrongly) {
    for (const auto* match : {"\"x\"", "", "W/\"BA09D118\"", "\"BA09D118-gzip\""})
        EXPECT_EQ(read({{"If-Match", match}}), "failed") << match;
    for (const auto* match : {"*", "\"x\", \"BA09D118\""})
        EXPECT_EQ(read({{"If-Match", match}}), "proceed") << match;
}

TEST(ReadCondition, EtagsRankBeforeDates) {
    EXPECT_EQ(read({{"If-Match", "*"}, {"If-Unmodified-Since", kBefore}}), "proceed");
    EXPECT_EQ(read({{"If-None-Match", "\"x\""}, {"If-Modified-Since", kLater}}), "proceed");
    EXPECT_EQ(read({{"If-None-Match", "*"}, {"If-Modified-Since", kBefore}}), "not modified");
}

TEST(ReadCondition, AFailedConditionRanksBeforeNotModified) {
    EXPECT_EQ(read({{"If-None-Match", "*"}, {"If-Match", "\"x\""}}), "failed");
    EXPECT_EQ(read({{"If-Modified-Since", kLater}, {"If-Unmodified-Since", kBefore}}), "failed");
}

TEST(ReadCondition, TwoDatesAreNone) {
    EXPECT_EQ(read({{"If-Modified-Since", kLater}, {"If-Modified-Since", kLater}}), "proceed");
}

TEST(ReadCondition, AreDistinguishedFromIfRange) {
    EXPECT_TRUE(has_read_condition(request_with({{"IF-MATCH", "*"}})));
    EXPECT_FALSE(has_read_condition(request_with({{"If-Range", "*"}, {"If", "*"}})));
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
    EXPECT_EQ(range_of("bytes=0-1", "Sunday, 06-Nov-94 08:49:37 GMT"), "0+2");
    EXPECT_EQ(range_of("bytes=0-1", "Sun Nov  6 08:49:37 1994"), "0+2");
    EXPECT_EQ(range_of("bytes=0-1", "Sun, 06 Nov 1994 08:49:36 GMT"), "whole");
    EXPECT_EQ(range_of("bytes=0-1", "\"BA09D118-gzip\""), "whole");
    EXPECT_EQ(range_of("bytes=0-1", "\"other\""), "whole");
    EXPECT_EQ(range_of("bytes=0-1", "W/\"BA09D118\""), "whole");
    EXPECT_EQ(range_of("bytes=0-1", "Sun, 06 Nov 1994 08:49:38 GMT"), "whole");
}

TEST(Range, AHeadRequestHasNone) {
    auto request = request_with({{"Range", "bytes=0-1"}});
    request.method = http::Method::head;
    EXPECT_TRUE(std::holds_alternative<WholeBody>(choose_range(request, 100, kPhoto, kNow)));
}

}  // namespace
}  // namespace cameo::graph
