#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "http/asio.h"
#include "http/server_settings.h"

// Listening sockets.
namespace cameo::http {

// The first address of `host` (a name or a number).
Result<Tcp::endpoint> resolve(const std::string& host, std::uint16_t port);

// Fails if another program already listens at `endpoint`: with SO_REUSEPORT a second server
// would start there without an error, and receive half of the connections.
Result<void> ensure_free(const Tcp::endpoint& endpoint);

// A listening socket, one of several on the same port (SO_REUSEPORT: the kernel distributes the
// connections among them).
Result<Acceptor> listen_at(asio::io_context& loop, const Tcp::endpoint& endpoint);

// A listening Unix socket: ServerSettings::unix_socket. Its path may be longer than the 107
// bytes of a socket address.
Result<Acceptor> listen_at(asio::io_context& loop, const std::filesystem::path& file);

struct Accepted {
    Socket socket;
    std::string peer;                   // its address, without port; `user 1000` of a Unix socket
    std::optional<unsigned> user = {};  // of the process at the other end of a Unix socket
};

// The next connection in the backlog of `acceptor`. Does not wait (error would_block).
std::expected<Accepted, boost::system::error_code> accept_waiting(Acceptor& acceptor);

// Notifies the operator once when connections can no longer be accepted, and once when they can
// again. One for all I/O threads of a server, because they share the limit. Thread-safe.
class AcceptPause {
  public:
    // `notify` may be null.
    explicit AcceptPause(std::function<void(const Notice&)> notify) : notify_(std::move(notify)) {}

    // Call after a connection could not be accepted, with the reason.
    void failed(std::string_view reason, TimePoint now);

    // Call a few times a second: the pause ends when there has been no failure for a
    // second.
    void check(TimePoint now) {
        if (paused_) end_if_over(now);
    }

  private:
    void end_if_over(TimePoint now);

    std::function<void(const Notice&)> notify_;
    std::atomic<bool> paused_ = false;
    std::mutex mutex_;  // of the members below
    TimePoint began_;
    TimePoint last_failure_;
};

}  // namespace cameo::http
