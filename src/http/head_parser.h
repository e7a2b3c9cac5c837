#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/framing.h"
#include "http/handler.h"
#include "http/request.h"

namespace cameo::http {

struct HeadLimits {
    std::size_t max_bytes = 32'768;
    std::size_t max_fields = 100;
};

// A request head, as far as it has been read.
struct Head {
    enum class State : std::uint8_t { incomplete, complete, refused };

    State state = State::incomplete;
    std::size_t length = 0;  // bytes of the head with its blank line, where complete
    ProtocolError refusal;   // where refused: the connection cannot be kept
    // Method, target and fields; client_id is empty where the client sent no usable one. A refused
    // head may leave it half filled. The views point into the parsed bytes.
    Request request;
    BodyFraming body;
    bool old_version = false;  // HTTP/1.0
    bool keep_alive = false;
    bool expects_continue = false;
};

// Parses the head at the start of `bytes`, strictly (RFC 9112 sections 2 to 6; docs/http-server.md
// lists what is refused): what is not clearly a request is refused, never repaired, because a proxy
// before us may read it differently. Empty lines before the request line are skipped. Pure; linear
// in `bytes`. `recycled` lends the room of its fields.
Head parse_head(std::string_view bytes, const HeadLimits& limits, Request recycled = {});

}  // namespace cameo::http
