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

// `POST /cameo/v1/photos`: many photos in one reply, streamed as multipart/mixed (RFC 2046); each
// part is the reply to a GET of that photo (docs/bulk.md). REQUIRES: the body has arrived and the
// token is valid. The service must outlive the stream.
HandlerResult post_bulk(const RequestContext& context);

// The request of `POST /cameo/v1/photos`: docs/bulk.md. An extension of Cameo.
inline constexpr std::size_t kMaxBulkIds = 1'000;

struct BulkItem {
    std::string id;             // as sent
    std::string target;         // the path that the part replies to
    std::string if_none_match;  // empty for none
};

// The items in the order of the ids. Fault::malformed says what is wrong.
Result<std::vector<BulkItem>> parse_bulk(std::string_view text);

}  // namespace cameo::graph
