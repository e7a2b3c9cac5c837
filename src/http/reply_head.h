#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/reply.h"

namespace cameo::http {

enum class ConnectionField : std::uint8_t { none, close, keep_alive };

// The parts of the head of one reply. Borrowed only during the call of reply_head().
struct ReplyHead {
    int status = 200;
    std::string_view date_line;  // from DateCache
    std::string_view request_id;
    std::string_view client_id;
    // Bytes of the representation, also for HEAD, which sends none; nullopt if it is not known.
    std::optional<std::size_t> body_size = 0;
    bool chunked = false;  // a body of unknown size is sent in chunks, else it ends the connection
    ConnectionField connection = ConnectionField::none;
    std::string_view fields;  // the handler's, each line with its CRLF
    std::string_view more_fields;
    std::string_view fixed_fields;  // ServerSettings: of every reply of the connection
    Vary vary;
};

// Whether a reply of this status has a body and a length (RFC 9110 sections 6.4.1 and 8.6). Pure.
bool has_body(int status);

// The head with its blank line. Uses the memory of `reuse`. Pure.
std::string reply_head(const ReplyHead& reply, std::string reuse = {});

}  // namespace cameo::http
