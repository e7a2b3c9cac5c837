#include "http/channel.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <tuple>

#include "http/transmission.h"

namespace cameo::http {
namespace {

using namespace std::chrono_literals;

constexpr auto kLingerTime = 2s;
constexpr std::size_t kMostLingered = 16'000'000;
constexpr std::size_t kSkipStep = 16'384;

}  // namespace

void Channel::expire() {
    expired_ = true;
    cancel();
}

void Channel::stop() {
    if (reading_) cancel();
}

void Channel::abandon() { cancel(); }

void Channel::cancel() {
    boost::system::error_code ignored;
    std::ignore = socket_.cancel(ignored);
}

// Asio tries a read at once only where the last one filled its buffer, so one that comes up empty
// is not paid for here.
Awaitable<std::size_t> Channel::read(std::span<char> room) {
    expired_ = false;
    if (surroundings_.stopping) co_return 0;
    reading_ = true;
    const auto [error, size] =
        co_await socket_.async_read_some(asio::buffer(room.data(), room.size()), kNoThrow);
    reading_ = false;
    co_return error ? 0 : size;
}

Awaitable<bool> Channel::send(std::string_view head, std::string_view body) {
    Transmission transmission(head, body);
    auto state = transmission.push(socket_.native_handle());
    while (state == Transmission::State::blocked) {
        wait_at_most(settings().write_timeout);
        const auto [error] = co_await socket_.async_wait(Socket::wait_write, kNoThrow);
        if (error) co_return false;
        state = transmission.push(socket_.native_handle());
    }
    co_return state == Transmission::State::done;
}

Awaitable<bool> Channel::skip(std::uint64_t size) {
    std::array<char, kSkipStep> dropped{};
    while (size > 0) {
        wait_at_most(settings().body_timeout);
        const auto got =
            co_await read(std::span(dropped).first(std::min<std::uint64_t>(size, dropped.size())));
        if (got == 0) co_return false;
        size -= got;
    }
    co_return true;
}

Awaitable<void> Channel::linger() {
    boost::system::error_code error;
    std::ignore = socket_.shutdown(Socket::shutdown_send, error);
    expired_ = false;
    wait_at_most(kLingerTime);
    std::array<char, kSkipStep> dropped{};
    std::size_t total = 0;
    while (!error && !expired_ && total < kMostLingered) {
        const auto [failed, size] =
            co_await socket_.async_read_some(asio::buffer(dropped), kNoThrow);
        error = failed;
        total += size;
    }
}

}  // namespace cameo::http
