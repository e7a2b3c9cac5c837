#include "http/io_thread.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <cstring>
#include <memory>
#include <new>
#include <tuple>
#include <utility>

#include "http/connection.h"

namespace cameo::http {
namespace {

using namespace std::chrono_literals;

// Without locks for the state of a socket, because only one thread uses it; post() is still safe.
constexpr int kConcurrency = BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO;

constexpr auto kAcceptPause = 100ms;  // without descriptors or memory: accepting would spin
constexpr int kMaxAccepted = 64;
constexpr int kBacklogRounds = 4096 / kMaxAccepted;  // rounds: the whole backlog
constexpr ProtocolError kTooMany{503, "The server has too many connections. Try again later."};
constexpr auto kStoppingScanInterval = 5ms;

// The resolution of deadlines: a quarter of the shortest timeout is exact enough.
std::chrono::milliseconds scan_interval(const ServerSettings& settings) {
    auto shortest = std::min({settings.idle_timeout, settings.head_timeout, settings.body_timeout,
                              settings.write_timeout});
    if (settings.tls) shortest = std::min(shortest, settings.tls->handshake_timeout);
    return std::clamp<std::chrono::milliseconds>(shortest / 4, 5ms, 250ms);
}

}  // namespace

IoThread::IoThread(const ServerSettings& settings, Handler& handler, Shared& shared)
    : loop_(kConcurrency),
      context_{.settings = settings,
               .handler = handler,
               .body_budget = shared.bodies,
               .loop = std::make_shared<LoopHandle>(loop_)},
      shared_(shared),
      scan_timer_(loop_) {}

IoThread::~IoThread() { context_.loop->close(); }

Result<Tcp::endpoint> IoThread::listen(const Tcp::endpoint& endpoint,
                                       const CertificateReloader* certificate) {
    auto acceptor = listen_at(loop_, endpoint);
    if (!acceptor) return std::unexpected(acceptor.error());
    listeners_.push_back({std::move(*acceptor), certificate});
    return listeners_.back().acceptor.local_endpoint();
}

Result<void> IoThread::listen_at_unix_socket() {
    auto acceptor = listen_at(loop_, context_.settings.unix_socket);
    if (!acceptor) return std::unexpected(std::move(acceptor.error()));
    listeners_.push_back({std::move(*acceptor), nullptr});
    return {};
}

void IoThread::run() {
    for (auto& listener : listeners_)
        asio::co_spawn(loop_.get_executor(), accept(&listener), asio::detached);
    asio::co_spawn(loop_.get_executor(), scan_timeouts(), asio::detached);
    loop_.run();
    context_.loop->close();
}

void IoThread::stop() {
    asio::post(loop_, [this] { begin_stop(); });
}

void IoThread::begin_stop() {
    if (std::exchange(context_.stopping, true)) return;
    grace_end_ = std::chrono::steady_clock::now() + context_.settings.shutdown_grace;
    for (auto& listener : listeners_) accept_backlog(listener);
    context_.connections.stop_all();
    scan_timer_.cancel();
}

// A client that connected before the stop may already have sent its request. If it were closed in
// the backlog, it would get a reset.
void IoThread::accept_backlog(Listener& listener) {
    boost::system::error_code error;
    for (int i = 0; i < kBacklogRounds && !error; ++i) error = accept_some(listener);
    std::ignore = listener.acceptor.close(error);
}

Awaitable<void> IoThread::accept(Listener* listener) {
    while (!context_.stopping) {
        auto [error] = co_await listener->acceptor.async_wait(Acceptor::wait_read, kNoThrow);
        if (context_.stopping) break;
        if (!error) error = accept_some(*listener);
        if (!error || error == asio::error::would_block || error == asio::error::connection_aborted)
            continue;
        // Not error.message(): UBSan's check of that virtual call needs a descriptor.
        shared_.accept_pause.failed(strerrordesc_np(error.value()),
                                    std::chrono::steady_clock::now());
        co_await pause(kAcceptPause);
    }
}

// Accepts a limited number of waiting connections, so that open ones do not wait long.
boost::system::error_code IoThread::accept_some(Listener& listener) try {
    for (int i = 0; i < kMaxAccepted; ++i) {
        auto accepted = accept_waiting(listener.acceptor);
        if (!accepted) return accepted.error();
        add_connection(std::move(*accepted), listener.certificate);
    }
    return {};
} catch (const std::bad_alloc&) {
    return asio::error::no_memory;
}

Awaitable<void> IoThread::pause(std::chrono::milliseconds time) {
    Timer timer(loop_, time);
    co_await timer.async_wait(kNoThrow);
}

// Above the limit a plain client gets an error reply, unless too many others are getting one. A
// handshake with a TLS client would cost more than its request. All others are closed immediately.
void IoThread::add_connection(Accepted accepted, const CertificateReloader* certificate) {
    if (accepted.user && *accepted.user != ::geteuid() && *accepted.user != 0) {
        if (context_.settings.notify)
            context_.settings.notify(
                {.is_warning = true,
                 .text = fmt::format("a connection of user {} was rejected", *accepted.user)});
        return;
    }
    const auto limit = context_.settings.max_connections;
    const auto refused = context_.settings.refused_at_once;
    const bool full = shared_.open >= limit;
    if (full && (certificate != nullptr || shared_.open >= limit + refused)) return;
    auto tls = certificate != nullptr ? std::make_unique<TlsEngine>(*certificate->current())
                                      : std::unique_ptr<TlsEngine>();
    auto connection =
        std::make_unique<Connection>(context_, std::move(accepted), std::move(tls), shared_.open);
    if (full) connection->reject(kTooMany);
    context_.connections.add(*connection);
    asio::co_spawn(loop_.get_executor(), Connection::serve(std::move(connection)), asio::detached);
}

Awaitable<void> IoThread::scan_timeouts() {
    const auto interval = scan_interval(context_.settings);
    while (!context_.stopping || !context_.connections.empty()) {
        scan_timer_.expires_after(context_.stopping ? kStoppingScanInterval : interval);
        co_await scan_timer_.async_wait(kNoThrow);
        const auto now = std::chrono::steady_clock::now();
        context_.connections.check_timeouts(now);
        shared_.accept_pause.check(now);
        if (context_.stopping && now >= grace_end_) context_.connections.abandon_all();
    }
}

}  // namespace cameo::http
