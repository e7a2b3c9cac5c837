#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// One HTTP request as handlers see it: no type of the network library, so that another listener
// (TLS, HTTP/2) can make it too. All views point into the session's buffer, which stands still
// until the reply has been given.
namespace cameo::http {

enum class Method : std::uint8_t { get, head, put, post, patch, del, options, other };

struct Field {
    std::string_view name;   // as sent; compare without regard to case
    std::string_view value;  // without white space at either end
};

// What became of the body.
enum class BodyState : std::uint8_t {
    none,       // the request has no body
    pending,    // it has one, not read yet: what try_fast sees
    complete,   // all of it is in `body`
    too_large,  // over ServerSettings::max_body_bytes: not kept
};

struct Request {
    Method method = Method::other;
    std::string_view method_text;
    std::string_view target;  // origin-form as sent: path and query, percent-encoded
    std::vector<Field> fields;
    BodyState body_state = BodyState::none;
    std::string_view body;    // after transfer decoding, before content decoding
    std::string_view remote;  // the client's address, without port: client_address.h
    bool secure = false;      // came over TLS, here or to a trusted proxy: forwarded_origin
    // The host that a trusted proxy was asked for, with its port; empty: the Host field has it.
    std::string_view forwarded_host;
    std::array<char, 36> id{};  // made for this request; sent back as `request-id`
    // The client's own `client-request-id` where it is 1 to 128 visible ASCII characters, else id.
    std::string_view client_id;
    // When all of it had arrived, the body too: its time runs from here, not from when it is taken
    // up.
    std::chrono::steady_clock::time_point arrived = std::chrono::steady_clock::now();

    std::string_view request_id() const { return {id.data(), id.size()}; }

    // The value of the first field of that name (any case); a view with null data() where there is
    // none, so that absent and empty differ.
    std::string_view find(std::string_view name) const;
    bool has(std::string_view name) const { return find(name).data() != nullptr; }
};

}  // namespace cameo::http
