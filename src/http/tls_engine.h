#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/openssl_owned.h"
#include "http/read_buffer.h"
#include "http/tls_context.h"

namespace cameo::http {

// The server's side of one TLS connection, without the socket: what came in is fed to it, what is
// to go out is taken from it. So the deadlines and the reading and writing of a TLS connection are
// those of a plain one. Not thread-safe; does not move.
class TlsEngine {
  public:
    enum class State : std::uint8_t {
        ready,        // done
        wants_input,  // feed it
        over,         // closed by the peer, or broken; an alert may be in output()
    };

    struct Read {
        State state = State::over;
        std::size_t size = 0;  // where ready: at least 1
    };

    // Throws bad_alloc.
    explicit TlsEngine(const TlsContext& context);
    TlsEngine(const TlsEngine&) = delete;
    TlsEngine& operator=(const TlsEngine&) = delete;
    ~TlsEngine() = default;

    // Where to read from the socket into, and how much has been.
    std::span<char> input_room(std::size_t size);
    void commit_input(std::size_t size) { input_.commit(size); }
    std::string_view input() const { return input_.unread(); }

    State handshake();

    // Decrypts what there is, as far as `room` holds.
    Read read(std::span<char> room);

    // Encrypts `head` and as much of `body` as makes one good write to a socket, the two in one
    // record where they fit. How many bytes of `body`; nullopt where the connection is over.
    std::optional<std::size_t> write(std::string_view head, std::string_view body);

    // Says that nothing more will be written (RFC 8446 section 6.1).
    void close();

    // What is to go out; stands until the next call of anything above. The first `size` bytes of it
    // have.
    std::string_view output() const { return output_; }
    void consume_output(std::size_t size);

  private:
    static int take_input(BIO* bio, char* room, int size);
    static int give_output(BIO* bio, const char* bytes, int size);
    static const BIO_METHOD* transport();

    State state_of(int result);
    bool encrypt(std::string_view plain);

    ReadBuffer input_;
    std::string output_;
    OwnedSsl ssl_;
    bool broken_ = false;  // after which OpenSSL is to be asked nothing more
};

}  // namespace cameo::http
