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

// How many files and connections the process may have open at once. Called at the start of
// `cameo serve`, before there is another thread.
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

// Fills in the addresses, and for TLS the files: those given, else the development certificate in
// the data folder, where there is one. Fault::malformed, naming the option or key, where an address
// is none, where TLS has no certificate, or where there is a certificate but no address for it.
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

// Raises the soft limit (RLIMIT_NOFILE) to the hard one. The limit that holds now, in descriptors.
std::size_t raise_descriptor_limit();

// How many descriptors stores, workers, pools and commands may need beside the connections;
// docs/configuration.md has the sum.
std::size_t descriptor_reserve(const config::Config& config);

// Lowers [http] max_connections, and how many are refused at once beside them, to what
// `descriptors` leaves above the reserve. A sentence for the log, empty where nothing was lowered.
// Fault::internal, with a sentence for the operator, where too few are left.
Result<std::string> fit_connections(std::size_t descriptors, config::Config& config);

}  // namespace cameo::server
