#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// What `POST /cameo/v1/photos` asks: docs/bulk.md. An extension, so the rules are ours.
namespace cameo::graph {

inline constexpr std::size_t kMostBulkIds = 1'000;

struct BulkItem {
    std::string id;             // as sent
    std::string target;         // the path of which the part is the answer
    std::string if_none_match;  // empty for none
};

// The items in the order of the ids. Fault::malformed names what is wrong.
Result<std::vector<BulkItem>> parse_bulk(std::string_view text);

}  // namespace cameo::graph
