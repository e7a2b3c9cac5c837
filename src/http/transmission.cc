#include "http/transmission.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

namespace cameo::http {
namespace {

iovec part(std::string_view bytes) { return {const_cast<char*>(bytes.data()), bytes.size()}; }

// MSG_NOSIGNAL: a vanished client is an error code here, not a SIGPIPE for the process.
ssize_t send_both(int socket, std::string_view head, std::string_view body) {
    std::array<iovec, 2> parts{part(head), part(body)};
    msghdr message{};
    message.msg_iov = head.empty() ? &parts[1] : parts.data();
    message.msg_iovlen = head.empty() ? 1 : 2;
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

Transmission::State Transmission::push(int socket) {
    while (!head_.empty() || !body_.empty()) {
        const auto sent = send_both(socket, head_, body_);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return errno == EAGAIN ? State::blocked : State::failed;
        const auto of_head = std::min(static_cast<std::size_t>(sent), head_.size());
        head_.remove_prefix(of_head);
        body_.remove_prefix(static_cast<std::size_t>(sent) - of_head);
    }
    return State::done;
}

}  // namespace cameo::http
