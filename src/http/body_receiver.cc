#include "http/body_receiver.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <tuple>

namespace cameo::http {
namespace {

constexpr std::uint64_t kMaxDiscarded = 65'536;  // discarding more costs more than reconnecting
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::size_t least_body_bytes(const ServerSettings& settings) {
    return settings.body_bytes_per_second *
           static_cast<std::size_t>(settings.body_timeout.count()) / 1000;
}

bool came_through_proxy(const Request& request) {
    return request.has("via") || request.has("forwarded") || request.has("x-forwarded-for");
}

}  // namespace

// The head must not move during this, so the bytes are read beyond the buffer that contains it.
Awaitable<BodyResult> BodyReceiver::receive() {
    if (use_buffered_body()) co_return BodyResult::complete;
    const auto& settings = context_.settings;
    BodyReader reader(framing_, limit_);
    state_.buffer.consume(reader.feed(state_.buffer.data()));
    if (reader.state() == BodyReader::State::too_large) std::ignore = co_await ask_proxy_for_body();
    if (reader.state() != BodyReader::State::more) co_return finish(reader);
    state_.reservation = BodyReservation(context_.body_budget);
    if (!reserve(reader, 0)) {
        std::ignore = co_await ask_proxy_for_body();
        co_return BodyResult::over_budget;
    }
    if (framing_.expects_continue && !co_await stream_.write({}, kContinue))
        co_return BodyResult::disconnected;
    MinimumRate rate(least_body_bytes(settings), settings.body_timeout,
                     std::chrono::steady_clock::now());
    stream_.set_timeout(settings.body_timeout);
    while (reader.state() == BodyReader::State::more) {
        if (!reserve(reader, 1)) co_return BodyResult::over_budget;
        const auto size = co_await stream_.read(reader.prepare());
        if (size == 0)
            co_return stream_.expired() ? BodyResult::too_slow : BodyResult::disconnected;
        const auto now = std::chrono::steady_clock::now();
        rate.add(size, now);
        stream_.set_deadline(std::min(rate.deadline(), now + settings.body_timeout));
        if (!reserve(reader, size)) co_return BodyResult::over_budget;
        state_.read_ahead = reader.commit(size);
    }
    stream_.clear_deadline();
    co_return finish(reader);
}

// A body of known length that arrived whole with its head is not copied.
bool BodyReceiver::use_buffered_body() {
    const auto buffered = state_.buffer.data();
    if (framing_.chunked || framing_.length > buffered.size() || framing_.length > limit_)
        return false;
    state_.request.body = buffered.substr(0, framing_.length);
    state_.request.body_state = BodyState::complete;
    state_.buffer.consume(framing_.length);
    return true;
}

// Called before bytes are kept: whether the budget of all bodies has enough left for them.
bool BodyReceiver::reserve(BodyReader& reader, std::size_t coming) {
    const auto capacity = reader.capacity_for(coming);
    if (!state_.reservation.grow_to(capacity)) return false;
    reader.reserve(capacity);
    return true;
}

BodyResult BodyReceiver::finish(BodyReader& reader) {
    if (reader.state() == BodyReader::State::malformed) return BodyResult::malformed;
    if (reader.state() == BodyReader::State::too_large) {
        state_.reservation = {};
        state_.request.body_state = BodyState::too_large;
        return BodyResult::too_large;
    }
    state_.body = reader.take();
    state_.request.body = state_.body.view();
    state_.request.body_state = BodyState::complete;
    state_.request.arrived = std::chrono::steady_clock::now();
    return BodyResult::complete;
}

// Keep the connection only if all of the body has arrived: a proxy may use its connection for
// another client's request although it has not sent the rest of this body, and that request would
// be read as the rest (HAProxy 2.6, http-reuse).
Awaitable<bool> BodyReceiver::discard() {
    const auto rest = discard_available();
    if (rest == 0) co_return true;
    const bool asked = co_await ask_proxy_for_body();
    if (!asked || !rest || *rest > limit_) co_return false;
    const bool whole = co_await stream_.discard(*rest);
    stream_.clear_deadline();
    co_return whole;
}

// Sends `100 Continue` for a body that is not used. Clients of HTTP/2 that sent `Expect` send the
// body without waiting. Some lose a reply that arrives before its end through a proxy that waits
// for 100: curl 7.88 through Apache.
Awaitable<bool> BodyReceiver::ask_proxy_for_body() {
    if (!framing_.expects_continue || !came_through_proxy(state_.request)) co_return false;
    co_return co_await stream_.write({}, kContinue);
}

// How many bytes of the body have not arrived, after dropping those that have; nullopt if its
// length is not known. Does not wait.
std::optional<std::uint64_t> BodyReceiver::discard_available() {
    auto& buffer = state_.buffer;
    if (framing_.chunked) {
        BodyReader reader(framing_, limit_);
        buffer.consume(reader.feed(buffer.data()));
        return reader.state() == BodyReader::State::complete ? std::optional<std::uint64_t>(0)
                                                             : std::nullopt;
    }
    const auto buffered = std::min<std::uint64_t>(framing_.length, buffer.data().size());
    buffer.consume(buffered);
    const auto rest = framing_.length - buffered;
    return rest > kMaxDiscarded ? rest : rest - stream_.discard_available(rest);
}

}  // namespace cameo::http
