#include "http/listener.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <tuple>
#include <utility>

#include "base/file.h"

namespace cameo::http {
namespace {

using ErrorCode = boost::system::error_code;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr std::chrono::seconds kPauseEnd{1};  // without a failure
constexpr int kBacklog = 4096;                // the kernel lowers it to net.core.somaxconn

// A socket that a child process inherits would stay open after this process closes it.
void close_on_exec(int descriptor) { fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

// Shows the IPv4 address of an IPv4 client of a socket that listens at `::`.
std::string text_of(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

std::unexpected<Error> cannot(const Tcp::endpoint& endpoint, const ErrorCode& error) {
    return fail(Fault::internal,
                fmt::format("Cannot listen at {} port {}: {}.", endpoint.address().to_string(),
                            endpoint.port(), error.message()));
}

std::unexpected<Error> cannot(std::string_view what, const std::filesystem::path& file) {
    const int reason = errno;
    return fail(Fault::internal,
                fmt::format("Cannot {} {}: {}.", what, file.native(), std::strerror(reason)));
}

// A socket's address has a path of at most 107 bytes, and the path of a data folder may be longer.
// The address therefore names the folder by its descriptor.
class UnixAddress {
  public:
    explicit UnixAddress(const std::filesystem::path& file)
        : folder_(::open(file.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
        address_.sun_family = AF_UNIX;
        const auto path =
            fmt::format("/proc/self/fd/{}/{}", folder_.number(), file.filename().native());
        if (path.size() < sizeof address_.sun_path)
            std::ranges::copy(path, std::begin(address_.sun_path));
    }

    bool bind(int socket) const {
        return ::bind(socket, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) == 0;
    }

  private:
    Descriptor folder_;
    sockaddr_un address_{};
};

// The user of the process that connected; unknown if the system does not report it.
unsigned peer_user(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return ~0U;
    return peer.uid;
}

}  // namespace

Result<Tcp::endpoint> resolve(const std::string& host, std::uint16_t port) {
    asio::io_context loop;
    ErrorCode error;
    const auto found = Tcp::resolver(loop).resolve(
        host, std::to_string(port), Tcp::resolver::passive | Tcp::resolver::numeric_service, error);
    if (error || found.empty())
        return fail(Fault::internal,
                    fmt::format("Cannot find the address of '{}': {}.", host, error.message()));
    return found.begin()->endpoint();
}

Result<void> ensure_free(const Tcp::endpoint& endpoint) {
    asio::io_context loop;
    Tcp::acceptor probe(loop);
    ErrorCode error;
    if (probe.open(endpoint.protocol(), error) ||
        probe.set_option(Tcp::acceptor::reuse_address(true), error) || probe.bind(endpoint, error))
        return cannot(endpoint, error);
    return {};
}

Result<Acceptor> listen_at(asio::io_context& loop, const Tcp::endpoint& endpoint) {
    Acceptor acceptor(loop);
    ErrorCode error;
    if (acceptor.open(endpoint.protocol(), error) ||
        acceptor.set_option(Acceptor::reuse_address(true), error) ||
        acceptor.set_option(ReusePort(true), error) || acceptor.bind(endpoint, error) ||
        acceptor.listen(kBacklog, error) || acceptor.non_blocking(true, error))
        return cannot(endpoint, error);
    close_on_exec(acceptor.native_handle());
    return acceptor;
}

Result<Acceptor> listen_at(asio::io_context& loop, const std::filesystem::path& file) {
    if (::unlink(file.c_str()) != 0 && errno != ENOENT) return cannot("remove", file);
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    // On Linux the file gets the mode of the socket.
    if (!socket.is_open() || ::fchmod(socket.number(), 0600) != 0 ||
        !UnixAddress(file).bind(socket.number()) || ::listen(socket.number(), kBacklog) != 0)
        return cannot("listen at", file);
    Acceptor acceptor(loop);
    ErrorCode error;
    // Asio uses the protocol for options and addresses only, and there are none here.
    if (acceptor.assign(Tcp::v4(), socket.number(), error)) return cannot("listen at", file);
    (void)socket.release();
    return acceptor;
}

// Not Asio's accept: a child process that starts before it sets FD_CLOEXEC would inherit the
// socket.
std::expected<Accepted, ErrorCode> accept_waiting(Acceptor& acceptor) {
    Tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    const int descriptor =
        accept4(acceptor.native_handle(), peer.data(), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor < 0)
        return std::unexpected(ErrorCode(errno, asio::error::get_system_category()));
    peer.resize(size);
    ErrorCode error;
    Socket socket(acceptor.get_executor());
    if (socket.assign(peer.protocol(), descriptor, error)) {
        close(descriptor);
        return std::unexpected(error);
    }
    if (peer.data()->sa_family == AF_UNIX) {
        const auto user = peer_user(descriptor);
        return Accepted{std::move(socket), fmt::format("user {}", user), user};
    }
    std::ignore = socket.set_option(Tcp::no_delay(true), error);
    return Accepted{std::move(socket), text_of(peer.address()), std::nullopt};
}

void AcceptPause::failed(std::string_view reason, TimePoint now) {
    const std::lock_guard lock(mutex_);
    last_failure_ = now;
    if (paused_.exchange(true)) return;
    began_ = now;
    if (notify_)
        notify_({.is_warning = true,
                 .text = fmt::format("no connection can be accepted for now: {}", reason)});
}

void AcceptPause::end_if_over(TimePoint now) {
    const std::lock_guard lock(mutex_);
    if (!paused_ || now - last_failure_ < kPauseEnd) return;
    paused_ = false;
    const auto seconds = std::chrono::duration<double>(last_failure_ - began_).count();
    if (notify_)
        notify_({.text = fmt::format("connections are accepted again after {:.1f} s", seconds)});
}

}  // namespace cameo::http
