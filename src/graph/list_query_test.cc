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
    return list_query(*options, filter_type<User>, is_searched<User>);
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

TEST(ListQuery, ASkipTokenComesBackAsItWent) {
    const directory::Cursor cursor{.display_name = "\xc3\x84 'quoted' & so on", .id = "1=/+"};
    const auto query = query_of("$skiptoken=" + skip_token(cursor));
    ASSERT_TRUE(query && query->after);
    EXPECT_EQ(query->after->display_name, cursor.display_name);
    EXPECT_EQ(query->after->id, cursor.id);
}

TEST(ListQuery, WhatCannotBeIsRefusedByName) {
    for (const auto* text :
         {"$top=0", "$top=1000", "$top=-1", "$top=x", "$top=", "$skip=-1", "$skip=1e3",
          "$count=maybe", "$orderby=mail", "$orderby=displayName up",
          "$orderby=", "$orderby=displayName asc desc", "$skiptoken=", "$skiptoken=x",
          "$skiptoken=YWJj", "$filter=x", "$search=", "$expand=photo"}) {
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
    const Seen seen{kUserKind, extent};
    if (auto may = check_order(*options, seen); !may) return std::unexpected(may.error());
    auto query = list_query(*options, filter_type<User>, is_searched<User>);
    if (!query) return query;
    if (auto may = keep_within(*query, seen, is_searched<User>); !may)
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

}  // namespace
}  // namespace cameo::graph
