#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "http/server.h"
#include "http/server_testing.h"

namespace cameo::http {
namespace {

using namespace std::chrono_literals;
using testing::Client;
using ::testing::ElementsAre;
using testing::kLargeBody;
using testing::RunningServer;
using testing::TestHandler;

const std::string kFast = "GET /fast HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kWait = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n";

// 60 ms differs clearly from the five seconds of the client.
ServerSettings short_timeouts() {
    return {.port = 0,
            .threads = 1,
            .idle_timeout = 60ms,
            .head_timeout = 60ms,
            .body_timeout = 60ms,
            .write_timeout = 60ms};
}

TEST(ServerLimits, AnswersAHeadThatIsTooSlowWith408) {
    TestHandler handler;
    RunningServer server(short_timeouts(), handler);
    Client client(server.port());
    const auto answer = client.ask("GET /fast HTTP/1.1\r\nHost:");
    EXPECT_EQ(answer.status, 408);
    EXPECT_EQ(answer.field("Connection"), "close");
}

TEST(ServerLimits, AHeadThatArrivesByteByByteDoesNotMoveTheDeadline) {
    TestHandler handler;
    RunningServer server(short_timeouts(), handler);
    Client client(server.port());
    const auto started = std::chrono::steady_clock::now();
    while (client.send("G") && std::chrono::steady_clock::now() - started < 150ms)
        std::this_thread::sleep_for(10ms);
    EXPECT_EQ(client.answer().status, 408);
}

// The deadline passes while a received byte is not yet read.
TEST(ServerLimits, EveryHeadThatArrivesByteByByteAcrossTheDeadlineIsClosed) {
    TestHandler handler;
    auto settings = short_timeouts();
    settings.head_timeout = 400ms;
    RunningServer server(settings, handler);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 500; ++i) {
        clients.push_back(std::make_unique<Client>(server.port()));
        clients.back()->send("GET /fast HTTP/1.1\r\nX: ");
    }
    const auto end = std::chrono::steady_clock::now() + 2 * settings.head_timeout;
    while (std::chrono::steady_clock::now() < end)
        for (const auto& client : clients) client->send("x");
    EXPECT_TRUE(
        testing::eventually([&] { return handler.finished_statuses().size() == clients.size(); }));
    EXPECT_THAT(handler.finished_statuses(), ::testing::Each(408));
}

TEST(ServerLimits, AnswersABodyThatStallsWith408) {
    TestHandler handler;
    RunningServer server(short_timeouts(), handler);
    Client client(server.port());
    EXPECT_EQ(client.ask("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc").status,
              408);
}

TEST(ServerLimits, AnswersAProxyWhoseDiscardedBodyStalls) {
    TestHandler handler;
    RunningServer server(short_timeouts(), handler);
    Client client(server.port());
    EXPECT_EQ(client
                  .ask("PUT /fast HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                       "Via: 1.1 p\r\nContent-Length: 5\r\n\r\n")
                  .status,
              100);
    const auto answer = client.ask("abc");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("Connection"), "close");
}

TEST(ServerLimits, AnswersABodyBelowTheMinimumRateWith408) {
    TestHandler handler;
    auto settings = short_timeouts();
    settings.body_timeout = 400ms;
    settings.body_bytes_per_second = 10'000;
    RunningServer server(settings, handler);
    Client client(server.port());
    client.send("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    const auto end = std::chrono::steady_clock::now() + 5s;
    while (handler.finished_statuses().empty() && std::chrono::steady_clock::now() < end) {
        client.send("x");
        std::this_thread::sleep_for(10ms);
    }
    const auto answer = client.answer();
    EXPECT_EQ(answer.status, 408);
    EXPECT_EQ(answer.field("Connection"), "close");
}

TEST(ServerLimits, AContinuationMayTakeALargerBodyThanOthers) {
    TestHandler handler;
    const RunningServer server({.port = 0, .threads = 1, .max_body_bytes = 100'000}, handler);
    const auto status_of = [&](std::string_view target, std::size_t size, bool chunked) {
        Client client(server.port());
        const std::string body(size, 'x');
        const auto sent =
            chunked ? fmt::format(
                          "PUT {} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "{:x}\r\n{}\r\n0\r\n\r\n",
                          target, size, body)
                    : fmt::format("PUT {} HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{}",
                                  target, size, body);
        const auto answer = client.ask(sent).body;
        return answer.substr(0, answer.find(' ', 4));
    };
    for (const bool chunked : {false, true}) {
        EXPECT_EQ(status_of("/large-body", kLargeBody, chunked), "PUT complete");
        EXPECT_EQ(status_of("/large-body", kLargeBody + 1, chunked), "PUT too_large");
        EXPECT_EQ(status_of("/any", 100'000, chunked), "PUT complete");
        EXPECT_EQ(status_of("/any", 100'001, chunked), "PUT too_large");
    }
}

// Each body of 100,000 bytes uses part of the budget until the handler has answered.
TEST(ServerLimits, RejectsBodiesOverTheBudgetBeforeItReadsThem) {
    TestHandler handler;
    RunningServer server({.port = 0, .threads = 2, .body_bytes_in_flight = 250'000}, handler);
    const std::string head = "PUT /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
    const std::string body(100'000, 'x');
    Client first(server.port());
    Client second(server.port());
    first.send(head + body);
    second.send(head + body);
    handler.entered.acquire();
    handler.entered.acquire();
    Client third(server.port());
    const auto refused = third.ask(head + "x");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.field("Connection"), "close");
    Client chunked(server.port());
    chunked.send("PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n");
    EXPECT_EQ(chunked.ask(body).status, 503);
    Client expecting(server.port());
    EXPECT_EQ(expecting
                  .ask("PUT /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                       "Content-Length: 100000\r\n\r\n")
                  .status,
              503);
    EXPECT_EQ(Client(server.port()).ask(kFast).status, 200);
    handler.released.release(2);
    EXPECT_EQ(first.answer().status, 200);
    EXPECT_EQ(second.answer().status, 200);
    Client fourth(server.port());
    handler.released.release();
    EXPECT_EQ(fourth.ask(head + body).status, 200);
    // A kept connection has returned the budget of its body.
    handler.released.release(3);
    EXPECT_EQ(first.ask(head + body).status, 200);
    EXPECT_EQ(second.ask(head + body).status, 200);
    EXPECT_EQ(fourth.ask(head + body).status, 200);
}

TEST(ServerLimits, ClosesAnIdleConnectionWithoutAnAnswer) {
    TestHandler handler;
    RunningServer server(short_timeouts(), handler);
    Client fresh(server.port());
    Client used(server.port());
    EXPECT_EQ(used.ask(kFast).status, 200);
    EXPECT_TRUE(used.is_closed());
    EXPECT_TRUE(fresh.is_closed());
    EXPECT_THAT(handler.finished_statuses(), ElementsAre(200));
}

TEST(ServerLimits, ClosesAConnectionThatStopsReading) {
    TestHandler handler;
    RunningServer server(short_timeouts(), handler);
    Client client(server.port(), 4096);
    client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(testing::eventually([&] { return handler.finished_statuses().size() == 1; }));
    EXPECT_EQ(client.answer().status, 0);  // it does not receive the whole reply
}

TEST(ServerLimits, ARequestThatIsBeingAnsweredHasNoDeadline) {
    TestHandler handler;
    RunningServer server(short_timeouts(), handler);
    Client client(server.port());
    client.send(kWait);
    handler.entered.acquire();
    std::this_thread::sleep_for(100ms);
    handler.released.release();
    EXPECT_EQ(client.answer().status, 200);
}

TEST(ServerLimits, AnswersConnectionsAboveTheLimitWith503AndAcceptsNewOnesLater) {
    TestHandler handler;
    RunningServer server({.port = 0, .threads = 2, .max_connections = 2}, handler);
    auto first = std::make_unique<Client>(server.port());
    Client second(server.port());
    EXPECT_EQ(first->ask(kFast).status, 200);
    EXPECT_EQ(second.ask(kFast).status, 200);
    Client third(server.port());
    const auto answer = third.ask(kFast);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.field("X-Step"), "error");
    EXPECT_EQ(answer.field("Connection"), "close");
    third.half_close();
    EXPECT_TRUE(third.is_closed());
    first.reset();
    EXPECT_TRUE(
        testing::eventually([&] { return Client(server.port()).ask(kFast).status == 200; }));
}

TEST(ServerLimits, LimitsTheTimeAndTheNumberOfConnectionsThatGetA503) {
    TestHandler handler;
    auto settings = short_timeouts();
    settings.max_connections = 1;
    settings.idle_timeout = 10s;
    RunningServer server(settings, handler);
    Client served(server.port());
    EXPECT_EQ(served.ask(kFast).status, 200);
    std::vector<std::unique_ptr<Client>> silent;
    for (int i = 0; i < 128; ++i) silent.push_back(std::make_unique<Client>(server.port()));
    EXPECT_TRUE(Client(server.port()).is_closed());  // immediately, while the other 128 are open
    const auto started = std::chrono::steady_clock::now();
    for (const auto& one : silent) EXPECT_TRUE(one->is_closed());
    EXPECT_LT(std::chrono::steady_clock::now() - started, 5s);
    EXPECT_EQ(served.ask(kFast).status, 200);
}

// Allows no descriptor above the next free one, until destroyed.
class OneDescriptorLeft {
  public:
    OneDescriptorLeft() {
        getrlimit(RLIMIT_NOFILE, &before_);
        const int next = dup(0);
        close(next);
        const rlimit tight{static_cast<rlim_t>(next) + 1, before_.rlim_max};
        setrlimit(RLIMIT_NOFILE, &tight);
    }
    ~OneDescriptorLeft() { setrlimit(RLIMIT_NOFILE, &before_); }
    OneDescriptorLeft(const OneDescriptorLeft&) = delete;
    OneDescriptorLeft& operator=(const OneDescriptorLeft&) = delete;

  private:
    rlimit before_{};
};

TEST(ServerLimits, DoesNotSpinWithoutFreeDescriptors) {
    TestHandler handler;
    RunningServer server({.port = 0, .threads = 1}, handler);
    std::optional<OneDescriptorLeft> shortage(std::in_place);
    Client client(server.port());  // uses the last one, so that it cannot be accepted
    client.send(kFast);
    const auto before = std::clock();
    std::this_thread::sleep_for(100ms);
    EXPECT_LT(std::clock() - before, CLOCKS_PER_SEC / 20);
    EXPECT_EQ(handler.finished_statuses().size(), 0U);
    shortage.reset();
    EXPECT_EQ(client.answer().status, 200);
}

TEST(ServerLimits, NotifiesOnceThatAcceptingFailsAndOnceThatItWorksAgain) {
    TestHandler handler;
    std::mutex mutex;
    std::vector<std::string> notices;
    const auto take = [&](const Notice& notice) {
        const std::lock_guard lock(mutex);
        notices.push_back((notice.is_warning ? "warning: " : "") + notice.text);
    };
    const auto count = [&] {
        const std::lock_guard lock(mutex);
        return notices.size();
    };
    RunningServer server({.port = 0, .threads = 2, .notify = take}, handler);
    std::optional<OneDescriptorLeft> shortage(std::in_place);
    Client client(server.port());
    client.send(kFast);
    EXPECT_TRUE(testing::eventually([&] { return count() == 1; }));
    std::this_thread::sleep_for(300ms);  // several attempts
    EXPECT_EQ(count(), 1U);
    shortage.reset();
    EXPECT_EQ(client.answer().status, 200);
    EXPECT_TRUE(testing::eventually([&] { return count() == 2; }));
    const std::lock_guard lock(mutex);
    EXPECT_THAT(notices,
                ElementsAre(::testing::StartsWith("warning: no connection can be accepted"),
                            ::testing::StartsWith("connections are accepted again")));
}

TEST(ServerStop, AnswersRequestsThatHaveArrivedAndClosesTheOtherConnections) {
    TestHandler handler;
    RunningServer server({.port = 0, .threads = 2}, handler);
    Client idle(server.port());
    Client waiting(server.port());
    Client uploading(server.port());
    EXPECT_EQ(idle.ask(kFast).status, 200);
    uploading.send("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc");
    waiting.send(kWait + kFast);
    handler.entered.acquire();
    server.stop();
    EXPECT_TRUE(idle.is_closed());
    EXPECT_TRUE(uploading.is_closed());
    EXPECT_TRUE(testing::eventually([&] {
        try {
            Client late(server.port());
            return false;
        } catch (const std::runtime_error&) {
            return true;
        }
    }));
    handler.released.release();
    const auto answer = waiting.answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("Connection"), "close");
    waiting.half_close();
    server.join();
}

// The kernel may have accepted a connection, or received its request, before the server reads it.
TEST(ServerStop, AnswersRequestsThatOnlyTheKernelHasReceived) {
    TestHandler handler;
    for (int round = 0; round < 50; ++round) {
        RunningServer server({.port = 0, .threads = 1}, handler);
        Client accepted(server.port());
        EXPECT_EQ(accepted.ask(kFast).status, 200);
        Client unread(server.port());
        accepted.send(kFast);
        unread.send("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde");
        server.stop();
        EXPECT_EQ(accepted.answer().status, 200);
        EXPECT_EQ(unread.answer().body, "PUT complete abcde");
        EXPECT_TRUE(accepted.is_closed());
        EXPECT_TRUE(unread.is_closed());
        server.join();
    }
}

TEST(ServerStop, EndsAtTheGracePeriodThoughAJobIsStillRunning) {
    TestHandler handler;
    {
        RunningServer server({.port = 0, .threads = 1, .shutdown_grace = 30ms}, handler);
        Client client(server.port());
        client.send(kWait);
        handler.entered.acquire();
        server.stop();
        EXPECT_TRUE(client.is_closed());
        server.join();
    }
    EXPECT_THAT(handler.finished_statuses(), ElementsAre(499));
    handler.released.release();  // the job ends after the server was destroyed
}

TEST(ServerStop, AJobThatRunsAfterTheGracePeriodReadsItsBody) {
    TestHandler handler;
    const std::string body(100'000, 'b');
    {
        RunningServer server({.port = 0, .threads = 1, .shutdown_grace = 30ms}, handler);
        Client first(server.port());
        Client second(server.port());
        first.send(kWait);
        second.send(kWait);
        handler.entered.acquire();
        handler.entered.acquire();  // both threads of the pool
        Client waiting(server.port());
        waiting.send("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + body);
        EXPECT_TRUE(testing::eventually([&] { return handler.waiting() == 1; }));
        server.stop();
        EXPECT_TRUE(waiting.is_closed());
        server.join();
    }
    handler.released.release(2);
    EXPECT_TRUE(testing::eventually([&] { return handler.echoed().size() == 1; }));
    EXPECT_THAT(handler.echoed(), ElementsAre(body));
}

TEST(ServerStop, EndsAnAnswerThatIsNotRead) {
    TestHandler handler;
    RunningServer server({.port = 0, .threads = 1, .shutdown_grace = 30ms}, handler);
    Client client(server.port(), 4096);
    client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    std::this_thread::sleep_for(20ms);
    server.stop();
    server.join();
}

TEST(ServerStop, WorksBeforeRun) {
    TestHandler handler;
    const auto server = Server::listen({.port = 0, .threads = 2}, handler).value();
    server->stop();
    server->stop();
    server->run();
}

TEST(ServerStop, WorksWithoutRun) {
    TestHandler handler;
    Server::listen({.port = 0, .threads = 2}, handler).value()->stop();
}

TEST(ServerStop, UnderLoadAnswersEveryAcceptedRequest) {
    TestHandler handler;
    RunningServer server({.port = 0, .threads = 2}, handler);
    std::vector<std::jthread> clients;
    for (int i = 0; i < 4; ++i) {
        clients.emplace_back([port = server.port()] {
            try {
                for (int round = 0; round < 1000; ++round) {
                    Client client(port);
                    while (client.ask("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
                               .status == 200) {
                    }
                }
            } catch (const std::runtime_error&) {
                return;  // the server has stopped listening
            }
        });
    }
    EXPECT_TRUE(testing::eventually([&] { return handler.finished_statuses().size() > 500; }));
    server.stop();
    server.join();
    EXPECT_THAT(handler.finished_statuses(), ::testing::Each(200));
}

TEST(Server, TheErrorOfListenNamesTheAddress) {
    TestHandler handler;
    const auto server = Server::listen({.host = "192.0.2.1", .port = 0}, handler);
    ASSERT_FALSE(server.has_value());
    EXPECT_THAT(server.error().detail, ::testing::HasSubstr("192.0.2.1"));
}

}  // namespace
}  // namespace cameo::http
