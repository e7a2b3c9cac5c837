#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/handler.h"
#include "http/request.h"

namespace cameo::http {

// How long the body is.
struct BodyFraming {
    bool chunked = false;
    std::uint64_t length = 0;  // where not chunked

    bool has_body() const { return chunked || length > 0; }
};

// Gathers what the fields of one head say about the connection and the body, and refuses whatever
// two parsers could read differently (RFC 9112 sections 6 and 11.2).
class Framing {
  public:
    // Takes the next field; a refusal where it may not stand.
    std::optional<ProtocolError> take(const Field& field);

    // Judges the whole, for HTTP/1.`minor`.
    std::optional<ProtocolError> judge(int minor) const;

    BodyFraming body() const { return {chunked_, length_.value_or(0)}; }
    bool keep_alive(int minor) const { return !close_ && (minor == 1 || keep_alive_); }
    bool expects_continue() const { return expects_continue_; }
    // The client's own id where it can be sent back, else empty.
    std::string_view client_id() const { return client_id_; }

  private:
    std::optional<ProtocolError> take_length(std::string_view value);
    std::optional<ProtocolError> take_coding(std::string_view value);
    std::optional<ProtocolError> take_host(std::string_view value);
    void take_connection(std::string_view value);
    void take_client_id(std::string_view value);

    std::optional<std::uint64_t> length_;
    bool coded_ = false;
    bool chunked_ = false;
    bool has_host_ = false;
    bool close_ = false;
    bool keep_alive_ = false;
    bool expects_continue_ = false;
    bool expects_other_ = false;
    std::string_view client_id_;
};

}  // namespace cameo::http
