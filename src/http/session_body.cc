#include <algorithm>
#include <chrono>
#include <span>
#include <vector>

#include "http/body_reader.h"
#include "http/session.h"

// What a session does with the body of a request.
namespace cameo::http {
namespace {

constexpr std::size_t kStep = 32'768;
constexpr std::uint64_t kMostSkipped = 65'536;  // more costs more than a new connection
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::size_t least_body_bytes(const ServerSettings& settings) {
    return settings.body_bytes_per_second *
           static_cast<std::size_t>(settings.body_timeout.count()) / 1000;
}

}  // namespace

// Reads the body into the inbox, or finds that it is too large, which the handler shall judge. The
// head must stand still meanwhile, so what is read goes past the buffer that holds it.
Awaitable<Session::BodyEnd> Session::read_body() {
    BodyReader reader(head_.body, settings().max_body_bytes);
    inbox_->buffer.consume(reader.feed(inbox_->buffer.unread()));
    if (reader.state() != BodyReader::State::more) co_return keep_body(reader);
    inbox_->body_share = BodyShare(surroundings().body_budget);
    if (!reserve(reader, 0)) co_return BodyEnd::no_room;
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

// The answer is known and the body is not wanted: whether the connection can be kept, with what is
// still to come of the body in skip_. After `Expect: 100-continue` it cannot: the client may send
// the body or leave it out, and what follows would be read as one or the other.
bool Session::pass_over_body() {
    if (head_.expects_continue) return false;
    auto& buffer = inbox_->buffer;
    if (head_.body.chunked) {
        BodyReader reader(head_.body, settings().max_body_bytes);
        buffer.consume(reader.feed(buffer.unread()));
        return reader.state() == BodyReader::State::complete;
    }
    const auto buffered = std::min<std::uint64_t>(head_.body.length, buffer.unread().size());
    buffer.consume(buffered);
    if (head_.body.length - buffered > kMostSkipped) return false;
    skip_ = head_.body.length - buffered;
    return true;
}

}  // namespace cameo::http
