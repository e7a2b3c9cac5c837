#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "http/asio.h"
#include "http/surroundings.h"
#include "http/sweeper.h"
#include "http/tls_engine.h"

namespace cameo::http {

// A connected socket with deadlines, plain or with TLS; whoever reads and writes need not know
// which. At most one of its coroutines runs at a time. Lives on one I/O thread.
class Channel : public Watched {
  public:
    // `tls` is null on a plain connection.
    Channel(Surroundings& surroundings, Socket socket, std::unique_ptr<TlsEngine> tls)
        : surroundings_(surroundings), socket_(std::move(socket)), tls_(std::move(tls)) {}

    void expire() override { cancel(); }
    void stop() override;
    void abandon() override { cancel(); }

  protected:
    enum class Opening : std::uint8_t {
        done,
        plain_text,  // the peer does not speak TLS: see take_plain_text()
        failed,
    };

    bool secure() const { return tls_ != nullptr; }

    // On a connection with TLS, before anything else: shakes hands within the handshake timeout.
    Awaitable<Opening> open();

    // After Opening::plain_text: what the peer has sent. The connection is a plain one from now on.
    std::string take_plain_text();

    // Reads what there is, waiting for the first byte until the deadline. How many bytes; 0 at the
    // end of the stream, and on failure, deadline (see expired()) and stop.
    Awaitable<std::size_t> read(std::span<char> room);

    // Whether all was written, each wait for room in the socket within the write timeout.
    Awaitable<bool> send(std::string_view head, std::string_view body);

    // Drops of the next `size` bytes those that have arrived; how many. Waits for nothing.
    std::uint64_t drop_arrived(std::uint64_t size);

    // Reads and drops `size` bytes; whether all came within the body timeout.
    Awaitable<bool> skip(std::uint64_t size);

    // Half-closes and reads on for a while, so that a client which is still sending meets the
    // answer and not a reset (RFC 9112 section 9.6).
    Awaitable<void> linger();

    // Tells a peer with TLS that this is the end; does not wait.
    void say_goodbye();

    void wait_at_most(std::chrono::milliseconds patience) {
        set_deadline(std::chrono::steady_clock::now() + patience);
    }
    Executor executor() { return socket_.get_executor(); }
    Surroundings& surroundings() { return surroundings_; }
    const ServerSettings& settings() const { return surroundings_.settings; }

  private:
    void cancel();
    Awaitable<std::size_t> receive(std::span<char> room);
    Awaitable<bool> transmit(std::string_view head, std::string_view body);
    Awaitable<std::size_t> read_tls(std::span<char> room);
    Awaitable<bool> send_tls(std::string_view head, std::string_view body);
    std::size_t take_arrived(std::span<char> room);
    std::size_t take_arrived_tls(std::span<char> room);
    bool push_output();

    Surroundings& surroundings_;
    Socket socket_;
    std::unique_ptr<TlsEngine> tls_;
    bool reading_ = false;  // what stop() may cut off
};

}  // namespace cameo::http
