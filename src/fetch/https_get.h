#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>

#include "base/result.h"

// Small documents from other servers, over libcurl: what identity providers publish.
namespace cameo::fetch {

struct GetOptions {
    std::string ca_file;  // PEM; empty: the system's authorities
    std::chrono::milliseconds connect_time{3'000};
    std::chrono::milliseconds whole_time{5'000};
    std::size_t most_bytes = 1'048'576;
};

// The body of a 200. Blocks for `whole_time` at most, or until asked to stop. Certificates are
// verified; nothing but https and http is spoken, and redirects are not followed, so that an answer
// comes from where the operator said. Fault::busy with the reason, in words for the log.
// Thread-safe.
Result<std::string> get(const std::string& url, const GetOptions& options,
                        const std::stop_token& stop);

}  // namespace cameo::fetch
