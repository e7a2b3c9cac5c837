#pragma once

#include <string_view>

#include "base/result.h"
#include "graph/settings.h"
#include "http/reply.h"
#include "http/request.h"

namespace cameo::graph {

class Service;

// Whether the target is `/cameo/v1/photos`, which lies beside Graph's own paths.
bool is_bulk(std::string_view target);

// `POST /cameo/v1/photos`: many photos in one answer, streamed as multipart/mixed (RFC 2046), each
// part being what a GET of that photo answers (docs/bulk.md). The request has its body and a good
// token. The service is borrowed until the stream has ended.
Result<http::Reply> post_bulk(const http::Request& request, Service& service,
                              const Settings& settings);

}  // namespace cameo::graph
