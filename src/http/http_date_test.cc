#include "http/http_date.h"

#include <gtest/gtest.h>

namespace cameo::http {
namespace {

using std::chrono::sys_seconds;

constexpr sys_seconds kExample{std::chrono::seconds(784'111'777)};
constexpr sys_seconds kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 30);

std::optional<sys_seconds> parse(std::string_view text) { return parse_http_date(text, kNow); }

TEST(HttpDate, HasTheFormOfTheRfc) {
    EXPECT_EQ(http_date(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(HttpDate, AllThreeFormsAreRead) {
    for (const auto* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                             "Sun Nov  6 08:49:37 1994"})
        EXPECT_EQ(parse(text), kExample) << text;
    EXPECT_EQ(parse("Wed Nov 16 08:49:37 1994"), kExample + std::chrono::days(10));
}

TEST(HttpDate, WhatIsWrittenIsRead) {
    for (const std::time_t time : {std::time_t{0}, std::time_t{951'782'400},
                                   std::time_t{-62'135'596'801}, std::time_t{253'402'300'799}})
        EXPECT_EQ(parse(http_date(time)), sys_seconds(std::chrono::seconds(time))) << time;
}

TEST(HttpDate, ATwoDigitYearIsAtMostFiftyYearsAhead) {
    const auto year_of = [](std::string_view text) {
        const std::chrono::year_month_day date{
            std::chrono::floor<std::chrono::days>(parse(text).value())};
        return static_cast<int>(date.year());
    };
    EXPECT_EQ(year_of("Monday, 30-Nov-26 00:00:00 GMT"), 2026);
    EXPECT_EQ(year_of("Monday, 30-Nov-75 00:00:00 GMT"), 2075);
    EXPECT_EQ(year_of("Monday, 30-Nov-77 00:00:00 GMT"), 1977);
    EXPECT_EQ(year_of("Friday, 31-Dec-99 00:00:00 GMT"), 1999);
    // 2000 has a 29 February; 1900 and 2100 have none.
    EXPECT_EQ(year_of("Tuesday, 29-Feb-00 00:00:00 GMT"), 2000);
}

TEST(HttpDate, ALeapSecondIsTheSecondBeforeIt) {
    EXPECT_EQ(parse("Sat, 31 Dec 2016 23:59:60 GMT"), parse("Sat, 31 Dec 2016 23:59:59 GMT"));
}

TEST(HttpDate, AnythingElseIsNoDate) {
    for (const auto* text : {"",
                             "0",
                             "784111777",
                             "1994-11-06T08:49:37Z",
                             "Sun, 06 Nov 1994 08:49:37",
                             "Sun, 06 Nov 1994 08:49:37 UTC",
                             "Sun, 06 Nov 1994 08:49:37 +0000",
                             "Sun, 6 Nov 1994 08:49:37 GMT",
                             "Sun, 06 Nov 94 08:49:37 GMT",
                             "sun, 06 nov 1994 08:49:37 gmt",
                             "Sun, 31 Nov 1994 08:49:37 GMT",
                             "Sun, 00 Nov 1994 08:49:37 GMT",
                             "Sun, 06 Nov 1994 24:00:00 GMT",
                             "Sun, 06 Nov 1994 08:60:00 GMT",
                             "Sun, 06 Nov 1994 08:49:61 GMT",
                             "Sun, 29 Feb 1900 00:00:00 GMT",
                             "Sun, 06 Nov 1994 08:49:37 GMT ",
                             " Sun, 06 Nov 1994 08:49:37 GMT",
                             "Sunday, 06-Nov-1994 08:49:37 GMT",
                             "Sunday, 31-Nov-94 08:49:37 GMT",
                             "Sun, 06-Nov-94 08:49:37 GMT",
                             "Sun Nov 6 08:49:37 1994",
                             "Sun Nov  6 08:49:37 1994 GMT",
                             "Xyz Nov  6 08:49:37 1994",
                             "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT"})
        EXPECT_FALSE(parse(text)) << text;
}

}  // namespace
}  // namespace cameo::http
