#include "http/channel.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <tuple>
#include <utility>

#include "http/characters.h"
#include "http/transmission.h"

namespace cameo::http {
namespace {

using namespace std::chrono_literals;

constexpr auto kLingerTime = 2s;
constexpr std::size_t kMostLingered = 16'000'000;
constexpr std::size_t kHandshakeStep = 2'048;  // a ClientHello mostly fits
constexpr std::size_t kMostCipherRead = 32'768;
constexpr std::size_t kMostHeldBack = 65'536;  // of what TLS says by itself to who does not read

}  // namespace

void Channel::stop() {
    if (reading_) cancel();
}

void Channel::cancel() {
    boost::system::error_code ignored;
    std::ignore = socket_.cancel(ignored);
}

Awaitable<std::size_t> Channel::read(std::span<char> room) {
    return tls_ ? read_tls(room) : receive(room);
}

Awaitable<bool> Channel::send(std::string_view head, std::string_view body) {
    return tls_ ? send_tls(head, body) : transmit(head, body);
}

// Asio tries a read at once only where the last one filled its buffer, so one that comes up empty
// is not paid for here.
Awaitable<std::size_t> Channel::receive(std::span<char> room) {
    if (expired()) co_return 0;
    if (surroundings_.stopping) co_return take_arrived(room);
    reading_ = true;
    const auto [error, size] =
        co_await socket_.async_read_some(asio::buffer(room.data(), room.size()), kNoThrow);
    reading_ = false;
    if (error && surroundings_.stopping) co_return take_arrived(room);
    co_return error ? 0 : size;
}

// While stopping, what the kernel holds already still counts as arrived. To close with it unread
// would also be a reset.
std::size_t Channel::take_arrived(std::span<char> room) {
    const auto size = ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
    return size > 0 ? static_cast<std::size_t>(size) : 0;
}

Awaitable<bool> Channel::transmit(std::string_view head, std::string_view body) {
    Transmission transmission(head, body);
    auto state = transmission.push(socket_.native_handle());
    while (state == Transmission::State::blocked) {
        wait_at_most(settings().write_timeout);
        const auto [error] = co_await socket_.async_wait(Socket::wait_write, kNoThrow);
        if (error) co_return false;
        state = transmission.push(socket_.native_handle());
    }
    co_return state == Transmission::State::done;
}

Awaitable<Channel::Opening> Channel::open() {
    wait_at_most(settings().tls->handshake_timeout);
    for (bool first = true;; first = false) {
        const auto state = tls_->handshake();
        if (!push_output() || state == TlsEngine::State::over) co_return Opening::failed;
        if (state == TlsEngine::State::ready) co_return Opening::done;
        const auto size = co_await receive(tls_->input_room(kHandshakeStep));
        if (size == 0) co_return Opening::failed;
        tls_->commit_input(size);
        // A handshake record begins with 22 (RFC 8446 section 5.1), a request with a letter.
        if (first && is_token(tls_->input().front())) co_return Opening::plain_text;
    }
}

std::string Channel::take_plain_text() {
    std::string text(tls_->input());
    tls_.reset();
    return text;
}

Awaitable<std::size_t> Channel::read_tls(std::span<char> room) {
    for (;;) {
        const auto [state, size] = tls_->read(room);
        if (!push_output() || state == TlsEngine::State::over) co_return 0;
        if (state == TlsEngine::State::ready) co_return size;
        const auto step = std::min(room.size(), kMostCipherRead);
        const auto got = co_await receive(tls_->input_room(step));
        if (got == 0) co_return 0;
        tls_->commit_input(got);
    }
}

Awaitable<bool> Channel::send_tls(std::string_view head, std::string_view body) {
    for (;;) {
        const auto taken = tls_->write(std::exchange(head, {}), body);
        if (!taken) co_return false;
        body.remove_prefix(*taken);
        const auto size = tls_->output().size();
        if (!co_await transmit({}, tls_->output())) co_return false;
        tls_->consume_output(size);
        if (body.empty()) co_return true;
    }
}

// What TLS has to say by itself (a handshake, an alert). What the socket does not take goes out
// with the next answer: to wait here would give a silent peer a new deadline.
bool Channel::push_output() {
    if (tls_->output().empty()) return true;
    Transmission transmission({}, tls_->output());
    const auto state = transmission.push(socket_.native_handle());
    tls_->consume_output(tls_->output().size() - transmission.left());
    return state != Transmission::State::failed && transmission.left() < kMostHeldBack;
}

void Channel::say_goodbye() {
    if (!tls_) return;
    tls_->close();
    push_output();
}

std::uint64_t Channel::drop_arrived(std::uint64_t size) {
    const std::span<char> room = surroundings_.dropped;
    std::uint64_t dropped = 0;
    while (dropped < size) {
        const auto part = room.first(std::min<std::uint64_t>(size - dropped, room.size()));
        const auto got = tls_ ? take_arrived_tls(part) : take_arrived(part);
        if (got == 0) break;
        dropped += got;
    }
    return dropped;
}

// As read_tls, but for what would have to be waited for.
std::size_t Channel::take_arrived_tls(std::span<char> room) {
    for (;;) {
        const auto [state, size] = tls_->read(room);
        if (state == TlsEngine::State::ready) return size;
        if (!push_output() || state == TlsEngine::State::over) return 0;
        const auto got = take_arrived(tls_->input_room(std::min(room.size(), kMostCipherRead)));
        if (got == 0) return 0;
        tls_->commit_input(got);
    }
}

Awaitable<bool> Channel::skip(std::uint64_t size) {
    wait_at_most(settings().body_timeout);
    const std::span<char> room = surroundings_.dropped;
    while (size > 0) {
        const auto got = co_await read(room.first(std::min<std::uint64_t>(size, room.size())));
        if (got == 0) co_return false;
        size -= got;
    }
    co_return true;
}

Awaitable<void> Channel::linger() {
    say_goodbye();
    boost::system::error_code error;
    std::ignore = socket_.shutdown(Socket::shutdown_send, error);
    wait_at_most(std::min<std::chrono::milliseconds>(kLingerTime, settings().head_timeout / 2));
    std::size_t total = 0;
    while (!error && !expired() && total < kMostLingered) {
        const auto [failed, size] =
            co_await socket_.async_read_some(asio::buffer(surroundings_.dropped), kNoThrow);
        error = failed;
        total += size;
    }
}

}  // namespace cameo::http
