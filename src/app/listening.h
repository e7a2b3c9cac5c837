#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/config.h"
#include "base/result.h"
#include "http/server.h"

namespace cameo::app {

// What `cameo serve` was told of where to listen. What is empty here, [tls] of the configuration
// says.
struct ListenOptions {
    std::string listen;      // --listen HOST:PORT, plain
    std::string tls_listen;  // --tls-listen HOST:PORT
    std::string tls_cert;    // --tls-cert FILE
    std::string tls_key;     // --tls-key FILE
};

// Where nothing is said at all.
inline constexpr const char* kUsualAddress = "127.0.0.1:8080";

// Fills in the addresses, and for TLS the files: those given, else the development certificate in
// the data folder, where there is one. Fault::malformed, naming the option or key, where an address
// is none, where TLS has no certificate, or where there is a certificate but no address for it.
Result<void> settle_listening(const ListenOptions& options, const std::filesystem::path& data,
                              Config& config);

}  // namespace cameo::app
