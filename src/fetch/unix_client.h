#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace cameo::fetch {

struct UnixRequest {
    std::string method;  // GET, PUT, ...
    std::string target;  // path and query, percent-encoded
    std::string field;   // a header line, without its CRLF; empty for none
    ByteView body = {};  // sent with PUT and POST
    std::chrono::milliseconds timeout = std::chrono::minutes(5);  // of the whole call
};

struct UnixResponse {
    int status = 0;
    std::string body;
};

struct UnixError {
    enum class Kind {
        nothing_listens,  // there is no socket, or no process listens on it
        not_connected,    // for another reason
        closed,           // a new connection, before the first byte of the response
        timed_out,
        not_http,  // the other end does not use HTTP/1
        broken,    // anything else
    };
    Kind kind = Kind::broken;
    std::string detail;  // the reason, for the operator
};

// HTTP/1.1 over a Unix socket, by libcurl. Connections are kept open for later requests.
// Thread-safe: each concurrent call uses its own connection.
class UnixClient {
  public:
    // `socket` may be longer than the 107 bytes of a socket address. Its folder is opened here, so
    // a socket that is replaced later is found.
    explicit UnixClient(const std::filesystem::path& socket);
    ~UnixClient();
    UnixClient(const UnixClient&) = delete;
    UnixClient& operator=(const UnixClient&) = delete;

    // Any status is a response.
    std::expected<UnixResponse, UnixError> send(const UnixRequest& request);

  private:
    struct Pool;
    std::unique_ptr<Pool> pool_;
};

}  // namespace cameo::fetch
