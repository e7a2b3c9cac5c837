#include "graph/list_query.h"

#include <gmock/gmock.h>

namespace cameo::graph {
namespace {

using directory::User;
using testing::HasSubstr;

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

}  // namespace
}  // namespace cameo::graph
