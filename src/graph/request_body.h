#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "http/request.h"

namespace cameo::graph {

// The body with its content coding undone. Faults: too_large over `limit` bytes (sent or inflated),
// unsupported_format for another coding than gzip, malformed for damaged gzip.
Result<std::string> read_body(const http::Request& request, std::size_t limit);

}  // namespace cameo::graph
