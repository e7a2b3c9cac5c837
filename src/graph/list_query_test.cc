#include "graph/list_query.h"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

namespace cameo::graph {
namespace {

using directory::User;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

Result<directory::Query> query_of(std::string_view text) {
    const auto options = parse_options(text, {}, OptionSet::list_with_skip);
    if (!options) return std::unexpected(options.error());
    return list_query(*options, kUserSchema, filter_property<User>, searched_name<User>);
}

TEST(ListQuery, WithoutOptionsTheFirstHundredAreMeant) {
    const auto query = query_of("");
    ASSERT_TRUE(query);
    EXPECT_EQ(query->top, 100U);
    EXPECT_EQ(query->skip, 0U);
    EXPECT_FALSE(query->filter || query->search || query->after || query->count ||
                 query->descending);
}

TEST(ListQuery, TakesEveryOption) {
    const auto query = query_of(
        "$top=5&$skip=7&$count=true&$orderby=displayName+desc&$search=%22ada%22&"
        "$filter=mail%20eq%20'a'");
    ASSERT_TRUE(query) << query.error().detail;
    EXPECT_EQ(query->top, 5U);
    EXPECT_EQ(query->skip, 7U);
    EXPECT_TRUE(query->count && query->descending && query->search && query->filter);
}

TEST(ListQuery, AnEmptyOptionIsAsAbsent) {
    const auto query =
        query_of("$filter=&$search=&$orderby=+&$top=&$skip=&$skiptoken=&$count=&$select=&$format=");
    ASSERT_TRUE(query) << query.error().detail;
    EXPECT_FALSE(query->filter || query->search || query->after || query->count);
    EXPECT_EQ(query->top, 100U);
}

TEST(ListQuery, OptionsNeedNoDollarSignAndNamesAnyLetterCase) {
    const auto query = query_of("Filter=DISPLAYNAME%20eq%20'a'&top=5&orderBy=GivenName%20DESC");
    ASSERT_TRUE(query) << query.error().detail;
    EXPECT_EQ(query->filter->property, "displayName");
    EXPECT_EQ(query->top, 5U);
    EXPECT_EQ(query->order_by, "givenName");
    EXPECT_TRUE(query->descending);
    EXPECT_FALSE(query_of("$top=5&top=6")) << "one option twice";
}

TEST(ListQuery, OrdersByTheListedPropertiesOnly) {
    for (const auto* name :
         {"userPrincipalName", "mail", "givenName", "surname", "createdDateTime"})
        EXPECT_EQ(query_of(std::string("$orderby=") + name)->order_by, name);
    const auto unsupported = query_of("$orderby=jobTitle");
    ASSERT_FALSE(unsupported);
    EXPECT_EQ(unsupported.error().fault, Fault::unsupported_query);
}

TEST(ListQuery, CountsOnTheFirstPageOnly) {
    EXPECT_TRUE(query_of("$count=true")->count);
    EXPECT_FALSE(
        query_of("$count=true&$skiptoken=" + skip_token({.value = "a", .id = "1"}))->count);
}

TEST(ListQuery, ASkipTokenComesBackAsItWent) {
    const directory::Cursor cursor{.value = "\xc3\x84 'quoted' & so on", .id = "1=/+"};
    const auto query = query_of("$skiptoken=" + skip_token(cursor));
    ASSERT_TRUE(query && query->after);
    EXPECT_EQ(query->after->value, cursor.value);
    EXPECT_EQ(query->after->id, cursor.id);
}

TEST(ListQuery, WhatCannotBeIsRefusedByName) {
    for (const auto* text :
         {"$top=0", "$top=1000", "$top=-1", "$top=x", "$skip=-1", "$skip=1e3", "$count=maybe",
          "$orderby=shoeSize", "$orderby=displayName up", "$orderby=displayName asc desc",
          "$skiptoken=x", "$skiptoken=YWJj", "$filter=x", "$expand=photo"}) {
        const auto query = query_of(text);
        ASSERT_FALSE(query) << text;
        EXPECT_EQ(query.error().fault, Fault::malformed);
        const std::string_view name = std::string_view(text).substr(0, std::string(text).find('='));
        EXPECT_THAT(query.error().detail, HasSubstr(std::string(name)));
    }
}

// What a caller of the extent gets for the options: the fault of a refusal, or the query.
Result<directory::Query> query_within(Extent extent, std::string_view text) {
    const auto options = parse_options(text, {}, OptionSet::list);
    if (!options) return std::unexpected(options.error());
    const Seen seen{kUserSchema, extent};
    if (auto may = check_order(*options, seen); !may) return std::unexpected(may.error());
    auto query = list_query(*options, kUserSchema, filter_property<User>, searched_name<User>);
    if (!query) return query;
    if (auto may = restrict_to_visible(*query, seen, searched_name<User>); !may)
        return std::unexpected(may.error());
    return query;
}

TEST(ListQuery, WhatIsNotSeenCannotBeAskedBy) {
    const std::vector<std::string> by_job{
        "$filter=jobTitle eq 'x'",          "$filter=not (mail eq 'x' and jobTitle ne null)",
        "$filter=accountEnabled eq true",   "$orderby=jobTitle",
        "$orderby=department desc",         "$search=%22jobTitle:x%22",
        "$search=a OR %22mailNickname:x%22"};
    const std::vector<std::string> by_name{"$filter=startsWith(displayName,'x')",
                                           "$filter=mail in ('x')", "$orderby=displayName",
                                           "$search=x", "$search=%22mail:x%22"};
    const auto fault = [](Extent extent, const std::string& text) {
        const auto query = query_within(extent, text);
        return query ? std::optional<Fault>() : query.error().fault;
    };
    for (const auto& text : by_job) {
        EXPECT_NE(fault(Extent::whole, text), Fault::denied) << text;
        EXPECT_EQ(fault(Extent::basic, text), Fault::denied) << text;
        EXPECT_EQ(fault(Extent::id, text), Fault::denied) << text;
    }
    for (const auto& text : by_name) {
        EXPECT_EQ(fault(Extent::basic, text), std::nullopt) << text;
        EXPECT_EQ(fault(Extent::id, text), Fault::denied) << text;
    }
    EXPECT_EQ(fault(Extent::id, "$filter=id eq 'x'"), std::nullopt);
    EXPECT_EQ(fault(Extent::id, "$filter=nonsense eq 'x'"), Fault::malformed);
    EXPECT_EQ(fault(Extent::id, "$orderby=nonsense"), Fault::malformed);
}

TEST(ListQuery, ASearchAndAnOrderStayWithinWhatIsSeen) {
    const auto whole = query_within(Extent::whole, "$search=x");
    ASSERT_TRUE(whole);
    EXPECT_TRUE((*whole->search)[0][0].among.empty());
    const auto basic = query_within(Extent::basic, "$search=x");
    ASSERT_TRUE(basic);
    EXPECT_THAT(
        (*basic->search)[0][0].among,
        UnorderedElementsAre("displayName", "givenName", "mail", "surname", "userPrincipalName"));
    EXPECT_FALSE(whole->by_id || basic->by_id);
    EXPECT_TRUE(query_within(Extent::id, "")->by_id);
}

using testing::HasSubstr;

// The search as a person would read it: alternatives joined by |, terms by &.
std::string parsed(std::string_view text) {
    const auto search = parse_search(text, searched_name<directory::User>);
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
    EXPECT_EQ(parsed("\"DisplayName:a\""), "displayName:[a]") << "in any letter case";
}

TEST(SearchParser, QuotesMayBeEscapedAndOperatorsAreText) {
    EXPECT_EQ(parsed(R"("a \"b\" c*")"), "[a][b][c]");
    EXPECT_EQ(parsed(R"("NEAR(a,2) -b ^c")"), "[near][a][2][b][c]");
    EXPECT_EQ(parsed("\"jos\xc3\xa9\""), "[jos\xc3\xa9]");
}

TEST(SearchParser, WhatIsNotUnderstoodIsTold) {
    for (const auto* text : {"", "  ", "\"", "\"a", "\"\"", "\"displayName:\"", "a OR", "a AND ",
                             "OR", "\"--\"", "a OR \"*\""}) {
        const auto search = parse_search(text, searched_name<directory::User>);
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

TEST(ListQuery, NoSearchAndNoOrderByAKeptProperty) {
    for (const auto* text :
         {"$search=%22city:oslo%22", "$search=%22ada%22%20OR%20%22CITY:x%22",
          "$search=%22employeeId:a%22", "$orderby=city", "$orderby=employeeId"}) {
        const auto query = query_of(text);
        ASSERT_FALSE(query) << text;
        EXPECT_EQ(query.error().fault, Fault::unsupported_query) << text;
    }
}

}  // namespace

}  // namespace cameo::graph
