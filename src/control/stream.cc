#include "control/stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "control/protocol.h"

namespace cameo::control {
namespace {

using std::chrono::milliseconds;

// Of silence in the middle of a message. The other end is a process on the same machine.
constexpr milliseconds kLongestSilence{30'000};
constexpr int kWaitingToBeAccepted = 16;

std::unexpected<Error> failed(std::string_view what, const std::filesystem::path& file) {
    const int reason = errno;
    return fail(Fault::internal,
                fmt::format("cannot {} {}: {}", what, file.native(), std::strerror(reason)));
}

std::unexpected<Error> lost(std::string_view how) {
    return fail(Fault::internal, fmt::format("the connection to the other process {}", how));
}

// A socket's address has room for 107 characters, a data folder's path may have more: so by way of
// the folder's descriptor.
class Address {
  public:
    explicit Address(const std::filesystem::path& data)
        : folder_(::open(data.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
        address_.sun_family = AF_UNIX;
        const auto path =
            fmt::format("/proc/self/fd/{}/{}", folder_, socket_file(data).filename().native());
        std::ranges::copy(path, std::begin(address_.sun_path));
    }
    ~Address() {
        if (folder_ >= 0) ::close(folder_);
    }
    Address(const Address&) = delete;
    Address& operator=(const Address&) = delete;

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
    static constexpr socklen_t size() { return sizeof(sockaddr_un); }

  private:
    int folder_;
    sockaddr_un address_{};
};

int new_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

}  // namespace

std::filesystem::path socket_file(const std::filesystem::path& data) {
    return data / "control.sock";
}

Result<int> listen_in(const std::filesystem::path& data) {
    const auto file = socket_file(data);
    if (::unlink(file.c_str()) != 0 && errno != ENOENT) return failed("remove", file);
    const int socket = new_socket();
    if (socket < 0) return failed("make the socket", file);
    const Address address(data);
    // Linux gives the file the socket's own mode.
    if (::fchmod(socket, 0600) == 0 && ::bind(socket, address.get(), Address::size()) == 0 &&
        ::listen(socket, kWaitingToBeAccepted) == 0)
        return socket;
    const auto error = failed("listen on", file);
    ::close(socket);
    return error;
}

Stream::Stream(Stream&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), wake_(other.wake_) {}

Stream& Stream::operator=(Stream&& other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(wake_, other.wake_);
    return *this;
}

Stream::~Stream() {
    if (socket_ >= 0) ::close(socket_);
}

Result<Stream> Stream::connect(const std::filesystem::path& data) {
    Stream stream(new_socket());
    const Address address(data);
    if (stream.socket_ >= 0 && ::connect(stream.socket_, address.get(), Address::size()) == 0)
        return stream;
    return fail(Fault::busy,
                fmt::format("{}: {}", socket_file(data).native(), std::strerror(errno)));
}

Stream::Waited Stream::wait(short event, std::optional<milliseconds> longest) const {
    while (true) {
        std::array<pollfd, 2> descriptors{{{socket_, event, 0}, {wake_, POLLIN, 0}}};
        const int ready = ::poll(descriptors.data(), descriptors.size(),
                                 longest ? static_cast<int>(longest->count()) : -1);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return Waited::late;
        // What has come already is taken first: a request that is under way is finished.
        return descriptors[0].revents != 0 ? Waited::ready : Waited::woken;
    }
}

Result<void> Stream::read_all(std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
        if (wait(POLLIN, kLongestSilence) != Waited::ready) return lost("went silent");
        const auto got = ::recv(socket_, bytes.data(), bytes.size(), 0);
        if (got == 0) return lost("was closed");
        if (got < 0 && errno != EINTR && errno != EAGAIN) return lost(std::strerror(errno));
        if (got > 0) bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
    return {};
}

Result<std::optional<std::string>> Stream::read_head() {
    if (wait(POLLIN, std::nullopt) != Waited::ready) return std::nullopt;
    std::array<std::uint8_t, 4> prefix{};
    const auto got = ::recv(socket_, prefix.data(), prefix.size(), 0);
    if (got == 0 || (got < 0 && errno == ECONNRESET)) return std::nullopt;
    const auto have = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    if (auto read = read_all(std::span(prefix).subspan(have)); !read)
        return std::unexpected(std::move(read.error()));
    std::size_t length = 0;
    for (std::size_t i = 0; i < prefix.size(); ++i)
        length |= static_cast<std::size_t>(prefix[i]) << (8 * i);
    if (length > kMostHeadBytes)
        return fail(Fault::malformed, fmt::format("a head of {} bytes", length));
    const auto head = read_bytes(length);
    if (!head) return std::unexpected(head.error());
    return std::string(as_text(*head));
}

Result<Bytes> Stream::read_bytes(std::size_t count) {
    Bytes bytes(count);
    if (auto read = read_all(bytes); !read) return std::unexpected(std::move(read.error()));
    return bytes;
}

Result<void> Stream::write_all(ByteView bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            if (wait(POLLOUT, kLongestSilence) != Waited::ready) return lost("went silent");
        } else if (errno != EINTR) {
            return lost(std::strerror(errno));
        }
    }
    return {};
}

Result<void> Stream::write(std::string_view head, ByteView bytes) {
    Bytes start(4);
    for (std::size_t i = 0; i < start.size(); ++i)
        start[i] = static_cast<std::uint8_t>(head.size() >> (8 * i));
    start.insert(start.end(), head.begin(), head.end());
    if (auto written = write_all(start); !written) return written;
    return write_all(bytes);
}

void Stream::end() {
    constexpr milliseconds kLongestWait{5'000};
    if (::shutdown(socket_, SHUT_WR) == 0) (void)wait(POLLIN, kLongestWait);
}

bool Stream::has_ended() const {
    pollfd descriptor{socket_, POLLIN, 0};
    return ::poll(&descriptor, 1, 0) != 0;
}

std::optional<unsigned> Stream::peer_user() const {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket_, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
    return peer.uid;
}

}  // namespace cameo::control
