#include "graph/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <utility>

#include "base/base64.h"
#include "base/bytes.h"
#include "base/text.h"
#include "graph/batch_run.h"
#include "graph/errors.h"
#include "graph/request_body.h"
#include "graph/service.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;

// The item as a request of its own, with the outer one's token, host and ids. Borrows from both.
http::Request request_of(const BatchItem& item, const http::Request& outer) {
    http::Request request{
        .method = item.method,
        .method_text = item.method_text,
        .target = item.target,
        .body_state = item.body.empty() ? http::BodyState::none : http::BodyState::complete,
        .body = item.body,
        .remote = outer.remote,
        .secure = outer.secure,
        .forwarded_host = outer.forwarded_host,
        .id = outer.id,
        .client_id = outer.client_id,
        .arrived = outer.arrived};
    for (const auto& field : outer.fields)
        if (equals_ignoring_case(field.name, "authorization") ||
            equals_ignoring_case(field.name, "host"))
            request.fields.push_back(field);
    for (const auto& [name, value] : item.headers) request.fields.push_back({name, value});
    return request;
}

http::Reply answer_item(const Call& call, const BatchItem& item, bool dependency_failed) {
    const auto refused = [&](int status, std::string_view code, std::string_view message) {
        return error_reply(call.request, call.clock.now(), status, code, message,
                           "Cache-Control: no-store\r\n");
    };
    if (item.refusal) return refused(400, "BadRequest", item.refusal->detail);
    if (dependency_failed)
        return refused(424, "FailedDependency", "An item on which this one depends has failed.");
    return call.service.answer_item(request_of(item, call.request));
}

void append_text(std::string& out, std::string_view text) {
    out += json::serialize(json::string(text));
}

// `{"Content-Type":"image/jpeg","ETag":"..."}`, of header lines.
std::string headers_object(std::string_view lines) {
    std::string out = "{";
    while (!lines.empty()) {
        const auto end = std::min(lines.find("\r\n"), lines.size());
        const auto line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 2, lines.size()));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        if (out.size() > 1) out += ',';
        append_text(out, line.substr(0, colon));
        out += ':';
        append_text(out, trim(line.substr(colon + 1)));
    }
    return out + '}';
}

// JSON as it is, texts as JSON strings, pictures as base64.
void append_body(std::string& out, const http::Reply& reply) {
    const auto body = reply.body.view();
    const auto fields = reply.fields.view();
    if (fields.find("Content-Type: application/json") != std::string_view::npos)
        out += body;
    else if (fields.find("Content-Type: text/") != std::string_view::npos ||
             fields.find("Content-Type: application/xml") != std::string_view::npos)
        append_text(out, body);
    else
        out.append(1, '"').append(to_base64(as_bytes(body))).append(1, '"');
}

std::string response_object(const std::string& id, const http::Reply& reply) {
    std::string out = R"({"id":)";
    append_text(out, id);
    out += fmt::format(R"(,"status":{},"headers":{})", reply.status,
                       headers_object(reply.fields.view()));
    if (!reply.body.view().empty()) {
        out += R"(,"body":)";
        append_body(out, reply);
    }
    return out + '}';
}

// The whole answer lies in memory until the client has read it. Only pictures and lists are large;
// the answer to a change is small, and is always told.
constexpr std::size_t kMostAnswerBytes = 16 << 20;
constexpr std::size_t kSmallBytes = 64 << 10;

bool fits(std::size_t so_far, const http::Reply& reply) {
    const auto bytes = reply.body.view().size() / 3 * 4;  // as base64
    return bytes <= kSmallBytes || so_far + bytes <= kMostAnswerBytes;
}

http::Reply too_much(const Call& call) {
    return call.service.refuse(
        call.request, 503, "The batch's answer would be too large. Ask for this item by itself.");
}

}  // namespace

Result<http::Reply> post_batch(const Call& call) {
    if (auto work = call.on_the_work_lane(); !work) return std::unexpected(work.error());
    // As long as the largest upload may be: an item may hold a picture.
    const auto text = read_body(call.request, call.settings.upload_bytes);
    if (!text) return std::unexpected(text.error());
    auto items = parse_batch(*text, call.target.version());
    if (!items) return std::unexpected(std::move(items.error()));
    std::vector<std::string> ids;
    for (const auto& item : *items) ids.push_back(item.id);
    const auto replies = run_batch(
        *std::move(items),
        [&call](const BatchItem& item, bool failed) {
            try {
                return answer_item(call, item, failed);
            } catch (...) {
                return call.service.answer_exception(call.request);
            }
        },
        call.service.batch_helpers());
    std::string body = R"({"responses":[)";
    for (std::size_t i = 0; i < replies.size(); ++i) {
        if (i > 0) body += ',';
        body +=
            response_object(ids[i], fits(body.size(), replies[i]) ? replies[i] : too_much(call));
    }
    body += "]}";
    return http::Reply{.status = 200,
                       .fields = "Cache-Control: no-store\r\nContent-Type: application/json\r\n",
                       .body = std::move(body)};
}

}  // namespace cameo::graph
