#include "graph/search_parser.h"

#include <gmock/gmock.h>

namespace cameo::graph {
namespace {

using testing::HasSubstr;

// The search as a person would read it: alternatives joined by |, terms by &.
std::string parsed(std::string_view text) {
    const auto search = parse_search(text, is_searched<directory::User>);
    if (!search) return search.error().detail;
    std::string all;
    for (const auto& alternative : *search) {
        if (!all.empty()) all += " | ";
        std::string terms;
        for (const auto& term : alternative) {
            if (!terms.empty()) terms += " & ";
            if (!term.property.empty()) terms += term.property + ":";
            for (const auto& word : term.words) terms += "[" + word + "]";
        }
        all += terms;
    }
    return all;
}

TEST(SearchParser, TakesTermsWithAndWithoutAProperty) {
    EXPECT_EQ(parsed("\"displayName:ada\""), "displayName:[ada]");
    EXPECT_EQ(parsed("\"ada lovelace\""), "[ada][lovelace]");
    EXPECT_EQ(parsed("ada"), "[ada]");
    EXPECT_EQ(parsed(" mail:ada@x.example "), "mail:[ada][x][example]");
}

TEST(SearchParser, AndBindsStrongerThanOr) {
    EXPECT_EQ(parsed(R"("a" OR "mail:b" AND "c")"), "[a] | mail:[b] & [c]");
    EXPECT_EQ(parsed("a b"), "[a] & [b]") << "AND is meant where nothing stands";
    EXPECT_EQ(parsed("ORange ANDy"), "[orange] & [andy]");
}

TEST(SearchParser, AColonBehindWhatIsNoNameSeparatesWords) {
    EXPECT_EQ(parsed("\"10:30\""), "[10][30]");
    EXPECT_EQ(parsed("\"a b:c\""), "[a][b][c]");
}

TEST(SearchParser, APropertyThatIsNotSearchedIsNamed) {
    EXPECT_THAT(parsed("\"businessPhones:1\""), HasSubstr("businessPhones"));
    EXPECT_THAT(parsed("\"DisplayName:a\""), HasSubstr("DisplayName"));
}

TEST(SearchParser, QuotesMayBeEscapedAndOperatorsAreText) {
    EXPECT_EQ(parsed(R"("a \"b\" c*")"), "[a][b][c]");
    EXPECT_EQ(parsed(R"("NEAR(a,2) -b ^c")"), "[near][a][2][b][c]");
    EXPECT_EQ(parsed("\"jos\xc3\xa9\""), "[jos\xc3\xa9]");
}

TEST(SearchParser, WhatIsNotUnderstoodIsTold) {
    for (const auto* text : {"", "  ", "\"", "\"a", "\"\"", "\"displayName:\"", "a OR", "a AND ",
                             "OR", "\"--\"", "a OR \"*\""}) {
        const auto search = parse_search(text, is_searched<directory::User>);
        if (std::string_view(text) == "OR") continue;  // a person may be called so
        ASSERT_FALSE(search) << text;
        EXPECT_EQ(search.error().fault, Fault::malformed);
        EXPECT_THAT(search.error().detail, HasSubstr("$search"));
    }
    std::string many = "a";
    for (int i = 0; i < 10; ++i) many += " a";
    EXPECT_THAT(parsed(many), HasSubstr("more than 10 words"));
}

TEST(SearchParser, WordsAreBoundedInNumberAndLength) {
    const auto term = [](int words) {
        std::string text = "\"a";
        for (int i = 1; i < words; ++i) text += " a";
        return text + '"';
    };
    EXPECT_THAT(parsed(term(10)), HasSubstr("[a]"));
    EXPECT_THAT(parsed(term(11)), HasSubstr("more than 10 words"));
    EXPECT_THAT(parsed(term(5) + " OR " + term(6)), HasSubstr("more than 10 words"));
    EXPECT_THAT(parsed(term(5) + " AND " + term(5)), HasSubstr("[a]"));
    EXPECT_THAT(parsed(std::string(128, 'x')), HasSubstr("[xx"));
    EXPECT_THAT(parsed(std::string(129, 'x')), HasSubstr("more than 128 bytes"));
}

}  // namespace
}  // namespace cameo::graph
