#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/request_context.h"
#include "http/reply.h"
#include "http/request.h"

namespace cameo::graph {

// Whether the target is `/cameo/v1/photos`, which lies beside Graph's own paths.
bool is_bulk(std::string_view target);

// `POST /cameo/v1/photos`: many photos in one answer, streamed as multipart/mixed (RFC 2046), each
// part being what a GET of that photo answers (docs/bulk.md). The request has its body and a good
// token. The service is borrowed until the stream has ended.
HandlerResult post_bulk(const RequestContext& context);

// What `POST /cameo/v1/photos` asks: docs/bulk.md. An extension, so the rules are ours.
inline constexpr std::size_t kMostBulkIds = 1'000;

struct BulkItem {
    std::string id;             // as sent
    std::string target;         // the path of which the part is the answer
    std::string if_none_match;  // empty for none
};

// The items in the order of the ids. Fault::malformed names what is wrong.
Result<std::vector<BulkItem>> parse_bulk(std::string_view text);

}  // namespace cameo::graph
