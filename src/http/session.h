#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/body_reader.h"
#include "http/channel.h"
#include "http/head_parser.h"
#include "http/inbox.h"
#include "http/listener.h"
#include "http/offload.h"

namespace cameo::http {

// One connection that speaks HTTP/1.1: reads requests, has them answered, writes the answers in
// order. Lives on one I/O thread.
class Session final : public Channel {
  public:
    // `open` counts the connections of the whole server. `tls` is null on a plain connection.
    Session(Surroundings& surroundings, Accepted accepted, std::unique_ptr<TlsEngine> tls,
            std::atomic<std::size_t>& open);

    // Whatever is asked first is answered with `refusal`, soon.
    void turn_away(const ProtocolError& refusal);

    // Serves until the connection ends.
    static Awaitable<void> serve(std::unique_ptr<Session> session);

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

    // Where reading a body ended, if not well.
    enum class BodyEnd : std::uint8_t { taken, malformed, late, no_room, gone };

    Awaitable<void> run();
    Awaitable<bool> begin();
    Awaitable<bool> read_head();
    Awaitable<std::optional<Reply>> answer(StartResult started);
    Awaitable<std::optional<Reply>> answer_on_pool(Continuation continuation);
    Awaitable<BodyEnd> read_body();
    bool reserve(BodyReader& reader, std::size_t coming);
    BodyEnd keep_body(BodyReader& reader);
    Awaitable<void> pass_over_body();
    Awaitable<bool> let_body_come();
    Awaitable<bool> send_reply(Reply reply);
    Awaitable<std::optional<std::size_t>> stream(std::shared_ptr<BodySource> source);

    void parse();
    void begin_exchange();
    StartResult start();
    std::optional<std::uint64_t> rest_of_body();
    Reply refuse_and_close(const ProtocolError& refusal);
    void write_head(const Reply& reply);
    void end_exchange(int status, std::size_t body_bytes);
    Request& request() { return inbox_->request; }

    Counted counted_;
    std::shared_ptr<Inbox> inbox_;
    Offload offload_;
    Head head_;                             // its request is in the inbox
    std::string overread_;                  // what was read before it was time: the next request
    std::optional<ProtocolError> refusal_;  // the answer to whatever is asked
    std::string out_;                       // the head of the answer
    TimePoint started_;
    bool fast_ = false;
    bool keep_ = true;     // the connection, after this exchange
    bool linger_ = false;  // the client may still be sending
};

}  // namespace cameo::http
