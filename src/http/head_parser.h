#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/body_reader.h"
#include "http/handler.h"
#include "http/request.h"

namespace cameo::http {

struct HeadLimits {
    std::size_t max_bytes = 32'768;
    std::size_t max_fields = 100;
};

// A request head, as far as it was read.
struct Head {
    enum class State : std::uint8_t { incomplete, complete, invalid };

    State state = State::incomplete;
    std::size_t length = 0;  // bytes of the head with its blank line, if complete
    ProtocolError error;     // if invalid: the connection cannot be kept
    // Method, target and fields; client_id is empty if the client sent no usable one.
    // Incomplete if the head is invalid. The views point into the parsed bytes.
    Request request;
    BodyFraming body;
    bool is_http10 = false;
    bool keep_alive = false;
};

// Parses the head at the start of `bytes`, strictly (RFC 9112 sections 2 to 6; docs/http-server.md
// has the list of errors). An ambiguous request is invalid and never repaired, because a
// proxy before this server may parse it differently. Skips empty lines before the request line.
// Pure; linear in `bytes`. Uses the memory of the fields of `reuse`.
Head parse_head(std::string_view bytes, const HeadLimits& limits, Request reuse = {});

}  // namespace cameo::http
