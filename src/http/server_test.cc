#include "http/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.h"
#include "http/server_testing.h"

namespace cameo::http {
namespace {

using testing::Client;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

enum class Wire : std::uint8_t { plain, tls };

// Each test runs over a plain connection and over TLS, with the same results.
class ServerTest : public ::testing::TestWithParam<Wire> {
  protected:
    static ServerSettings settings() {
        return {.port = 0, .threads = 2, .tls = certificate().settings()};
    }

    static const testing::TestCertificate& certificate() {
        static const testing::TestCertificate kOne;
        return kOne;
    }

    Client connect(int receive_buffer = 0) const {
        if (GetParam() == Wire::plain) return Client(server.port(), receive_buffer);
        return Client(server.tls_port(), receive_buffer, certificate().trusted());
    }

    testing::TestHandler handler;
    testing::RunningServer server{settings(), handler};
    Client client{connect()};
};

INSTANTIATE_TEST_SUITE_P(Wires, ServerTest, ::testing::Values(Wire::plain, Wire::tls),
                         [](const auto& wire) {
                             return wire.param == Wire::plain ? "Plain" : "Tls";
                         });

std::string get(std::string_view target, std::string_view lines = "") {
    return fmt::format("GET {} HTTP/1.1\r\nHost: cameo\r\n{}\r\n", target, lines);
}

std::string put(std::string_view target, std::string_view body, std::string_view lines = "") {
    return fmt::format("PUT {} HTTP/1.1\r\nHost: cameo\r\n{}Content-Length: {}\r\n\r\n{}", target,
                       lines, body.size(), body);
}

std::string put_chunked(std::string_view target, std::string_view chunks) {
    return fmt::format("PUT {} HTTP/1.1\r\nHost: cameo\r\nTransfer-Encoding: chunked\r\n\r\n{}",
                       target, chunks);
}

TEST_P(ServerTest, KeepsTheConnection) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.ask(get("/fast")).body, "fast");
    EXPECT_EQ(client.ask(get("/echo")).body, "GET none ");
    EXPECT_EQ(client.ask(get("/fast")).field("Connection"), "(none)");
}

TEST_P(ServerTest, AddsTheServerFields) {
    const auto answer = client.ask(get("/fast", "client-request-id: mine\r\n"));
    EXPECT_TRUE(is_guid(answer.field("request-id")));
    EXPECT_EQ(answer.field("X-Secure"), GetParam() == Wire::tls ? "yes" : "no");
    EXPECT_EQ(answer.field("client-request-id"), "mine");
    EXPECT_THAT(answer.field("Date"), EndsWith(" GMT"));
    EXPECT_EQ(answer.field("X-Step"), "start");
    const auto other = client.ask(get("/echo", "client-request-id: not mine\r\n"));
    EXPECT_NE(other.field("request-id"), answer.field("request-id"));
    EXPECT_EQ(other.field("client-request-id"), other.field("request-id"));
}

TEST_P(ServerTest, ReportsEachFinishedRequest) {
    client.ask(get("/fast"));
    client.ask(get("/full"));
    EXPECT_TRUE(testing::eventually([&] { return handler.finished_statuses().size() == 2; }));
    EXPECT_THAT(handler.finished_statuses(), ElementsAre(200, 503));
    EXPECT_EQ(handler.last_remote(), "127.0.0.1");
}

TEST_P(ServerTest, AnswersPipelinedRequestsInOrder) {
    std::string all;
    for (int i = 0; i < 50; ++i) {
        const auto id = fmt::format("client-request-id: {}\r\n", i);
        all += i % 3 == 0   ? put("/echo", std::to_string(i), id)
               : i % 3 == 1 ? get("/fast", id)
                            : put("/fast", std::string(500, 'x'), id);
    }
    ASSERT_TRUE(client.send(all));
    for (int i = 0; i < 50; ++i) {
        const auto answer = client.answer();
        ASSERT_EQ(answer.status, 200);
        EXPECT_EQ(answer.field("client-request-id"), std::to_string(i));
        EXPECT_EQ(answer.body, i % 3 == 0 ? fmt::format("PUT complete {}", i) : "fast");
    }
}

TEST_P(ServerTest, ReadsTheRequestAfterAChunkedBody) {
    client.send(put_chunked("/echo", "3\r\nabc\r\n0\r\n\r\n") + put("/echo", "x") +
                put_chunked("/fast", "1\r\na\r\n0\r\n\r\n") + get("/fast"));
    EXPECT_EQ(client.answer().body, "PUT complete abc");
    EXPECT_EQ(client.answer().body, "PUT complete x");
    EXPECT_EQ(client.answer().body, "fast");
    EXPECT_EQ(client.answer().body, "fast");
}

TEST_P(ServerTest, ReadsRequestsThatArriveWithTheEndOfAChunkedBody) {
    client.send(put_chunked("/echo", "5\r\nab"));
    std::string more = "cde\r\n0\r\n\r\n";
    for (int i = 0; i < 200; ++i) more += get("/fast");  // more than the buffer of the head holds
    client.send(more);
    EXPECT_EQ(client.answer().body, "PUT complete abcde");
    for (int i = 0; i < 200; ++i) ASSERT_EQ(client.answer().body, "fast");
}

TEST_P(ServerTest, ReadsSingleBytes) {
    for (const char c :
         get("/fast") + put("/echo", "abc") + put_chunked("/echo", "1\r\na\r\n0\r\n\r\n"))
        client.send({&c, 1});
    EXPECT_EQ(client.answer().body, "fast");
    EXPECT_EQ(client.answer().body, "PUT complete abc");
    EXPECT_EQ(client.answer().body, "PUT complete a");
}

TEST_P(ServerTest, ReadsALargeHeadAndALargeBody) {
    EXPECT_EQ(client.ask(get("/fast", "X: " + std::string(20'000, 'x') + "\r\n")).body, "fast");
    const std::string body(3'000'000, 'b');
    EXPECT_EQ(client.ask(put("/echo", body)).body, "PUT complete " + body);
    EXPECT_EQ(client.ask(get("/fast")).body, "fast");
}

TEST_P(ServerTest, SendsNoBodyForHead) {
    client.send("HEAD /fast HTTP/1.1\r\nHost: a\r\n\r\n" + get("/echo"));
    EXPECT_EQ(client.answer(true).field("Content-Length"), "4");
    EXPECT_EQ(client.answer().body, "GET none ");
}

TEST_P(ServerTest, SendsNeitherBodyNorLengthWith204And304) {
    client.send(get("/204") + get("/304") + get("/fast"));
    for (const int status : {204, 304}) {
        const auto answer = client.answer();
        EXPECT_EQ(answer.status, status);
        EXPECT_EQ(answer.field("Content-Length"), "(none)");
    }
    EXPECT_EQ(client.answer().body, "fast");
}

TEST_P(ServerTest, SendsContinueBeforeItReadsTheBody) {
    const auto request = put("/echo", "abc", "Expect: 100-continue\r\n");
    const auto head = std::string_view(request).substr(0, request.size() - 3);
    EXPECT_EQ(client.ask(head).status, 100);
    EXPECT_EQ(client.ask("abc").body, "PUT complete abc");
    EXPECT_EQ(client.ask(request).body, "PUT complete abc");  // it has arrived: no 100
}

TEST_P(ServerTest, AnswersInsteadOfContinueAndCloses) {
    const auto answer = client.ask(
        "PUT /fast HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
        "Content-Length: 3\r\n\r\n");
    EXPECT_EQ(answer.body, "fast");
    EXPECT_EQ(answer.field("Connection"), "close");
    client.half_close();
    EXPECT_TRUE(client.is_closed());
}

TEST_P(ServerTest, AnswersBeforeALargeBodyHasArrived) {
    client.send("PUT /fast HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n");
    const auto answer = client.answer();
    EXPECT_EQ(answer.body, "fast");
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(client.send(std::string(3'000'000, 'x')));  // is discarded, without a reset
    client.half_close();
    EXPECT_TRUE(client.is_closed());
}

// A proxy may use this connection for another client's request at once.
TEST_P(ServerTest, ClosesWhereADiscardedBodyHasNotFullyArrived) {
    for (const auto* framing :
         {"Content-Length: 5\r\n\r\n", "Content-Length: 5\r\n\r\nabcd",
          "Content-Length: 60000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n",
          "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"}) {
        Client one(connect());
        one.send(fmt::format("PUT /fast HTTP/1.1\r\nHost: a\r\n{}", framing));
        const auto answer = one.answer();
        EXPECT_EQ(answer.body, "fast") << framing;
        EXPECT_EQ(answer.field("Connection"), "close") << framing;
        one.send(get("/echo"));
        one.half_close();
        EXPECT_TRUE(one.is_closed()) << framing;
    }
}

TEST_P(ServerTest, KeepsTheConnectionWhereADiscardedBodyHasFullyArrived) {
    for (const std::size_t size : {1U, 5'000U}) {
        const auto answer = client.ask(put("/fast", std::string(size, 'x')));
        EXPECT_EQ(answer.field("Connection"), "(none)") << size;
        EXPECT_EQ(client.ask(put("/fast", "abc", "Expect: 100-continue\r\n")).body, "fast");
        EXPECT_EQ(client.ask(get("/echo")).body, "GET none ");
    }
}

// HTTP/2 clients send the body without waiting; some lose an answer that arrives before its end.
TEST_P(ServerTest, BehindAProxyDiscardsAnExpectedBodyBeforeItAnswers) {
    for (const auto* proxy : {"Via: 1.1 p\r\n", "X-Forwarded-For: a\r\n", "Forwarded: for=a\r\n"}) {
        const std::string body(100'000, 'x');
        const auto request = put("/fast", body, fmt::format("Expect: 100-continue\r\n{}", proxy));
        const auto head = std::string_view(request).substr(0, request.size() - body.size());
        EXPECT_EQ(client.ask(head).status, 100);
        const auto answer = client.ask(body);
        EXPECT_EQ(answer.body, "fast");
        EXPECT_EQ(answer.field("Connection"), "(none)");
        EXPECT_EQ(client.ask(get("/echo")).body, "GET none ");
    }
}

TEST_P(ServerTest, BehindAProxySendsContinueForABodyThatIsTooLargeOrOfUnknownLength) {
    for (const auto* framing : {"Content-Length: 4000001", "Transfer-Encoding: chunked"})
        for (const auto* path : {"/fast", "/echo"}) {
            Client one(connect());
            one.send(
                fmt::format("PUT {} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nVia: 1.1 p\r\n"
                            "{}\r\n\r\n",
                            path, framing));
            EXPECT_EQ(one.answer().status, 100) << framing << path;
            if (path == std::string_view("/echo") && framing[0] == 'T')
                continue;  // the handler reads it
            const auto answer = one.answer();
            EXPECT_NE(answer.status, 100) << framing << path;
            EXPECT_EQ(answer.field("Connection"), "close") << framing << path;
        }
}

TEST_P(ServerTest, TheHandlerAnswersABodyThatIsDeclaredTooLarge) {
    client.send(
        "PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4000001\r\n"
        "Expect: 100-continue\r\n\r\n");
    const auto answer = client.answer();
    EXPECT_EQ(answer.body, "PUT too_large ");
    EXPECT_EQ(answer.field("Connection"), "close");
}

TEST_P(ServerTest, TheHandlerAnswersAChunkedBodyThatBecomesTooLarge) {
    client.send(put_chunked("/echo", "7a1200\r\n"));  // 8,000,000
    EXPECT_TRUE(client.send(std::string(8'000'000, 'x')));
    EXPECT_EQ(client.answer().body, "PUT too_large ");
    client.half_close();
    EXPECT_TRUE(client.is_closed());
}

TEST_P(ServerTest, RejectsAMalformedChunk) {
    const auto answer = client.ask(put_chunked("/echo", "x\r\n"));
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.field("Connection"), "close");
}

TEST_P(ServerTest, RejectsAMalformedHeadAndCloses) {
    client.send("GET / HTTP/1.1\r\nHost : a\r\n\r\n" + get("/fast"));
    const auto answer = client.answer();
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.field("X-Step"), "error");
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(is_guid(answer.field("request-id")));
    client.half_close();
    EXPECT_TRUE(client.is_closed());
}

TEST_P(ServerTest, RejectsAHeadThatIsTooLong) {
    EXPECT_EQ(client.ask("GET /" + std::string(40'000, 'x')).status, 414);
    Client other(connect());
    EXPECT_EQ(other.ask(get("/", "X: " + std::string(40'000, 'x') + "\r\n")).status, 431);
}

TEST_P(ServerTest, Answers503WhereThePoolIsFull) {
    EXPECT_EQ(client.ask(put("/full", "abc")).status, 503);
    EXPECT_EQ(client.ask(get("/fast")).status, 200);
}

TEST_P(ServerTest, Answers500WhereTheHandlerThrows) {
    for (const auto* target : {"/throw-fast", "/throw"}) {
        const auto answer = client.ask(get(target));
        EXPECT_EQ(answer.status, 500);
        EXPECT_EQ(answer.field("X-Step"), "error");
    }
    EXPECT_EQ(handler.thrown(), (std::vector<std::string>{"fast", "slow"}));
    EXPECT_EQ(client.ask(get("/throw-all")).status, 500);
    EXPECT_EQ(client.ask(get("/fast")).status, 200);
}

TEST_P(ServerTest, ClosesAfterHttp10WithoutKeepAlive) {
    EXPECT_EQ(
        client.ask("GET /fast HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").field("Connection"),
        "keep-alive");
    EXPECT_EQ(client.ask("GET /fast HTTP/1.0\r\n\r\n").field("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
}

TEST_P(ServerTest, ClosesAfterConnectionClose) {
    EXPECT_EQ(client.ask(get("/echo", "Connection: close\r\n")).field("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
}

TEST_P(ServerTest, TheLastAnswerArrivesThoughMoreRequestsFollow) {
    std::string all = get("/large", "Connection: close\r\n");
    for (int i = 0; i < 50; ++i) all += get("/fast");
    client.send(all);
    EXPECT_EQ(client.answer().body.size(), testing::kLargeBody);
    client.half_close();
    EXPECT_TRUE(client.is_closed());
}

TEST_P(ServerTest, AnswersAClientThatHasHalfClosed) {
    client.send(get("/echo"));
    client.half_close();
    EXPECT_THAT(client.rest().value(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_P(ServerTest, IgnoresAnUpgrade) {
    EXPECT_EQ(client
                  .ask(get("/fast",
                           "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                           "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"))
                  .body,
              "fast");
}

TEST_P(ServerTest, WritesALargeAnswerToASlowReader) {
    Client slow(connect(4096));
    slow.send(get("/large") + get("/fast"));
    EXPECT_EQ(slow.answer().body, std::string(testing::kLargeBody, 'x'));
    EXPECT_EQ(slow.answer().body, "fast");
}

TEST_P(ServerTest, SurvivesClientsThatDisconnect) {
    connect(4096).send(get("/large"));
    for (const auto& sent : {put("/echo", "abc").substr(0, 60), get("/large"), get("/echo")}) {
        Client disconnecting(connect(4096));
        disconnecting.send(sent);
        disconnecting.reset();
    }
    EXPECT_EQ(client.ask(get("/fast")).body, "fast");
}

TEST_P(ServerTest, ReportsAClientThatDisconnectsWithinItsBody) {
    client.send("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\nabc");
    client.half_close();
    EXPECT_TRUE(client.is_closed());
    EXPECT_THAT(handler.finished_statuses(), ElementsAre(499));
}

TEST_P(ServerTest, ServesManyConnections) {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 200; ++i) clients.emplace_back(new Client(connect()));
    for (int round = 0; round < 3; ++round) {
        for (auto& one : clients) one->send(round == 1 ? put("/echo", "x") : get("/fast"));
        for (auto& one : clients) ASSERT_EQ(one->answer().status, 200);
    }
}

TEST_P(ServerTest, FailsToListenOnAPortInUse) {
    const auto second = Server::listen({.port = server.port(), .threads = 2}, handler);
    ASSERT_FALSE(second.has_value());
    EXPECT_THAT(second.error().detail, StartsWith("Cannot listen at 127.0.0.1 port"));
}

TEST_P(ServerTest, ABodyInPiecesIsChunkedAndTheConnectionKept) {
    client.send(get("/pieces") + get("/fast") + get("/fast", "Connection: close\r\n"));
    const auto all = client.rest();
    ASSERT_TRUE(all);
    EXPECT_THAT(*all, HasSubstr("Transfer-Encoding: chunked\r\n"));
    const auto end = all->find("\r\n\r\n") + 4;
    EXPECT_THAT(all->substr(0, end), Not(HasSubstr("Content-Length")));
    EXPECT_THAT(
        all->substr(end),
        StartsWith("8\r\npiece 1\n\r\n8\r\npiece 3\n\r\n8\r\npiece 4\n\r\n0\r\n\r\nHTTP/1.1 200"));
    EXPECT_THAT(handler.finished_statuses(), ElementsAre(200, 200, 200));
}

TEST_P(ServerTest, PiecesAreMadeOnThePoolThatTheContinuationNames) {
    client.send(get("/pieces-elsewhere", "Connection: close\r\n"));
    const auto all = client.rest();
    ASSERT_TRUE(all);
    EXPECT_THAT(*all, HasSubstr("\r\n\r\n6\r\npieces\r\n0\r\n"));
}

TEST_P(ServerTest, Http10GetsThePiecesUntilTheConnectionEnds) {
    client.send("GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto all = client.rest();
    ASSERT_TRUE(all);
    EXPECT_THAT(*all, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(*all, Not(HasSubstr("chunked")));
    EXPECT_THAT(*all, EndsWith("\r\n\r\npiece 1\npiece 3\npiece 4\n"));
}

TEST_P(ServerTest, HeadOfABodyInPiecesHasNoBody) {
    client.send("HEAD /pieces HTTP/1.1\r\nHost: cameo\r\n\r\n" +
                get("/fast", "Connection: close\r\n"));
    const auto all = client.rest();
    ASSERT_TRUE(all);
    EXPECT_THAT(*all, Not(HasSubstr("piece")));
}

TEST_P(ServerTest, ASourceThatFailsCutsTheConnectionBeforeTheLastChunk) {
    client.send(get("/pieces-cut") + get("/fast"));
    const auto all = client.rest().value_or("8\r\npiece 1\n\r\n");  // after a reset
    EXPECT_THAT(all, HasSubstr("piece 1"));
    EXPECT_THAT(all, Not(HasSubstr("0\r\n\r\n")));
    EXPECT_THAT(all, Not(HasSubstr("X-Step")));
}

TEST_P(ServerTest, AClientThatDisconnectsEndsTheStream) {
    client.send(get("/pieces-many"));
    handler.entered.acquire();
    client.reset();
    while (handler.finished_statuses().empty())
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_THAT(handler.finished_statuses(), ElementsAre(200));
}

TEST(ServerStop, EndsAnEndlessStreamAfterTheGracePeriod) {
    testing::TestHandler handler;
    testing::RunningServer server(
        {.port = 0, .threads = 1, .shutdown_grace = std::chrono::milliseconds(50)}, handler);
    Client client(server.port());
    client.send(get("/pieces-many"));
    std::thread reader([&] { (void)client.rest(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    server.stop();
    server.join();
    reader.join();
}

}  // namespace
}  // namespace cameo::http
