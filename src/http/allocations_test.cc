#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "http/server_testing.h"

// How often the server allocates memory for a request that start() answers. All allocations of the
// test program are counted, by thread.

// NOLINTBEGIN(cppcoreguidelines-no-malloc, cppcoreguidelines-avoid-non-const-global-variables)
namespace {

thread_local std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

// Asio allocates coroutines and operations with this.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    ++allocations;
    void* memory = nullptr;
    return posix_memalign(&memory, std::max(alignment, sizeof(void*)), size) == 0 ? memory
                                                                                  : nullptr;
}
// NOLINTEND(cppcoreguidelines-no-malloc, cppcoreguidelines-avoid-non-const-global-variables)

namespace cameo::http {
namespace {

// Answers with a constant, and keeps the count of the I/O thread at each request.
class CountingHandler final : public Handler {
  public:
    CountingHandler() { counts_.reserve(1'000); }

    StartResult start(const Request& /*request*/) override {
        counts_.push_back(allocations);
        return Reply{.fields = {"Content-Type: image/jpeg\r\nETag: \"0123456789\"\r\n", nullptr},
                     .body = {"0123456789012345678901234567890123456789", nullptr}};
    }
    Reply error_reply(const ProtocolError& error, const Request& /*request*/) override {
        return {.status = error.status};
    }
    void finished(const FinishedRequest& /*request*/) override {}

    // From each request to the next, without the first ones. REQUIRES: the server has stopped.
    std::vector<std::size_t> per_request() const {
        EXPECT_GT(counts_.front(), 0U);  // the connection itself: the count works
        std::vector<std::size_t> steps;
        for (std::size_t i = 10; i < counts_.size(); ++i)
            steps.push_back(counts_[i] - counts_[i - 1]);
        return steps;
    }

  private:
    std::vector<std::size_t> counts_;
};

std::vector<std::size_t> count(std::string_view request, bool tls) {
    const testing::TestCertificate certificate;
    CountingHandler handler;
    {
        testing::RunningServer server({.port = 0, .threads = 1, .tls = certificate.settings()},
                                      handler);
        testing::Client client(tls ? server.tls_port() : server.port(), 0,
                               tls ? certificate.trusted() : "");
        for (int i = 0; i < 100; ++i) EXPECT_EQ(client.ask(request).status, 200);
    }
    return handler.per_request();
}

const std::string kGet =
    "GET /v1.0/users/a@b.example/photos/48x48/$value HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n"
    "Authorization: Bearer " +
    std::string(800, 'x') + "\r\nclient-request-id: mine\r\n\r\n";

// Over TLS without the allocations of OpenSSL itself.
TEST(Allocations, AGetFromMemoryOnAKeptConnectionAllocatesNothing) {
    for (const bool tls : {false, true})
        for (const auto allocated : count(kGet, tls)) EXPECT_EQ(allocated, 0U) << tls;
}

}  // namespace
}  // namespace cameo::http
