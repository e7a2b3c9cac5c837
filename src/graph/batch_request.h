#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/request.h"

// The requests of a `POST /$batch`: docs/http.md, "$batch".
namespace cameo::graph {

inline constexpr std::size_t kMaxBatchItems = 20;

struct BatchItem {
    std::string id;
    http::Method method = http::Method::other;
    std::string method_text;
    std::string target;                                        // `/v1.0/...`
    std::vector<std::pair<std::string, std::string>> headers;  // without those of the outer request
    std::string body;  // as a client would send it: JSON, or the bytes of a picture
    std::vector<std::size_t> depends_on;  // indexes of other items in the batch
    std::optional<Error> refusal;         // why this item cannot be run
};

// The items in the order sent. A relative url without a version gets `version` as its prefix.
// Fault::malformed for what makes the whole batch a 400: invalid JSON, no array of requests, too
// many items, a missing or repeated id (letter case does not count), a dependsOn with an unknown
// item or a cycle.
Result<std::vector<BatchItem>> parse_batch(std::string_view text, std::string_view version);

}  // namespace cameo::graph
