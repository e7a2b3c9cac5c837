#include "http/listener.h"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>

namespace cameo::http {
namespace {

using ErrorCode = boost::system::error_code;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr int kBacklog = 4096;  // the kernel lowers it to net.core.somaxconn

std::unexpected<Error> cannot(const Tcp::endpoint& endpoint, const ErrorCode& error) {
    return fail(Fault::internal,
                fmt::format("Cannot listen at {} port {}: {}.", endpoint.address().to_string(),
                            endpoint.port(), error.message()));
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
    probe.open(endpoint.protocol(), error);
    if (!error) probe.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) probe.bind(endpoint, error);
    if (error) return cannot(endpoint, error);
    return {};
}

Result<Acceptor> listen_at(asio::io_context& loop, const Tcp::endpoint& endpoint) {
    Acceptor acceptor(loop);
    ErrorCode error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
    if (!error) acceptor.set_option(ReusePort(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(kBacklog, error);
    if (error) return cannot(endpoint, error);
    return acceptor;
}

}  // namespace cameo::http
