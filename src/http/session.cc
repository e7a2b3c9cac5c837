#include "http/session.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <span>
#include <utility>

#include "base/ids.h"
#include "http/client_address.h"
#include "http/last_catch.h"
#include "http/reply_head.h"

namespace cameo::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLeastRead = 1024;
constexpr auto kPatienceTurnedAway = 2s;
constexpr ProtocolError kPlainText{400, "This port speaks HTTPS; the request came without TLS."};
constexpr int kClientGone = 499;  // for the log alone, as nginx has it: no answer could be sent

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

Session::Session(Surroundings& surroundings, Accepted accepted, std::unique_ptr<TlsEngine> tls,
                 std::atomic<std::size_t>& open)
    : Channel(surroundings, std::move(accepted.socket), std::move(tls)),
      counted_(open),
      inbox_(std::make_shared<Inbox>()),
      offload_(surroundings, executor()) {
    inbox_->remote = std::move(accepted.remote);
    wait_at_most(settings().idle_timeout);
}

void Session::turn_away(const ProtocolError& refusal) {
    refusal_ = refusal;
    wait_at_most(std::min<std::chrono::milliseconds>(kPatienceTurnedAway, settings().idle_timeout));
}

Awaitable<void> Session::serve(std::unique_ptr<Session> session) {
    if (!session->secure() || co_await session->begin()) co_await session->run();
    session->say_goodbye();
}

// Shakes hands; whether there is a connection to serve.
Awaitable<bool> Session::begin() {
    const auto opening = co_await open();
    if (opening == Opening::failed) co_return false;
    wait_at_most(settings().idle_timeout);
    if (opening == Opening::plain_text) {
        overread_ = take_plain_text();
        turn_away(kPlainText);
    }
    co_return true;
}

void Session::abandon() {
    Channel::abandon();
    offload_.abandon();
}

Awaitable<void> Session::run() {
    while (keep_) {
        if (!co_await read_head()) co_return;
        begin_exchange();
        auto reply = co_await answer(start());
        if (!reply) {
            end_exchange(kClientGone, 0);
            co_return;
        }
        inbox_->drop_body();
        write_head(*reply);
        if (!co_await send_reply(*std::move(reply))) co_return;
        inbox_->shrink();
    }
    if (linger_) co_await linger();
}

// Whether all was sent; tells of the exchange either way.
Awaitable<bool> Session::send_reply(Reply reply) {
    const auto body = body_to_send(reply, request().method);
    bool sent = co_await send(out_, body);
    std::size_t size = body.size();
    if (sent && reply.source && request().method != Method::head) {
        const auto streamed = co_await stream(reply.source);
        sent = streamed.has_value();
        size += streamed.value_or(0);
    }
    end_exchange(reply.status, size);
    co_return sent;
}

// Sends what the source makes, piece by piece; how many bytes, nullopt where it did not come to its
// end.
Awaitable<std::optional<std::size_t>> Session::stream(std::shared_ptr<BodySource> source) {
    std::size_t size = 0;
    for (;;) {
        auto piece = co_await offload_.next(source);
        if (piece.failed) co_return std::nullopt;
        if (!piece.text) break;
        if (piece.text->empty()) continue;  // an empty chunk would be the end
        size += piece.text->size();
        if (!head_.old_version) {
            out_ = chunk_head(piece.text->size());
            piece.text->append("\r\n");
        } else {
            out_.clear();
        }
        if (!co_await send(out_, *piece.text)) co_return std::nullopt;
    }
    const bool ended = head_.old_version || co_await send(kLastChunk, {});
    co_return ended ? std::optional(size) : std::nullopt;
}

// Whether there is something to answer: a head, or a refusal of what came instead.
Awaitable<bool> Session::read_head() {
    auto& buffer = inbox_->buffer;
    if (!overread_.empty()) buffer.append(std::exchange(overread_, {}));
    bool begun = false;
    parse();
    while (head_.state == Head::State::incomplete) {
        if (!begun && !buffer.unread().empty()) {
            begun = true;
            if (!refusal_) wait_at_most(settings().head_timeout);
        }
        const auto room = buffer.room(kLeastRead);
        const auto size = co_await read(room);
        if (size == 0 && !(begun && expired())) co_return false;
        buffer.commit(size);
        // Only the end of a line can change the verdict, and the number of lines is limited: so a
        // head that trickles in is not parsed once per byte.
        const std::string_view got(room.data(), size);
        if (!begun || size == 0 || got.contains('\n') ||
            buffer.unread().size() > settings().max_head_bytes)
            parse();
        if (size == 0) {
            head_.state = Head::State::refused;
            head_.refusal = {408, "The request head did not arrive in time."};
        }
    }
    co_return true;
}

void Session::parse() {
    const HeadLimits limits{.max_bytes = settings().max_head_bytes};
    head_ = parse_head(inbox_->buffer.unread(), limits, std::move(request()));
    request() = std::move(head_.request);
}

void Session::begin_exchange() {
    started_ = std::chrono::steady_clock::now();
    clear_deadline();
    fast_ = false;
    write_request_id(request().id.data());
    if (request().client_id.empty()) request().client_id = request().request_id();
    request().remote = client_address(request(), inbox_->remote, settings().trusted_proxies);
    const auto origin = forwarded_origin(request(), inbox_->remote, settings().trusted_proxies);
    request().secure = origin.https.value_or(secure());
    request().forwarded_host = origin.host;
    request().arrived = started_;
    request().body = {};
    request().body_state = head_.body.has_body() ? BodyState::pending : BodyState::none;
    keep_ = head_.state == Head::State::complete && head_.keep_alive;
    inbox_->buffer.consume(head_.length);
}

StartResult Session::start() {
    if (head_.state == Head::State::refused) return refuse_and_close(head_.refusal);
    if (refusal_) return refuse_and_close(*refusal_);
    auto started = guarded_start(surroundings().handler, request());
    fast_ = std::holds_alternative<Reply>(started);
    return started;
}

// nullopt where the client is gone.
Awaitable<std::optional<Reply>> Session::answer(StartResult started) {
    if (auto* continuation = std::get_if<Continuation>(&started))
        co_return co_await answer_on_pool(std::move(*continuation));
    if (fast_ && head_.body.has_body()) co_await pass_over_body();
    co_return std::get<Reply>(std::move(started));
}

Awaitable<std::optional<Reply>> Session::answer_on_pool(Continuation continuation) {
    const auto end = head_.body.has_body() ? co_await read_body() : BodyEnd::taken;
    switch (end) {
        case BodyEnd::gone:
            co_return std::nullopt;
        case BodyEnd::late:
            co_return refuse_and_close({408, "The request body stopped, or came too slowly."});
        case BodyEnd::no_room:
            co_return refuse_and_close({503, "Too many uploads are under way. Try again later."});
        case BodyEnd::malformed:
            co_return refuse_and_close({400, "The chunked body is malformed."});
        case BodyEnd::taken:
            break;
    }
    co_return co_await offload_.answer(inbox_, std::move(continuation));
}

Reply Session::refuse_and_close(const ProtocolError& refusal) {
    keep_ = false;
    linger_ = true;
    return guarded_error_reply(surroundings().handler, refusal, request());
}

void Session::write_head(const Reply& reply) {
    // HTTP/1.0 has no chunks: there the end of the connection is the end of the body.
    keep_ = keep_ && !surroundings().stopping && !(reply.source && head_.old_version);
    if (!keep_ && !inbox_->buffer.unread().empty()) linger_ = true;
    const auto connection = !keep_              ? ConnectionField::close
                            : head_.old_version ? ConnectionField::keep_alive
                                                : ConnectionField::none;
    out_ = reply_head(
        {.status = reply.status,
         .date_line = surroundings().date.line(std::time(nullptr)),
         .request_id = request().request_id(),
         .client_id = request().client_id,
         .body_size = reply.source ? std::nullopt : std::optional(reply.body.view().size()),
         .chunked = reply.source && !head_.old_version,
         .connection = connection,
         .fields = reply.fields.view(),
         .more_fields = reply.more_fields.view(),
         .fixed_fields = secure() ? settings().fixed_tls_fields : settings().fixed_fields,
         .vary = reply.vary},
        std::move(out_));
}

void Session::end_exchange(int status, std::size_t body_bytes) {
    const auto now = std::chrono::steady_clock::now();
    guarded_finished(surroundings().handler, {.method = request().method_text,
                                              .target = request().target,
                                              .status = status,
                                              .body_bytes = body_bytes,
                                              .duration = now - started_,
                                              .fast = fast_,
                                              .request_id = request().request_id(),
                                              .remote = request().remote});
    set_deadline(now + settings().idle_timeout);
}

}  // namespace cameo::http
