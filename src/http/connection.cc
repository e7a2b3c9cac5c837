#include "http/connection.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <utility>
#include <variant>

#include "base/ids.h"
#include "http/body_receiver.h"
#include "http/client_address.h"
#include "http/exception_guard.h"
#include "http/reply_head.h"

namespace cameo::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMinRead = 1024;
constexpr auto kRejectTimeout = 2s;
constexpr ProtocolError kPlainText{400,
                                   "This port requires HTTPS; the request was sent without TLS."};
constexpr int kClientGone = 499;  // only for the log, as in nginx: no reply could be sent

constexpr std::string_view kLastChunk = "0\r\n\r\n";

std::string chunk_head(std::size_t size) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), size, 16).ptr;
    return std::string(digits.begin(), end) + "\r\n";
}

std::string_view body_to_send(const Reply& reply, Method method) {
    return method == Method::head || !has_body(reply.status) ? std::string_view()
                                                             : reply.body.view();
}

}  // namespace

Connection::Connection(IoThreadContext& context, Accepted accepted, std::unique_ptr<TlsEngine> tls,
                       std::atomic<std::size_t>& open)
    : context_(context),
      counted_(open),
      stream_(context, std::move(accepted.socket), std::move(tls)),
      state_(std::make_shared<RequestState>()),
      pool_call_(context, stream_.executor()) {
    state_->peer = std::move(accepted.peer);
    stream_.set_timeout(settings().idle_timeout);
}

void Connection::reject(const ProtocolError& error) {
    rejected_ = error;
    stream_.set_timeout(
        std::min<std::chrono::milliseconds>(kRejectTimeout, settings().idle_timeout));
}

Awaitable<void> Connection::serve(std::unique_ptr<Connection> connection) {
    if (!connection->stream_.secure() || co_await connection->handshake())
        co_await connection->run();
    connection->stream_.send_close_notify();
}

void Connection::abandon() {
    stream_.cancel();
    pool_call_.abandon();
}

// Whether the connection can be served.
Awaitable<bool> Connection::handshake() {
    const auto result = co_await stream_.handshake();
    if (result == ByteStream::Handshake::failed) co_return false;
    stream_.set_timeout(settings().idle_timeout);
    if (result == ByteStream::Handshake::plain_text) {
        state_->read_ahead = stream_.take_plain_text();
        reject(kPlainText);
    }
    co_return true;
}

// A request that is answered from memory uses only the coroutine that reads.
Awaitable<void> Connection::run() {
    while (keep_) {
        begin_head();
        while (head_.state == Head::State::incomplete) {
            const auto space = state_->buffer.prepare(kMinRead);
            const auto size = co_await stream_.read(space);
            if (!add_to_head({space.data(), size})) co_return;
        }
        begin_request();
        auto started = start();
        if (auto* continuation = std::get_if<Continuation>(&started)) {
            auto reply = co_await answer(std::move(*continuation));
            if (!reply) co_return finish_request(kClientGone, 0);
            reply_ = *std::move(reply);
        } else {
            reply_ = std::get<Reply>(std::move(started));
            if (fast_ && head_.body.has_body() && !co_await discard_body()) close_after_reply();
        }
        state_->release_body();
        write_head();
        const auto body = body_to_send(reply_, request().method);
        const auto write = stream_.write_available(out_, body);
        if (write.state == ByteStream::Write::State::done && !reply_.source)
            finish_request(reply_.status, body.size());
        else if (!co_await send_rest(write))
            co_return;
        reply_ = {};
        state_->shrink();
    }
    if (linger_) co_await stream_.linger();
}

void Connection::begin_head() {
    auto& buffer = state_->buffer;
    if (!state_->read_ahead.empty()) {
        buffer.append(state_->read_ahead);
        state_->read_ahead = {};
    }
    head_begun_ = false;
    parse();
    limit_head_time();
}

// Whether the connection continues: there may be a reply even if nothing was received.
bool Connection::add_to_head(std::string_view received) {
    const bool late = head_begun_ && stream_.expired();
    if (received.empty() && !late) return false;
    auto& buffer = state_->buffer;
    buffer.commit(received.size());
    // Only the end of a line can change the result, and the number of lines is limited. A head
    // that arrives byte by byte is therefore not parsed once per byte.
    if (!head_begun_ || received.empty() || received.contains('\n') ||
        buffer.data().size() > settings().max_head_bytes)
        parse();
    if (received.empty()) {
        head_.state = Head::State::invalid;
        head_.error = {408, "The request head did not arrive in time."};
    }
    limit_head_time();
    return true;
}

void Connection::limit_head_time() {
    if (head_begun_ || head_.state != Head::State::incomplete || state_->buffer.data().empty())
        return;
    head_begun_ = true;
    if (!rejected_) stream_.set_timeout(settings().head_timeout);
}

void Connection::parse() {
    const HeadLimits limits{.max_bytes = settings().max_head_bytes};
    head_ = parse_head(state_->buffer.data(), limits, std::move(request()));
    request() = std::move(head_.request);
}

void Connection::begin_request() {
    started_ = std::chrono::steady_clock::now();
    stream_.clear_deadline();
    fast_ = false;
    write_request_id(request().id.data());
    if (request().client_id.empty()) request().client_id = request().request_id();
    request().remote = state_->peer;
    request().secure = stream_.secure();
    request().forwarded_host = {};
    if (request().forwarded) use_forwarding_fields();
    request().arrived = started_;
    request().body = {};
    request().body_state = head_.body.has_body() ? BodyState::pending : BodyState::none;
    keep_ = head_.state == Head::State::complete && head_.keep_alive;
    state_->buffer.consume(head_.length);
}

void Connection::use_forwarding_fields() {
    const auto& trusted = settings().trusted_proxies;
    request().remote = client_address(request(), state_->peer, trusted);
    const auto origin = forwarded_origin(request(), state_->peer, trusted);
    request().secure = origin.https.value_or(stream_.secure());
    request().forwarded_host = origin.host;
}

StartResult Connection::start() {
    if (head_.state == Head::State::invalid) return error_and_close(head_.error);
    if (rejected_) return error_and_close(*rejected_);
    auto started = guarded_start(context_.handler, request());
    fast_ = std::holds_alternative<Reply>(started);
    return started;
}

Awaitable<bool> Connection::discard_body() {
    BodyReceiver body(context_, stream_, *state_, head_.body);
    co_return co_await body.discard();
}

// Receives the body and runs the continuation; nullopt if the client has disconnected.
Awaitable<std::optional<Reply>> Connection::answer(Continuation continuation) {
    auto result = BodyResult::complete;
    if (head_.body.has_body()) {
        BodyReceiver body(context_, stream_, *state_, head_.body, continuation.max_body_bytes);
        result = co_await body.receive();
    }
    switch (result) {
        case BodyResult::disconnected:
            co_return std::nullopt;
        case BodyResult::too_slow:
            co_return error_and_close({408, "The request body stopped, or arrived too slowly."});
        case BodyResult::over_budget:
            co_return error_and_close({503, "Too many uploads are under way. Try again later."});
        case BodyResult::malformed:
            co_return error_and_close({400, "The chunked body is malformed."});
        case BodyResult::too_large:
            close_after_reply();
            break;
        case BodyResult::complete:
            break;
    }
    co_return co_await pool_call_.run(state_, std::move(continuation));
}

Reply Connection::error_and_close(const ProtocolError& error) {
    close_after_reply();
    return guarded_error_reply(context_.handler, error, request());
}

void Connection::close_after_reply() {
    keep_ = false;
    linger_ = true;
}

void Connection::write_head() {
    // HTTP/1.0 has no chunks: there the end of the connection is the end of the body.
    keep_ = keep_ && !context_.stopping && !(reply_.source && head_.is_http10);
    if (!keep_ && !state_->buffer.data().empty()) linger_ = true;
    const auto connection = !keep_            ? ConnectionField::close
                            : head_.is_http10 ? ConnectionField::keep_alive
                                              : ConnectionField::none;
    out_ = reply_head(
        {.status = reply_.status,
         .date_line = context_.date.line(std::time(nullptr)),
         .request_id = request().request_id(),
         .client_id = request().client_id,
         .body_size = reply_.source ? std::nullopt : std::optional(reply_.body.view().size()),
         .chunked = reply_.source && !head_.is_http10,
         .connection = connection,
         .fields = reply_.fields.view(),
         .more_fields = reply_.more_fields.view(),
         .fixed_fields = stream_.secure() ? settings().fixed_tls_fields : settings().fixed_fields,
         .vary = reply_.vary},
        std::move(out_));
}

// Whether all was sent; the request is finished in both cases.
Awaitable<bool> Connection::send_rest(ByteStream::Write write) {
    auto size = body_to_send(reply_, request().method).size();
    bool sent = co_await stream_.finish(write);
    if (sent && reply_.source && request().method != Method::head) {
        const auto streamed = co_await send_pieces(reply_.source);
        sent = streamed.has_value();
        size += streamed.value_or(0);
    }
    finish_request(reply_.status, size);
    co_return sent;
}

// Sends the pieces of the source; returns how many bytes, nullopt if the source did not reach its
// end.
Awaitable<std::optional<std::size_t>> Connection::send_pieces(std::shared_ptr<BodySource> source) {
    std::size_t size = 0;
    for (;;) {
        auto piece = co_await pool_call_.next_piece(source);
        if (piece.failed) co_return std::nullopt;
        if (!piece.text) break;
        if (piece.text->empty()) continue;  // an empty chunk would be the end
        size += piece.text->size();
        out_.clear();
        if (!head_.is_http10) {
            out_ = chunk_head(piece.text->size());
            piece.text->append("\r\n");
        }
        if (!co_await stream_.write(out_, *piece.text)) co_return std::nullopt;
    }
    const bool ended = head_.is_http10 || co_await stream_.write(kLastChunk, {});
    co_return ended ? std::optional(size) : std::nullopt;
}

void Connection::finish_request(int status, std::size_t body_bytes) {
    const auto now = std::chrono::steady_clock::now();
    guarded_finished(context_.handler, {.method = request().method_text,
                                        .target = request().target,
                                        .status = status,
                                        .body_bytes = body_bytes,
                                        .duration = now - started_,
                                        .fast = fast_,
                                        .request_id = request().request_id(),
                                        .remote = request().remote,
                                        .forwarded = request().forwarded});
    stream_.set_deadline(now + settings().idle_timeout);
}

}  // namespace cameo::http
