#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/work_pool.h"
#include "http/reply.h"
#include "http/request.h"

namespace cameo::http {

// What the session itself refuses, before or instead of the handler.
struct ProtocolError {
    int status = 400;         // 400, 408, 414, 417, 431, 500, 501, 503, 505
    std::string_view reason;  // a sentence for the client
    std::string_view detail;  // for the log alone: what the handler threw; usually empty
};

// One finished exchange, for the access log and the metrics.
struct Exchange {
    std::string_view method;
    std::string_view target;
    int status = 0;
    std::size_t body_bytes = 0;           // sent, without the head
    std::chrono::nanoseconds duration{};  // from the whole head read to the reply written
    bool fast = false;                    // answered on the I/O thread
    std::string_view request_id;
    std::string_view remote;
};

// What a server asks of the application. All functions are called from several threads at once.
class Handler {
  public:
    virtual ~Handler() = default;

    // Answers from memory, on the I/O thread: must not block. nullopt sends the request to
    // `handle`. Called once the head is read; the body, if any, is `pending`, so a request can be
    // refused before its body is taken.
    virtual std::optional<Reply> try_fast(const Request& request) = 0;

    // The bounded pool on which `handle` runs for this request. Called on the I/O thread.
    virtual WorkPool& pool(const Request& request) = 0;

    // Whose request it is: that pool's threads are shared fairly among callers. Empty where
    // that makes no difference. Called on the I/O thread.
    virtual std::string caller(const Request& request) {
        (void)request;
        return {};
    }

    // Answers anything; may block. The body is complete, or too_large.
    virtual Reply handle(const Request& request) = 0;

    // Puts a refusal into the application's own shape. `request` may be half filled: its id is set.
    virtual Reply refuse(const ProtocolError& refusal, const Request& request) = 0;

    virtual void finished(const Exchange& exchange) = 0;
};

}  // namespace cameo::http
