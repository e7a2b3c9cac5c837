#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

// One HTTP request as handlers get it. It has no type of the network library, so that a connection
// of another protocol (HTTP/2) can also make it. All views point into memory of the connection that
// stays valid and unchanged until the reply is returned.
namespace cameo::http {

enum class Method : std::uint8_t { get, head, put, post, patch, del, options, other };

// One header field.
struct Field {
    std::string_view name;   // as sent; compare without regard to case
    std::string_view value;  // without white space at either end
};

enum class BodyState : std::uint8_t {
    none,       // the request has no body
    pending,    // the body is not read yet: the state in Handler::start
    complete,   // the whole body is in `body`
    too_large,  // over the limit of the server or of the continuation: not kept
};

struct Request {
    Method method = Method::other;
    std::string_view method_text;
    std::string_view target;  // origin-form as sent: path and query, percent-encoded
    std::vector<Field> fields;
    BodyState body_state = BodyState::none;
    std::string_view body;    // after transfer decoding, before content decoding
    bool forwarded = false;   // has a field of proxies: Forwarded, X-Forwarded-For, -Proto, -Host
    std::string_view remote;  // the client's address, without port: client_address.h
    bool secure = false;      // over TLS, to this server or to a trusted proxy: forwarded_origin
    // The host, with its port, of the client's request to a trusted proxy; empty: use the Host
    // field.
    std::string_view forwarded_host;
    std::array<char, 36> id{};  // made for this request; sent back as `request-id`
    // The client's own `client-request-id` if it is 1 to 128 visible ASCII characters, else id.
    std::string_view client_id;
    // When the whole request, the body included, had arrived. Deadlines count from here, not from
    // the start of the work.
    std::chrono::steady_clock::time_point arrived = std::chrono::steady_clock::now();

    std::string_view request_id() const { return {id.data(), id.size()}; }

    // The value of the first field of that name (any case). If there is none: a view with null
    // data(), so that an absent and an empty field differ.
    std::string_view find(std::string_view name) const {
        for (const auto& field : fields)
            if (equals_ignoring_case(field.name, name)) return field.value;
        return {};
    }
    bool has(std::string_view name) const { return find(name).data() != nullptr; }
};

}  // namespace cameo::http
