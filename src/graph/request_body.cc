#include "graph/request_body.h"

#include <fmt/format.h>

#include "http/content_coding.h"

namespace cameo::graph {

Result<std::string> read_body(const http::Request& request, std::size_t limit) {
    const auto too_large = fail(
        Fault::too_large, fmt::format("The body is larger than the limit of {} bytes.", limit));
    if (request.body_state == http::BodyState::too_large || request.body.size() > limit)
        return too_large;
    auto body = http::decode_content(request.find("content-encoding"), request.body, limit);
    if (!body && body.error().fault == Fault::too_large) return too_large;
    return body;
}

}  // namespace cameo::graph
