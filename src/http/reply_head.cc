#include "http/reply_head.h"

#include <array>
#include <charconv>
#include <utility>

namespace cameo::http {
namespace {

std::string_view reason(int status) {
    static constexpr std::array<std::pair<int, std::string_view>, 31> kReasons{{
        {200, "OK"},
        {304, "Not Modified"},
        {404, "Not Found"},
        {401, "Unauthorized"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {400, "Bad Request"},
        {403, "Forbidden"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {416, "Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {424, "Failed Dependency"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    }};
    for (const auto& [number, text] : kReasons)
        if (number == status) return text;
    return "";  // RFC 9112 section 4 allows an empty reason
}

void append_number(std::string& text, std::size_t number) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    text.append(digits.begin(), end);
}

std::string_view connection_line(ConnectionField field) {
    switch (field) {
        case ConnectionField::close:
            return "Connection: close\r\n";
        case ConnectionField::keep_alive:
            return "Connection: keep-alive\r\n";
        case ConnectionField::none:
            break;
    }
    return {};
}

std::string_view vary_line(Vary vary) {
    static constexpr std::array<std::string_view, 8> kLines{
        "",
        "Vary: Accept\r\n",
        "Vary: Authorization\r\n",
        "Vary: Accept, Authorization\r\n",
        "Vary: Origin\r\n",
        "Vary: Accept, Origin\r\n",
        "Vary: Authorization, Origin\r\n",
        "Vary: Accept, Authorization, Origin\r\n",
    };
    return kLines[(vary.accept ? 1U : 0U) | (vary.authorization ? 2U : 0U) |
                  (vary.origin ? 4U : 0U)];
}

}  // namespace

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string reply_head(const ReplyHead& reply, std::string reuse) {
    auto head = std::move(reuse);
    head.assign("HTTP/1.1 ");
    append_number(head, static_cast<std::size_t>(reply.status));
    head.append(" ").append(reason(reply.status)).append("\r\n");
    head.append(reply.date_line);
    head.append("request-id: ").append(reply.request_id).append("\r\n");
    head.append("client-request-id: ").append(reply.client_id).append("\r\n");
    if (has_body(reply.status) && reply.body_size) {
        head.append("Content-Length: ");
        append_number(head, *reply.body_size);
        head.append("\r\n");
    }
    if (reply.chunked) head.append("Transfer-Encoding: chunked\r\n");
    head.append(connection_line(reply.connection));
    head.append("X-Content-Type-Options: nosniff\r\n");
    head.append(reply.fixed_fields).append(vary_line(reply.vary));
    head.append(reply.fields).append(reply.more_fields).append("\r\n");
    return head;  // not the result of append(), a reference, which would be copied
}

}  // namespace cameo::http
