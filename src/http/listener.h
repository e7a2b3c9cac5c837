#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "base/result.h"
#include "http/asio.h"

namespace cameo::http {

// The first address that `host` (a name or a number) stands for.
Result<Tcp::endpoint> resolve(const std::string& host, std::uint16_t port);

// Fails where another program already listens at `endpoint`: sockets that share a port would
// otherwise let a second server start there in silence, and take half of the connections.
Result<void> ensure_free(const Tcp::endpoint& endpoint);

// A listening socket, one of several on the same port (SO_REUSEPORT: the kernel spreads the
// connections over them).
Result<Acceptor> listen_at(asio::io_context& loop, const Tcp::endpoint& endpoint);

struct Accepted {
    Socket socket;
    std::string remote;  // the peer's address, without port
};

// The next connection that waits at `acceptor`, without waiting for one (then: would_block).
std::expected<Accepted, boost::system::error_code> accept_waiting(Acceptor& acceptor);

}  // namespace cameo::http
