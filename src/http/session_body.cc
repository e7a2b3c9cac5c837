#include <algorithm>
#include <chrono>
#include <span>
#include <tuple>
#include <vector>

#include "http/body_reader.h"
#include "http/session.h"

// What a session does with the body of a request.
namespace cameo::http {
namespace {

constexpr std::size_t kStep = 32'768;
constexpr std::uint64_t kMostDropped = 65'536;  // more costs more than a new connection
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::size_t least_body_bytes(const ServerSettings& settings) {
    return settings.body_bytes_per_second *
           static_cast<std::size_t>(settings.body_timeout.count()) / 1000;
}

bool came_through_proxy(const Request& request) {
    return request.has("via") || request.has("forwarded") || request.has("x-forwarded-for");
}

}  // namespace

// Reads the body into the inbox, or finds that it is too large, which the handler shall judge. The
// head must stand still meanwhile, so what is read goes past the buffer that holds it.
Awaitable<Session::BodyEnd> Session::read_body() {
    BodyReader reader(head_.body, settings().max_body_bytes);
    inbox_->buffer.consume(reader.feed(inbox_->buffer.unread()));
    if (reader.state() != BodyReader::State::more) {
        if (reader.state() == BodyReader::State::too_large) std::ignore = co_await let_body_come();
        co_return keep_body(reader);
    }
    inbox_->body_share = BodyShare(surroundings().body_budget);
    if (!reserve(reader, 0)) {
        std::ignore = co_await let_body_come();
        co_return BodyEnd::no_room;
    }
    if (head_.expects_continue && !co_await send({}, kContinue)) co_return BodyEnd::gone;
    BodyPace pace(least_body_bytes(settings()), settings().body_timeout,
                  std::chrono::steady_clock::now());
    std::vector<char> step(reader.wanted(kStep));
    wait_at_most(settings().body_timeout);
    while (reader.state() == BodyReader::State::more) {
        const auto size = co_await read(std::span(step).first(reader.wanted(step.size())));
        if (size == 0) co_return expired() ? BodyEnd::late : BodyEnd::gone;
        const auto now = std::chrono::steady_clock::now();
        pace.arrived(size, now);
        set_deadline(std::min(pace.deadline(), now + settings().body_timeout));
        if (!reserve(reader, size)) co_return BodyEnd::no_room;
        const std::string_view got(step.data(), size);
        overread_ = got.substr(reader.feed(got));
    }
    clear_deadline();
    co_return keep_body(reader);
}

// Before the bytes are taken: whether the budget of all bodies has room for them.
bool Session::reserve(BodyReader& reader, std::size_t coming) {
    const auto room = reader.room_for(coming);
    if (!inbox_->body_share.grow_to(room)) return false;
    reader.reserve(room);
    return true;
}

Session::BodyEnd Session::keep_body(BodyReader& reader) {
    if (reader.state() == BodyReader::State::malformed) return BodyEnd::malformed;
    if (reader.state() == BodyReader::State::too_large) {
        keep_ = false;
        linger_ = true;
        inbox_->body_share = {};
        request().body_state = BodyState::too_large;
        return BodyEnd::taken;
    }
    inbox_->body = reader.take();
    request().body = inbox_->body;
    request().body_state = BodyState::complete;
    request().arrived = std::chrono::steady_clock::now();
    return BodyEnd::taken;
}

// The answer is known and the body is not wanted. The connection is kept only where all of the body
// is there: a proxy may use its connection for another client's request although it has not sent
// the rest of this body, and that request would be taken for the rest (HAProxy 2.6, http-reuse).
Awaitable<void> Session::pass_over_body() {
    const auto rest = rest_of_body();
    if (rest == 0) co_return;
    const bool comes = co_await let_body_come();
    if (comes && rest && *rest <= settings().max_body_bytes) {
        const bool whole = co_await skip(*rest);
        clear_deadline();
        if (whole) co_return;
    }
    keep_ = false;
    linger_ = true;
}

// Asks for a body that is not wanted. Clients of HTTP/2 that sent `Expect` send the body without
// waiting, and some lose an answer that comes before its end through a proxy that waits for 100:
// curl 7.88 through Apache.
Awaitable<bool> Session::let_body_come() {
    if (!head_.expects_continue || !came_through_proxy(request())) co_return false;
    co_return co_await send({}, kContinue);
}

// How many bytes of the body have not arrived, after those that have are dropped; nullopt where its
// length is not known. Waits for nothing.
std::optional<std::uint64_t> Session::rest_of_body() {
    auto& buffer = inbox_->buffer;
    if (head_.body.chunked) {
        BodyReader reader(head_.body, settings().max_body_bytes);
        buffer.consume(reader.feed(buffer.unread()));
        return reader.state() == BodyReader::State::complete ? std::optional<std::uint64_t>(0)
                                                             : std::nullopt;
    }
    const auto buffered = std::min<std::uint64_t>(head_.body.length, buffer.unread().size());
    buffer.consume(buffered);
    const auto rest = head_.body.length - buffered;
    return rest > kMostDropped ? rest : rest - drop_arrived(rest);
}

}  // namespace cameo::http
