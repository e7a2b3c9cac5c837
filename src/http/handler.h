#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "base/work_pool.h"
#include "http/reply.h"
#include "http/request.h"

namespace cameo::http {

// An error of the server itself, before or instead of the handler.
struct ProtocolError {
    int status = 400;         // 400, 408, 414, 417, 431, 500, 501, 503, 505
    std::string_view reason;  // a sentence for the client
    std::string_view detail;  // only for the log: the handler's exception; usually empty
};

// The second step of a request which start() could not answer from memory.
struct Continuation {
    WorkPool& pool;      // runs `run`; outlives the server
    std::string caller;  // the pool shares its threads fairly among callers; may be empty

    // Returns the reply; may block. Runs once, or never: if the body does not arrive, or the pool
    // is full. The body of the request is then complete, or too_large. The request outlives `run`.
    std::move_only_function<Reply()> run;

    // Where the pieces of the reply's body source are made; null for `pool`.
    WorkPool* body_pool = nullptr;

    // Of the request's body; 0 for ServerSettings::max_body_bytes.
    std::size_t max_body_bytes = 0;
};

using StartResult = std::variant<Reply, Continuation>;

// A request after its reply was sent or failed, for the access log and the metrics.
struct FinishedRequest {
    std::string_view method;
    std::string_view target;
    int status = 0;
    std::size_t body_bytes = 0;           // sent, without the head
    std::chrono::nanoseconds duration{};  // from the complete head to the written reply
    bool fast = false;                    // answered by start(), on the I/O thread
    std::string_view request_id;
    std::string_view remote;
    bool forwarded = false;  // Request::forwarded
};

// The application that a server serves. All functions are called from several threads at once.
class Handler {
  public:
    virtual ~Handler() = default;

    // Answers from memory, or says where the rest of the work runs. Called on the I/O thread once
    // the head is read, and must not block. A body, if any, is `pending`: with a reply it is not
    // read, with a continuation it is read before `run`. A body source of the reply is for
    // continuations only: its pieces are made on Continuation::body_pool.
    virtual StartResult start(const Request& request) = 0;

    // The reply to an error of the server itself. `request` may be incomplete, but its id is
    // set. Called on I/O threads and pool threads; must not block.
    virtual Reply error_reply(const ProtocolError& error, const Request& request) = 0;

    // Called on the I/O thread; must not block.
    virtual void finished(const FinishedRequest& request) = 0;
};

}  // namespace cameo::http
