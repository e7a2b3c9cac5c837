#include "http/server_testing.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "base/text.h"

namespace cameo::http::testing {
namespace {

using namespace std::chrono_literals;

std::string_view name_of(BodyState state) {
    constexpr std::array<std::string_view, 4> kNames{"none", "pending", "complete", "too_large"};
    return kNames.at(static_cast<std::size_t>(state));
}

}  // namespace

std::optional<Reply> TestHandler::try_fast(const Request& request) {
    if (request.target == "/fast") return Reply{200, "X-Lane: fast\r\n", "fast"};
    if (request.target == "/204") return Reply{204, {}, "unwanted"};
    if (request.target == "/304") return Reply{304, {}, "unwanted"};
    if (request.target == "/large") return Reply{200, {}, std::string(kLargeBody, 'x')};
    if (request.target == "/throw-fast") throw std::runtime_error("fast");
    return std::nullopt;
}

WorkPool& TestHandler::pool(const Request& request) {
    return request.target == "/full" ? full_ : pool_;
}

Reply TestHandler::handle(const Request& request) {
    if (request.target.starts_with("/throw")) throw std::runtime_error("slow");
    if (request.target == "/wait") {
        entered.release();
        released.acquire();
    }
    return Reply{
        200, "X-Lane: pool\r\n",
        fmt::format("{} {} {}", request.method_text, name_of(request.body_state), request.body)};
}

Reply TestHandler::refuse(const Refusal& refusal, const Request& request) {
    if (request.target == "/throw-all") throw std::runtime_error("refuse");
    return Reply{refusal.status, "X-Lane: refusal\r\n", std::string(refusal.reason)};
}

void TestHandler::finished(const Exchange& exchange) {
    const std::lock_guard lock(mutex_);
    statuses_.push_back(exchange.status);
    remote_ = exchange.remote;
}

std::vector<int> TestHandler::finished_statuses() const {
    const std::lock_guard lock(mutex_);
    return statuses_;
}

std::string TestHandler::last_remote() const {
    const std::lock_guard lock(mutex_);
    return remote_;
}

RunningServer::RunningServer(const ServerSettings& settings, Handler& handler) {
    server_ = Server::listen(settings, handler).value();
    thread_ = std::thread([this] { server_->run(); });
}

RunningServer::~RunningServer() {
    if (!thread_.joinable()) return;
    server_->stop();
    thread_.join();
}

void RunningServer::join() { thread_.join(); }

std::string Answer::field(std::string_view name) const {
    std::string_view rest = head;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(std::min(line.size() + 2, rest.size()));
        const auto colon = line.find(": ");
        if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name))
            return std::string(line.substr(colon + 2));
    }
    return "(none)";
}

Client::Client(std::uint16_t port, int receive_buffer) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (receive_buffer > 0)
        setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("connect");
}

Client::~Client() {
    if (socket_ >= 0) close(socket_);
}

bool Client::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool Client::receive() {
    std::array<char, 65536> step{};
    const auto size = recv(socket_, step.data(), step.size(), 0);
    if (size > 0) received_.append(step.data(), static_cast<std::size_t>(size));
    return size > 0;
}

Answer Client::answer(bool without_body) {
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
        if (!receive()) return {};
    Answer answer{.head = received_.substr(0, end + 2)};
    received_.erase(0, end + 4);
    std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
    std::size_t length = 0;
    const auto text = answer.field("Content-Length");
    std::from_chars(text.data(), text.data() + text.size(), length);
    if (without_body) length = 0;
    while (received_.size() < length)
        if (!receive()) return {};
    answer.body = received_.substr(0, length);
    received_.erase(0, length);
    return answer;
}

std::optional<std::string> Client::rest() {
    while (receive()) {
    }
    char byte = 0;
    if (recv(socket_, &byte, 1, 0) != 0) return std::nullopt;
    return std::exchange(received_, {});
}

void Client::half_close() const { shutdown(socket_, SHUT_WR); }

void Client::reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(std::exchange(socket_, -1));
}

bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 5000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

}  // namespace cameo::http::testing
