#include "http/byte_stream.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <tuple>
#include <utility>

#include "http/characters.h"

namespace cameo::http {
namespace {

using namespace std::chrono_literals;

using Write = ByteStream::Write;

constexpr auto kLingerTime = 2s;
constexpr std::size_t kMaxLingered = 16'000'000;
constexpr std::size_t kHandshakeRead = 2'048;  // most ClientHello fit
constexpr std::size_t kMaxTlsRead = 32'768;
constexpr std::size_t kMaxUnsentTls = 65'536;  // handshakes and alerts to a peer that does not read

iovec part(std::string_view bytes) { return {const_cast<char*>(bytes.data()), bytes.size()}; }

// MSG_NOSIGNAL: if the client has disconnected, returns an error code instead of a SIGPIPE.
ssize_t send_parts(int socket, std::string_view head, std::string_view body) {
    std::array<iovec, 2> parts{part(head), part(body)};
    msghdr message{};
    message.msg_iov = head.empty() ? &parts[1] : parts.data();
    message.msg_iovlen = head.empty() ? 1 : 2;
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

Write send_available(int socket, std::string_view head, std::string_view body) {
    while (!head.empty() || !body.empty()) {
        const auto sent = send_parts(socket, head, body);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0)
            return {errno == EAGAIN ? Write::State::blocked : Write::State::failed, head, body};
        const auto of_head = std::min(static_cast<std::size_t>(sent), head.size());
        head.remove_prefix(of_head);
        body.remove_prefix(static_cast<std::size_t>(sent) - of_head);
    }
    return {};
}

}  // namespace

void ByteStream::check_deadline(TimePoint now) {
    if (deadline_ > now) return;
    expired_ = true;
    cancel();
}

void ByteStream::cancel() {
    boost::system::error_code ignored;
    std::ignore = socket_.cancel(ignored);
}

Awaitable<std::size_t> ByteStream::read(std::span<char> space) {
    return tls_ ? read_tls(space) : receive(space);
}

Awaitable<std::size_t> ByteStream::receive(std::span<char> space) {
    if (expired()) co_return 0;
    if (context_.stopping) co_return receive_available(space);
    reading_ = true;
    const auto [error, size] =
        co_await socket_.async_read_some(asio::buffer(space.data(), space.size()), kNoThrow);
    reading_ = false;
    if (error && context_.stopping) co_return receive_available(space);
    co_return error ? 0 : size;
}

// During a stop, bytes that the kernel has received still count as arrived. Closing with unread
// bytes would also cause a reset.
std::size_t ByteStream::receive_available(std::span<char> space) {
    const auto size = ::recv(socket_.native_handle(), space.data(), space.size(), MSG_DONTWAIT);
    return size > 0 ? static_cast<std::size_t>(size) : 0;
}

Awaitable<std::size_t> ByteStream::read_tls(std::span<char> space) {
    for (;;) {
        const auto [state, size] = tls_->read(space);
        if (!flush_tls() || state == TlsEngine::State::closed) co_return 0;
        if (state == TlsEngine::State::ready) co_return size;
        const auto got = co_await receive(tls_->input_space(std::min(space.size(), kMaxTlsRead)));
        if (got == 0) co_return 0;
        tls_->commit_input(got);
    }
}

// As read_tls, without waiting.
std::size_t ByteStream::read_available_tls(std::span<char> space) {
    for (;;) {
        const auto [state, size] = tls_->read(space);
        if (state == TlsEngine::State::ready) return size;
        if (!flush_tls() || state == TlsEngine::State::closed) return 0;
        const auto got = receive_available(tls_->input_space(std::min(space.size(), kMaxTlsRead)));
        if (got == 0) return 0;
        tls_->commit_input(got);
    }
}

Write ByteStream::write_available(std::string_view head, std::string_view body) {
    return tls_ ? write_available_tls(head, body)
                : send_available(socket_.native_handle(), head, body);
}

// Encrypted bytes that are not sent yet are in tls_->output(), before the rest of the body.
Write ByteStream::write_available_tls(std::string_view head, std::string_view body) {
    for (;;) {
        const auto sent = send_available(socket_.native_handle(), tls_->output(), {});
        tls_->consume_output(tls_->output().size() - sent.head.size());
        if (sent.state != Write::State::done) return {sent.state, head, body};
        if (head.empty() && body.empty()) return {};
        const auto taken = tls_->write(std::exchange(head, {}), body);
        if (!taken) return {Write::State::failed, head, body};
        body.remove_prefix(*taken);
    }
}

Awaitable<bool> ByteStream::finish(Write write) {
    while (write.state == Write::State::blocked) {
        set_timeout(settings().write_timeout);
        const auto [error] = co_await socket_.async_wait(Socket::wait_write, kNoThrow);
        if (error) co_return false;
        write = write_available(write.head, write.body);
    }
    co_return write.state == Write::State::done;
}

// Sends the handshakes and alerts of TLS itself. Bytes that the socket does not accept are sent
// with the next reply: a wait here would give a silent peer a new deadline.
bool ByteStream::flush_tls() {
    if (tls_->output().empty()) return true;
    const auto sent = send_available(socket_.native_handle(), tls_->output(), {});
    tls_->consume_output(tls_->output().size() - sent.head.size());
    return sent.state != Write::State::failed && tls_->output().size() < kMaxUnsentTls;
}

Awaitable<ByteStream::Handshake> ByteStream::handshake() {
    set_timeout(settings().tls->handshake_timeout);
    for (bool first = true;; first = false) {
        const auto state = tls_->handshake();
        if (!flush_tls() || state == TlsEngine::State::closed) co_return Handshake::failed;
        if (state == TlsEngine::State::ready) co_return Handshake::done;
        const auto size = co_await receive(tls_->input_space(kHandshakeRead));
        if (size == 0) co_return Handshake::failed;
        tls_->commit_input(size);
        // A handshake record begins with 22 (RFC 8446 section 5.1), a request with a letter.
        if (first && is_token(tls_->input().front())) co_return Handshake::plain_text;
    }
}

std::string ByteStream::take_plain_text() {
    std::string text(tls_->input());
    tls_.reset();
    return text;
}

void ByteStream::send_close_notify() {
    if (!tls_) return;
    tls_->close();
    flush_tls();
}

std::uint64_t ByteStream::discard_available(std::uint64_t size) {
    const std::span<char> space = context_.discarded;
    std::uint64_t discarded = 0;
    while (discarded < size) {
        const auto part = space.first(std::min<std::uint64_t>(size - discarded, space.size()));
        const auto got = tls_ ? read_available_tls(part) : receive_available(part);
        if (got == 0) break;
        discarded += got;
    }
    return discarded;
}

Awaitable<bool> ByteStream::discard(std::uint64_t size) {
    set_timeout(settings().body_timeout);
    const std::span<char> space = context_.discarded;
    while (size > 0) {
        const auto got = co_await read(space.first(std::min<std::uint64_t>(size, space.size())));
        if (got == 0) co_return false;
        size -= got;
    }
    co_return true;
}

Awaitable<void> ByteStream::linger() {
    send_close_notify();
    boost::system::error_code error;
    std::ignore = socket_.shutdown(Socket::shutdown_send, error);
    set_timeout(std::min<std::chrono::milliseconds>(kLingerTime, settings().head_timeout / 2));
    std::size_t total = 0;
    while (!error && !expired() && total < kMaxLingered) {
        const auto [failed, size] =
            co_await socket_.async_read_some(asio::buffer(context_.discarded), kNoThrow);
        error = failed;
        total += size;
    }
}

}  // namespace cameo::http
