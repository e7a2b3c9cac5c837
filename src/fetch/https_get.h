#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>

#include "base/result.h"

// Fetches small documents from other servers by libcurl: those of identity providers.
namespace cameo::fetch {

struct GetOptions {
    std::string ca_file;  // PEM; empty: the system's authorities
    std::chrono::milliseconds connect_time{3'000};
    std::chrono::milliseconds whole_time{5'000};
    std::size_t most_bytes = 1'048'576;
};

// The body of a 200. Blocks for `whole_time` at most, or until a stop is requested. Certificates
// are verified. Only https and http are used, and redirects are not followed, so that an answer
// comes only from the configured server. Fault::busy with the reason, for the log. Thread-safe.
Result<std::string> get(const std::string& url, const GetOptions& options,
                        const std::stop_token& stop);

}  // namespace cameo::fetch
