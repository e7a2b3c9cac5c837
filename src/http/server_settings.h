#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/body_budget.h"
#include "http/client_address.h"

// The settings of a server. The names in brackets are the keys of the configuration file.
namespace cameo::http {

// A message for the operator's log.
struct Notice {
    bool is_warning = false;
    std::string text;  // a sentence without its full stop
};

// HTTPS. Both files are PEM. They are checked every `check_interval` and read again if they have
// changed; if the new pair cannot be used, the old one stays in use.
struct TlsSettings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8443;          // 0 takes any free port
    std::filesystem::path certificate;  // [tls] cert: the server's, then those that signed it
    std::filesystem::path key;          // [tls] key: without a passphrase
    bool only_tls13 = false;            // [tls] min_version = "1.3"; else 1.2 too
    std::chrono::milliseconds handshake_timeout{10'000};  // [tls] handshake_seconds
    std::chrono::milliseconds check_interval{1'000};
    // Called at start, and on a separate thread when the files have changed; may be null.
    std::function<void(const Notice&)> notify;
};

struct ServerSettings {
    bool plain = true;  // listens without TLS, at:
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;             // 0 takes any free port
    std::size_t threads = 0;               // [http] threads; 0 means one per core
    std::size_t max_connections = 10'000;  // [http] max_connections
    std::size_t refused_at_once = 128;     // connections beyond those that get a 503
    std::size_t max_head_bytes = 32'768;   // [http] max_head_bytes
    // After transfer decoding; a continuation may allow another size (handler.h).
    std::size_t max_body_bytes = 4'000'000;
    std::size_t body_bytes_in_flight =
        268'435'456;  // [limits] bodies_in_flight_mb: of all requests
    // Shared with other servers; null for a budget of its own, of body_bytes_in_flight.
    std::shared_ptr<BodyBudget> body_budget;
    std::size_t body_bytes_per_second = 4'096;  // [http] body_bytes_per_second: over body_timeout
    std::chrono::milliseconds idle_timeout{75'000};   // [http] idle_seconds: between requests
    std::chrono::milliseconds head_timeout{10'000};   // [http] head_seconds: for a whole head
    std::chrono::milliseconds body_timeout{30'000};   // [http] body_seconds: without any progress
    std::chrono::milliseconds write_timeout{30'000};  // [http] write_seconds: without any progress
    std::chrono::milliseconds shutdown_grace{4'000};  // for requests whose body has fully arrived
    std::string fixed_fields;        // header lines of every reply without TLS, each with its CRLF
    std::string fixed_tls_fields;    // and of every reply over TLS
    std::optional<TlsSettings> tls;  // listens with TLS, too or only
    // Also listens at this file, with mode 0600, and replaces an existing file; empty for
    // none. Accepts processes of this user and of root. REQUIRES: no other process listens there.
    std::filesystem::path unix_socket;
    // Called on I/O threads if connections cannot be accepted; may be null.
    std::function<void(const Notice&)> notify;
    // [http] trusted_proxies: their fields decide a request's address, scheme and host
    std::vector<AddressRange> trusted_proxies;
};

}  // namespace cameo::http
