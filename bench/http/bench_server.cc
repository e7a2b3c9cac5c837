// The HTTP server alone: answers /2, /12, /16, /48 and /60 with that many KB from memory, to be set
// against another server with the same bytes (compare.sh). Prints the port it took, and with a
// certificate and its key that for HTTPS on a second line.
//   bench_http_server [port] [threads] [certificate key]
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>

#include "http/server.h"

namespace {

using namespace cameo;

class MemoryHandler final : public http::Handler {
  public:
    MemoryHandler() {
        for (std::size_t i = 0; i < kSizes.size(); ++i)
            bodies_.at(i) = std::make_shared<const std::string>(kSizes.at(i) * 1024, 'x');
    }

    http::StartResult start(const http::Request& request) override {
        for (std::size_t i = 0; i < kSizes.size(); ++i)
            if (request.target == kPaths.at(i))
                return http::Reply{200, {kFields, nullptr}, {*bodies_.at(i), bodies_.at(i)}};
        return http::Reply{.status = 404};
    }

    http::Reply error_reply(const http::ProtocolError& error, const http::Request&) override {
        return {.status = error.status};
    }

    void finished(const http::FinishedRequest&) override {}

  private:
    static constexpr std::array<std::size_t, 5> kSizes{2, 12, 16, 48, 60};
    static constexpr std::array<std::string_view, 5> kPaths{"/2", "/12", "/16", "/48", "/60"};
    static constexpr std::string_view kFields =
        "Content-Type: image/jpeg\r\n"
        "ETag: \"5D41402ABC4B2A76B9719D911017C592\"\r\n"
        "Last-Modified: Tue, 15 Nov 1994 08:12:31 GMT\r\n"
        "Cache-Control: private, no-cache\r\n";

    std::array<std::shared_ptr<const std::string>, kSizes.size()> bodies_;
};

std::size_t number(const char* text) {
    std::size_t value = 0;
    std::from_chars(text, text + std::char_traits<char>::length(text), value);
    return value;
}

}  // namespace

int main(int argc, char** argv) {
    sigset_t ends;  // blocked before any thread starts, so that none of them takes the signal
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    MemoryHandler handler;
    http::ServerSettings settings{.port = 0, .threads = 1};
    if (argc > 1) settings.port = static_cast<std::uint16_t>(number(argv[1]));
    if (argc > 2) settings.threads = number(argv[2]);
    if (argc > 4) settings.tls = {.port = 0, .certificate = argv[3], .key = argv[4]};
    const auto server = http::Server::listen(settings, handler);
    if (!server) {
        fmt::print(stderr, "{}\n", server.error().detail);
        return 1;
    }
    const std::jthread stopper([&] {
        int signal = 0;
        sigwait(&ends, &signal);
        (*server)->stop();
    });
    fmt::print("{}\n", (*server)->port());
    if (settings.tls) fmt::print("{}\n", (*server)->tls_port());
    std::fflush(stdout);
    (*server)->run();
}
