#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "http/asio.h"
#include "http/io_thread_context.h"
#include "http/tls_engine.h"

namespace cameo::http {

// A connected socket with one deadline, plain or with TLS, with the same functions for
// both. A connection of any protocol owns one. At most one of its coroutines runs at a time. Used
// by one I/O thread.
class ByteStream {
  public:
    // `tls` is null on a plain connection.
    ByteStream(IoThreadContext& context, Socket socket, std::unique_ptr<TlsEngine> tls)
        : context_(context), socket_(std::move(socket)), tls_(std::move(tls)) {}
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;
    ~ByteStream() = default;

    bool secure() const { return tls_ != nullptr; }
    Executor executor() { return socket_.get_executor(); }

    enum class Handshake : std::uint8_t {
        done,
        plain_text,  // the peer does not use TLS: see take_plain_text()
        failed,
    };

    // Makes the TLS handshake within the handshake timeout. REQUIRES: secure(), before any read or
    // write.
    Awaitable<Handshake> handshake();

    // After Handshake::plain_text: the bytes of the peer. The stream is a plain one from now on.
    std::string take_plain_text();

    // Reads the available bytes, and waits for the first byte until the deadline. Returns how many;
    // 0 at the end of the stream, and on failure, deadline (see expired()) and stop.
    Awaitable<std::size_t> read(std::span<char> space);

    // The state of a write. Both parts are borrowed.
    struct Write {
        enum class State : std::uint8_t { done, blocked, failed };

        State state = State::done;
        std::string_view head;  // not yet written
        std::string_view body;
    };

    // Writes as much as the socket accepts without waiting: head and body in one system call if
    // they fit its buffer.
    Write write_available(std::string_view head, std::string_view body);

    // Writes the rest of a blocked one; each wait for the socket ends with the write timeout.
    // Whether all was written.
    Awaitable<bool> finish(Write write);

    // Both of the above.
    Awaitable<bool> write(std::string_view head, std::string_view body) {
        return finish(write_available(head, body));
    }

    // Drops those of the next `size` bytes that have arrived; returns how many. Does not wait.
    std::uint64_t discard_available(std::uint64_t size);

    // Reads and drops `size` bytes; whether all arrived within the body timeout.
    Awaitable<bool> discard(std::uint64_t size);

    // Half-closes and continues to read for a while, so that a client which is still sending gets
    // the reply and not a reset (RFC 9112 section 9.6).
    Awaitable<void> linger();

    // With TLS: sends the alert that ends the stream; does not wait.
    void send_close_notify();

    void set_deadline(TimePoint deadline) {
        deadline_ = deadline;
        expired_ = false;
    }
    void set_timeout(std::chrono::milliseconds timeout) {
        set_deadline(std::chrono::steady_clock::now() + timeout);
    }
    void clear_deadline() { set_deadline(TimePoint::max()); }

    // Cancels the current wait if the deadline has passed.
    void check_deadline(TimePoint now);

    // Whether check_deadline() found that the deadline has passed. Remains true until another
    // deadline is set: the cancelled wait may have ended a moment before, and the next wait must
    // end too.
    bool expired() const { return expired_; }

    // Ends a wait for input. Bytes that the kernel has received are still read.
    void stop_reading() {
        if (reading_) cancel();
    }

    // Ends every wait.
    void cancel();

  private:
    const ServerSettings& settings() const { return context_.settings; }
    Awaitable<std::size_t> receive(std::span<char> space);
    Awaitable<std::size_t> read_tls(std::span<char> space);
    std::size_t receive_available(std::span<char> space);
    std::size_t read_available_tls(std::span<char> space);
    Write write_available_tls(std::string_view head, std::string_view body);
    bool flush_tls();

    IoThreadContext& context_;
    Socket socket_;
    std::unique_ptr<TlsEngine> tls_;
    TimePoint deadline_ = TimePoint::max();
    bool expired_ = false;
    bool reading_ = false;  // stop_reading() may cancel it
};

}  // namespace cameo::http
