#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "http/server.h"

// For the tests of this room: a handler with a few known targets, a server that runs it, and a
// client that sends exactly the bytes it is given.
namespace cameo::http::testing {

inline constexpr std::size_t kLargeBody = 5'000'000;

// /fast answers at once, /204 and /304 too, /large with kLargeBody bytes. /echo answers in the pool
// with what it was sent, /wait there once it is released, /full has no room in its pool. /throw and
// /throw-fast throw, /throw-all also where its refusal is asked for.
class TestHandler final : public Handler {
  public:
    std::optional<Reply> try_fast(const Request& request) override;
    WorkPool& pool(const Request& request) override;
    Reply handle(const Request& request) override;
    Reply refuse(const Refusal& refusal, const Request& request) override;
    void finished(const Exchange& exchange) override;

    // The status of each finished exchange so far.
    std::vector<int> finished_statuses() const;
    std::string last_remote() const;

    std::counting_semaphore<> entered{0};  // one for each /wait that has begun
    std::counting_semaphore<> released{0};

  private:
    mutable std::mutex mutex_;
    std::vector<int> statuses_;
    std::string remote_;
    WorkPool full_{"full", 0, 0};
    WorkPool pool_{"test", 2, 1000};
};

// A server on a free port of the loopback interface.
class RunningServer {
  public:
    RunningServer(const ServerSettings& settings, Handler& handler);
    ~RunningServer();
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;

    std::uint16_t port() const { return server_->port(); }
    void stop() { server_->stop(); }
    void join();

  private:
    std::unique_ptr<Server> server_;
    std::thread thread_;
};

struct Answer {
    int status = 0;  // 0 where none came
    std::string head;
    std::string body;

    // The value of a field, or "(none)".
    std::string field(std::string_view name) const;
};

class Client {
  public:
    explicit Client(std::uint16_t port, int receive_buffer = 0);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Whether all of it was taken.
    bool send(std::string_view bytes) const;

    // The next answer; where it has no body despite its length, say so.
    Answer answer(bool without_body = false);

    Answer ask(std::string_view bytes) {
        send(bytes);
        return answer();
    }

    // What comes until the server closes; nullopt after a reset, or where it does not close.
    std::optional<std::string> rest();
    bool is_closed() { return rest() == ""; }

    void half_close() const;
    void reset();  // closes with a reset

  private:
    bool receive();

    int socket_;
    std::string received_;
};

// Polls for at most five seconds.
bool eventually(const std::function<bool()>& condition);

}  // namespace cameo::http::testing
