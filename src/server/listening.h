#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/config.h"
#include "http/server.h"

// The addresses at which `cameo serve` listens, and its limits on open files and connections.
// Called at its start, before there is another thread.
namespace cameo::server {

// The options of `cameo serve` for listening. For an empty one [tls] of the configuration applies.
struct ListenOptions {
    std::string listen;      // --listen HOST:PORT, plain
    std::string tls_listen;  // --tls-listen HOST:PORT
    std::string tls_cert;    // --tls-cert FILE
    std::string tls_key;     // --tls-key FILE
};

// Without any option.
inline constexpr const char* kDefaultListenAddress = "127.0.0.1:8080";

// Fills in the addresses, and for TLS the files: the given ones, else the development certificate
// in the data folder, if it exists. Fault::malformed, naming the option or key, if an address is
// malformed, that of the web page too, if TLS has no certificate, or if there is a certificate but
// no address for it.
Result<void> apply_listen_options(const ListenOptions& options, const std::filesystem::path& data,
                                  config::Config& config);

struct ListenAddress {
    std::string host;  // an IPv6 address without its brackets
    std::uint16_t port = 0;
};

// `127.0.0.1:8080`, `[::1]:8080`; port 0 means any free one.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

// `http://127.0.0.1:8080`.
std::string origin_of(std::string_view scheme, const std::string& host, std::uint16_t port);

// Whether the host of the URL is one of Microsoft's: a `public_url` that sends clients, with their
// tokens, to Microsoft.
bool is_host_of_graph(std::string_view url);

// Raises the soft limit (RLIMIT_NOFILE) to the hard one. Returns the new limit, in descriptors.
std::size_t raise_descriptor_limit();

// The descriptors that stores, workers, pools and commands may need in addition to connections;
// docs/configuration.md has the sum.
std::size_t descriptor_reserve(const config::Config& config);

// Lowers [http] max_connections, and the number of connections that are refused with a reply, to
// the `descriptors` beyond the reserve. Returns a sentence for the log, empty if nothing was
// lowered. Fault::internal, with a sentence for the operator, if too few remain.
Result<std::string> fit_connections(std::size_t descriptors, config::Config& config);

}  // namespace cameo::server
