#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "http/handler.h"
#include "http/server_settings.h"

namespace cameo::http {

// An HTTP/1.1 server (RFC 9110, 9112), with and without TLS: one thread and one event loop per
// core, each with its own SO_REUSEPORT socket. The handler is borrowed and must outlive this.
class Server {
  public:
    // Binds and listens. Fault::internal with a sentence for the operator where that fails.
    static Result<std::unique_ptr<Server>> listen(const ServerSettings& settings, Handler& handler);

    Server() = default;
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    virtual ~Server() = default;

    // 0 if the server does not listen on it.
    virtual std::uint16_t port() const = 0;
    virtual std::uint16_t tls_port() const = 0;

    // Serves until stop(); returns when every connection is closed or shutdown_grace is over.
    virtual void run() = 0;

    // Stops accepting, finishes the requests whose body has fully arrived, closes the others.
    // Thread-safe; returns immediately.
    virtual void stop() = 0;
};

}  // namespace cameo::http
