// $filter, $search and $skiptoken: no input may crash the parsers or
// become a query without bounds.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "graph/list_query.h"

using namespace cameo;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const graph::Options all[] = {
        {.filter = text}, {.search = text}, {.orderby = text}, {.skiptoken = text}};
    for (const auto& options : all) {
        const auto query =
            graph::list_query(options, graph::kUserSchema, graph::filter_property<directory::User>,
                              graph::searched_name<directory::User>);
        if (!query && query.error().detail.empty()) abort();
        if (query && query->search)
            for (const auto& alternative : *query->search)
                for (const auto& term : alternative)
                    if (term.words.empty()) abort();
    }
    const auto filter = graph::parse_filter(text, graph::filter_property<directory::User>,
                                            {.type = "user", .double_quotes = true});
    if (!filter && filter.error().detail.empty()) abort();
    return 0;
}
