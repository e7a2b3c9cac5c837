#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

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

// HTTP/1.1 over a Unix socket, by libcurl. Connections are kept open for later requests.
// Thread-safe: each call that is under way has a connection of its own.
class UnixClient {
  public:
    // `socket` may be longer than the 107 bytes of a socket address. Its folder is opened here, so
    // a socket that is replaced later is found.
    explicit UnixClient(const std::filesystem::path& socket);
    ~UnixClient();
    UnixClient(const UnixClient&) = delete;
    UnixClient& operator=(const UnixClient&) = delete;

    // Any status is a response. Fault::busy where no process accepts the connection;
    // Fault::malformed where the other end does not use HTTP/1; Fault::internal where the
    // connection ends before the response. The detail has the reason, for the operator.
    Result<UnixResponse> send(const UnixRequest& request);

  private:
    struct Pool;
    std::unique_ptr<Pool> pool_;
};

}  // namespace cameo::fetch
