#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/reply.h"

namespace cameo::http {

enum class ConnectionField : std::uint8_t { none, close, keep_alive };

// What the session knows about an answer, beside the handler's own fields.
struct ReplyFacts {
    int status = 200;
    std::string_view date_line;  // from DateCache
    std::string_view request_id;
    std::string_view client_id;
    // Of the representation, also where HEAD leaves it out; nullopt where it is not known yet.
    std::optional<std::size_t> body_size = 0;
    bool chunked = false;  // the body of unknown size comes in chunks, else it ends the connection
    ConnectionField connection = ConnectionField::none;
    std::string_view fields;  // each line with its CRLF
    std::string_view more_fields;
    std::string_view fixed_fields;  // of every answer of the connection
    Vary vary;
};

// Whether an answer of this status has a body and a length (RFC 9110 sections 6.4.1 and 8.6).
bool has_body(int status);

// The head of an answer with its blank line. `recycled` lends its room.
std::string reply_head(const ReplyFacts& facts, std::string recycled = {});

}  // namespace cameo::http
