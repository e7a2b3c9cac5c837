#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/client_address.h"
#include "http/handler.h"
#include "http/tls_settings.h"

namespace cameo::http {

struct ServerSettings {
    bool plain = true;  // listens without TLS, at:
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;               // 0 takes any free port
    std::size_t threads = 0;                 // [http] threads; 0 means one per core
    std::size_t max_connections = 10'000;    // [http] max_connections
    std::size_t refused_at_once = 128;       // connections beside those, which are told 503
    std::size_t max_head_bytes = 32'768;     // [http] max_head_bytes
    std::size_t max_body_bytes = 4'000'000;  // after transfer decoding
    std::size_t body_bytes_in_flight =
        268'435'456;                            // [limits] bodies_in_flight_mb: of all requests
    std::size_t body_bytes_per_second = 4'096;  // [http] body_bytes_per_second: over body_timeout
    std::chrono::milliseconds idle_timeout{75'000};   // [http] idle_seconds: between requests
    std::chrono::milliseconds head_timeout{10'000};   // [http] head_seconds: for a whole head
    std::chrono::milliseconds body_timeout{30'000};   // [http] body_seconds: without any progress
    std::chrono::milliseconds write_timeout{30'000};  // [http] write_seconds: without any progress
    std::chrono::milliseconds shutdown_grace{4'000};  // for requests whose body has fully arrived
    std::string fixed_fields;        // header lines of every answer without TLS, each with its CRLF
    std::string fixed_tls_fields;    // and of every answer over TLS
    std::optional<TlsSettings> tls;  // listens with TLS, too or only
    // Called on I/O threads where connections cannot be accepted; may be null.
    std::function<void(const Notice&)> notify;
    // [http] trusted_proxies: whose word on a request's address, scheme and host is believed
    std::vector<AddressRange> trusted_proxies;
};

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

    // 0 where it does not listen there.
    virtual std::uint16_t port() const = 0;
    virtual std::uint16_t tls_port() const = 0;

    // Serves until stop(); returns when every connection is closed or the grace is over.
    virtual void run() = 0;

    // Stops accepting, lets requests whose body has fully arrived be answered, closes the rest.
    // Thread-safe; returns at once.
    virtual void stop() = 0;
};

}  // namespace cameo::http
