#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

// The control socket as a stream of messages: a head's length in 4 bytes, little-endian, the head,
// and whatever bytes the head tells of. Both ends use it; one thread at a time.
namespace cameo::control {

// `control.sock` in the data folder.
std::filesystem::path socket_file(const std::filesystem::path& data);

class Stream {
  public:
    // Owns the socket. Where `wake` (borrowed, -1 for none) gets readable, waiting ends.
    explicit Stream(int socket, int wake = -1) : socket_(socket), wake_(wake) {}
    Stream(Stream&& other) noexcept;
    Stream& operator=(Stream&& other) noexcept;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream();

    // To the server of the folder. Fault::busy where nobody listens or it has no room for one more.
    static Result<Stream> connect(const std::filesystem::path& data);

    // nullopt where the other end closes in good order, or `wake` speaks, before a head has begun,
    // which may be long to come. Fault::malformed where the head is longer than kMostHeadBytes;
    // Fault::internal where the rest of it does not come.
    Result<std::optional<std::string>> read_head();

    // As long as the other end keeps sending.
    Result<Bytes> read_bytes(std::size_t count);

    Result<void> write(std::string_view head, ByteView bytes = {});

    // Sends nothing more, and waits (5 s at most) until the other end has closed: what it held for
    // this connection is released then.
    void end();

    // The other end has closed, or is gone. REQUIRES: it sends only replies, and none is due.
    bool has_ended() const;

    // The user at the other end; nullopt where the system does not tell.
    std::optional<unsigned> peer_user() const;

  private:
    enum class Waited { ready, woken, late };
    Waited wait(short event, std::optional<std::chrono::milliseconds> longest) const;
    Result<void> read_all(std::span<std::uint8_t> bytes);
    Result<void> write_all(ByteView bytes);

    int socket_;
    int wake_;
};

// A listening socket in the folder, mode 0600, in the place of one that an earlier process left.
// Gives its descriptor. REQUIRES: this process owns the folder. Fault::internal where it cannot be.
Result<int> listen_in(const std::filesystem::path& data);

}  // namespace cameo::control
