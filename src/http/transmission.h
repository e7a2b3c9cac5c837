#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cameo::http {

// The bytes of one answer on their way into a socket. Both parts are borrowed.
class Transmission {
  public:
    enum class State : std::uint8_t { done, blocked, failed };

    Transmission(std::string_view head, std::string_view body) : head_(head), body_(body) {}

    // Hands over as much as the socket takes without waiting: head and body in one system call
    // where they fit its buffer.
    State push(int socket);

    // How much is still to go.
    std::size_t left() const { return head_.size() + body_.size(); }

  private:
    std::string_view head_;
    std::string_view body_;
};

}  // namespace cameo::http
