#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/read_buffer.h"
#include "http/tls_context.h"

namespace cameo::http {

// The server's side of one TLS connection, without the socket: its caller passes in the received
// bytes and sends the output. Deadlines, reading and writing are therefore the same as on a plain
// connection. Not thread-safe; cannot be moved.
class TlsEngine {
  public:
    enum class State : std::uint8_t {
        ready,        // done
        wants_input,  // call input_space() and commit_input()
        closed,       // by the peer, or after an error; an alert may be in output()
    };

    struct Read {
        State state = State::closed;
        std::size_t size = 0;  // if ready: at least 1
    };

    // Throws bad_alloc.
    explicit TlsEngine(const TlsContext& context);
    TlsEngine(const TlsEngine&) = delete;
    TlsEngine& operator=(const TlsEngine&) = delete;
    ~TlsEngine() = default;

    // The space for bytes from the socket, and how many were read.
    std::span<char> input_space(std::size_t size);
    void commit_input(std::size_t size) { input_.commit(size); }
    std::string_view input() const { return input_.data(); }

    State handshake();

    // Decrypts the available bytes, at most the size of `space`.
    Read read(std::span<char> space);

    // Encrypts `head` and as much of `body` as makes one efficient write to a socket, both in
    // one record if they fit. Returns how many bytes of `body`; nullopt if the connection is
    // closed.
    std::optional<std::size_t> write(std::string_view head, std::string_view body);

    // Outputs close_notify, the end of the written data (RFC 8446 section 6.1).
    void close();

    // The bytes to send; valid until the next call of anything above. consume_output(): its first
    // `size` bytes were sent.
    std::string_view output() const { return std::string_view(output_).substr(sent_); }
    void consume_output(std::size_t size);

  private:
    static int bio_read(BIO* bio, char* space, int size);
    static int bio_write(BIO* bio, const char* bytes, int size);
    static const BIO_METHOD* transport();

    State state_of(int result);
    bool encrypt(std::string_view plain);

    ReadBuffer input_;
    std::string output_;
    std::size_t sent_ = 0;  // of output_
    SslPtr ssl_;
    bool failed_ = false;  // then OpenSSL must not be called again
};

}  // namespace cameo::http
