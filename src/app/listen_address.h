#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cameo::app {

struct ListenAddress {
    std::string host;  // an IPv6 address without its brackets
    std::uint16_t port = 0;
};

// `127.0.0.1:8080`, `[::1]:8080`; port 0 means any free one.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

// `http://127.0.0.1:8080`.
std::string origin_of(std::string_view scheme, const std::string& host, std::uint16_t port);

}  // namespace cameo::app
