#include "graph/request_context.h"

#include <fmt/format.h>

#include <string_view>

#include "base/text.h"
#include "graph/odata.h"
#include "http/content_coding.h"

namespace cameo::graph {
namespace {

// A chunked body over the limit is not read to its end, so its size is known only if it was
// declared.
Error too_large(const http::Request& request, std::size_t limit) {
    const auto declared = request.find("content-length");
    if (declared.empty())
        return {Fault::too_large,
                fmt::format("The body is larger than the limit of {} bytes.", limit)};
    return {Fault::too_large,
            fmt::format("The body has {} bytes; the limit is {} bytes.", declared, limit)};
}

}  // namespace

std::string RequestContext::origin() const {
    if (!settings.public_url.empty()) return settings.public_url;
    const auto host =
        request.forwarded_host.empty() ? request.find("host") : request.forwarded_host;
    return fmt::format("{}://{}", request.secure ? "https" : "http", host);
}

std::string RequestContext::base_url() const {
    return fmt::format("{}/{}", origin(), target.version());
}

std::string RequestContext::link(std::initializer_list<std::string_view> without,
                                 std::string_view option) const {
    auto query = without_options(target.query(), without);
    if (!query.empty() && !option.empty()) query += '&';
    query += option;
    return fmt::format("{}/{}{}{}", base_url(), target.path(), query.empty() ? "" : "?", query);
}

Result<std::optional<std::string_view>> single_field(const http::Request& request,
                                                     std::string_view name) {
    std::optional<std::string_view> found;
    for (const auto& field : request.fields) {
        if (!equals_ignoring_case(field.name, name)) continue;
        if (found)
            return fail(Fault::malformed,
                        fmt::format("The request has more than one header {}.", name));
        found = field.value;
    }
    return found;
}

Result<RequestBody> read_body(const http::Request& request, std::size_t limit) {
    if (request.body_state == http::BodyState::too_large || request.body.size() > limit)
        return std::unexpected(too_large(request, limit));
    const auto coding = request.find("content-encoding");
    if (http::is_identity(coding)) return RequestBody(request.body);
    auto body = http::decode_content(coding, request.body, limit);
    if (!body && body.error().fault == Fault::too_large)
        return fail(Fault::too_large,
                    fmt::format("The body inflates to more than the limit of {} bytes.", limit));
    if (!body) return std::unexpected(std::move(body.error()));
    return RequestBody(std::move(*body));
}

}  // namespace cameo::graph
