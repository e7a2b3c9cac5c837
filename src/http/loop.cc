#include "http/loop.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <cstring>
#include <memory>
#include <new>
#include <tuple>
#include <utility>

#include "http/session.h"

namespace cameo::http {
namespace {

using namespace std::chrono_literals;

// No locks around a socket's state, because one thread alone touches it; posting stays safe.
constexpr int kConcurrency = BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO;

constexpr auto kAcceptPause = 100ms;  // without descriptors or memory: accepting would spin
constexpr int kAcceptedAtOnce = 64;
constexpr int kAcceptedAtTheEnd = 4096 / kAcceptedAtOnce;  // rounds: the whole backlog
constexpr ProtocolError kTooMany{503, "The server has too many connections. Try again later."};
constexpr auto kStoppingTick = 5ms;

// Deadlines are met this exactly; a quarter of the shortest one is exact enough.
std::chrono::milliseconds tick_of(const ServerSettings& settings) {
    auto shortest = std::min({settings.idle_timeout, settings.head_timeout, settings.body_timeout,
                              settings.write_timeout});
    if (settings.tls) shortest = std::min(shortest, settings.tls->handshake_timeout);
    return std::clamp<std::chrono::milliseconds>(shortest / 4, 5ms, 250ms);
}

}  // namespace

Loop::Loop(const ServerSettings& settings, Handler& handler, Shared& shared)
    : context_(kConcurrency),
      surroundings_{.settings = settings,
                    .handler = handler,
                    .body_budget = shared.bodies,
                    .return_path = std::make_shared<ReturnPath>(context_)},
      shared_(shared),
      tick_(context_) {}

Loop::~Loop() { surroundings_.return_path->close(); }

Result<Tcp::endpoint> Loop::listen(const Tcp::endpoint& endpoint,
                                   const CertificateWatch* certificate) {
    auto acceptor = listen_at(context_, endpoint);
    if (!acceptor) return std::unexpected(acceptor.error());
    listeners_.push_back({std::move(*acceptor), certificate});
    return listeners_.back().acceptor.local_endpoint();
}

void Loop::run() {
    for (auto& listener : listeners_)
        asio::co_spawn(context_.get_executor(), accept(&listener), asio::detached);
    asio::co_spawn(context_.get_executor(), watch(), asio::detached);
    context_.run();
    surroundings_.return_path->close();
}

void Loop::stop() {
    asio::post(context_, [this] { begin_stop(); });
}

void Loop::begin_stop() {
    if (std::exchange(surroundings_.stopping, true)) return;
    grace_end_ = std::chrono::steady_clock::now() + surroundings_.settings.shutdown_grace;
    for (auto& listener : listeners_) accept_the_rest(listener);
    surroundings_.sessions.stop_all();
    tick_.cancel();
}

// What has connected before the stop may have sent its request too; closed in the backlog it would
// meet a reset.
void Loop::accept_the_rest(Listener& listener) {
    boost::system::error_code error;
    for (int i = 0; i < kAcceptedAtTheEnd && !error; ++i) error = accept_some(listener);
    std::ignore = listener.acceptor.close(error);
}

Awaitable<void> Loop::accept(Listener* listener) {
    while (!surroundings_.stopping) {
        auto [error] = co_await listener->acceptor.async_wait(Acceptor::wait_read, kNoThrow);
        if (surroundings_.stopping) break;
        if (!error) error = accept_some(*listener);
        if (!error || error == asio::error::would_block || error == asio::error::connection_aborted)
            continue;
        // Not error.message(): UBSan's check of that virtual call needs a descriptor.
        shared_.accept_pause.failed(strerrordesc_np(error.value()),
                                    std::chrono::steady_clock::now());
        co_await pause(kAcceptPause);
    }
}

// Takes waiting connections, so few that those already open do not have to wait long.
boost::system::error_code Loop::accept_some(Listener& listener) try {
    for (int i = 0; i < kAcceptedAtOnce; ++i) {
        auto accepted = accept_waiting(listener.acceptor);
        if (!accepted) return accepted.error();
        admit(std::move(*accepted), listener.certificate);
    }
    return {};
} catch (const std::bad_alloc&) {
    return asio::error::no_memory;
}

Awaitable<void> Loop::pause(std::chrono::milliseconds time) {
    Timer timer(context_, time);
    co_await timer.async_wait(kNoThrow);
}

// Above the limit a plain client is told so, unless too many are being told already; to shake hands
// with one that speaks TLS would cost more than to serve it. Who is not told is closed at once.
void Loop::admit(Accepted accepted, const CertificateWatch* certificate) {
    const auto limit = surroundings_.settings.max_connections;
    const auto refused = surroundings_.settings.refused_at_once;
    const bool full = shared_.open >= limit;
    if (full && (certificate != nullptr || shared_.open >= limit + refused)) return;
    auto tls = certificate != nullptr ? std::make_unique<TlsEngine>(*certificate->current())
                                      : std::unique_ptr<TlsEngine>();
    auto session =
        std::make_unique<Session>(surroundings_, std::move(accepted), std::move(tls), shared_.open);
    if (full) session->turn_away(kTooMany);
    surroundings_.sessions.add(*session);
    asio::co_spawn(context_.get_executor(), Session::serve(std::move(session)), asio::detached);
}

Awaitable<void> Loop::watch() {
    const auto tick = tick_of(surroundings_.settings);
    while (!surroundings_.stopping || !surroundings_.sessions.empty()) {
        tick_.expires_after(surroundings_.stopping ? kStoppingTick : tick);
        co_await tick_.async_wait(kNoThrow);
        const auto now = std::chrono::steady_clock::now();
        surroundings_.sessions.sweep(now);
        shared_.accept_pause.look(now);
        if (surroundings_.stopping && now >= grace_end_) surroundings_.sessions.abandon_all();
    }
}

}  // namespace cameo::http
