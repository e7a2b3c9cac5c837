#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "http/asio.h"
#include "http/surroundings.h"
#include "http/sweeper.h"

namespace cameo::http {

// A connected socket with deadlines. At most one of its coroutines runs at a time. Lives on one
// I/O thread.
class Channel : public Watched {
  public:
    Channel(Surroundings& surroundings, Socket socket)
        : surroundings_(surroundings), socket_(std::move(socket)) {}

    void expire() override;
    void stop() override;
    void abandon() override;

  protected:
    // Reads what there is, waiting for the first byte until the deadline. How many bytes; 0 at the
    // end of the stream, and on failure, deadline (see expired()) and stop.
    Awaitable<std::size_t> read(std::span<char> room);

    // Whether all was written, each wait for room in the socket within the write timeout.
    Awaitable<bool> send(std::string_view head, std::string_view body);

    // Reads and drops `size` bytes; whether they all came.
    Awaitable<bool> skip(std::uint64_t size);

    // Half-closes and reads on for a while, so that a client which is still sending meets the
    // answer and not a reset (RFC 9112 section 9.6).
    Awaitable<void> linger();

    void wait_at_most(std::chrono::milliseconds patience) {
        set_deadline(std::chrono::steady_clock::now() + patience);
    }
    bool expired() const { return expired_; }
    Executor executor() { return socket_.get_executor(); }
    Surroundings& surroundings() { return surroundings_; }
    const ServerSettings& settings() const { return surroundings_.settings; }

  private:
    void cancel();

    Surroundings& surroundings_;
    Socket socket_;
    bool reading_ = false;  // what stop() may cut off
    bool expired_ = false;
};

}  // namespace cameo::http
