#pragma once

#include <expected>
#include <string_view>

#include "http/handler.h"
#include "http/request.h"

namespace cameo::http {

// What `GET /path HTTP/1.1` says. The views point into the line.
struct RequestLine {
    Method method = Method::other;
    std::string_view method_text;
    std::string_view target;  // origin-form, or `*`
    int minor = 1;            // of HTTP/1.x: 0 or 1
};

// RFC 9112 section 3, strictly: single spaces, a method of at most 20 token characters (else 501),
// HTTP/1.0 or 1.1 (else 505), a target of visible ASCII without fragment. Of an absolute-form
// target the path is taken (section 3.2.2). `line` comes without its CRLF.
std::expected<RequestLine, ProtocolError> parse_request_line(std::string_view line);

}  // namespace cameo::http
