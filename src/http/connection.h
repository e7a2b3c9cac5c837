#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/byte_stream.h"
#include "http/head_parser.h"
#include "http/io_thread_context.h"
#include "http/listener.h"
#include "http/pool_call.h"
#include "http/request_state.h"

namespace cameo::http {

// One connection of HTTP/1.1 (RFC 9112): reads requests, calls the handler, writes the
// replies in order. Used by one I/O thread.
class Connection final : public ConnectionList::Entry {
  public:
    // `open` counts the connections of the whole server. `tls` is null on a plain connection.
    Connection(IoThreadContext& context, Accepted accepted, std::unique_ptr<TlsEngine> tls,
               std::atomic<std::size_t>& open);

    // The first request gets `error` as its reply and ends the connection, within a short timeout.
    void reject(const ProtocolError& error);

    // Serves until the connection ends.
    static Awaitable<void> serve(std::unique_ptr<Connection> connection);

    void check_timeout(TimePoint now) override { stream_.check_deadline(now); }
    void stop() override { stream_.stop_reading(); }
    void abandon() override;

  private:
    class Counted {
      public:
        explicit Counted(std::atomic<std::size_t>& count) : count_(count) { ++count_; }
        ~Counted() { --count_; }
        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;

      private:
        std::atomic<std::size_t>& count_;
    };

    Awaitable<bool> handshake();
    Awaitable<void> run();
    Awaitable<bool> discard_body();
    Awaitable<std::optional<Reply>> answer(Continuation continuation);
    Awaitable<bool> send_rest(ByteStream::Write write);
    Awaitable<std::optional<std::size_t>> send_pieces(std::shared_ptr<BodySource> source);

    void begin_head();
    bool add_to_head(std::string_view received);
    void limit_head_time();
    void parse();
    void begin_request();
    void use_forwarding_fields();
    StartResult start();
    Reply error_and_close(const ProtocolError& error);
    void close_after_reply();
    void write_head();
    void finish_request(int status, std::size_t body_bytes);

    const ServerSettings& settings() const { return context_.settings; }
    Request& request() { return state_->request; }

    IoThreadContext& context_;
    Counted counted_;
    ByteStream stream_;
    std::shared_ptr<RequestState> state_;
    PoolCall pool_call_;
    Head head_;                              // its request is in state_
    std::optional<ProtocolError> rejected_;  // the reply to every request
    Reply reply_;
    std::string out_;  // the head of the reply
    TimePoint started_;
    bool fast_ = false;
    bool head_begun_ = false;
    bool keep_ = true;     // the connection, after this request
    bool linger_ = false;  // the client may still be sending
};

}  // namespace cameo::http
