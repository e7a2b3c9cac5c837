#include "fetch/https_get.h"

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

namespace cameo::fetch {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// A server on loopback that sends one prepared answer, or none.
class OneAnswer {
  public:
    explicit OneAnswer(std::string answer)
        : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(listener_, 1), 0);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    OneAnswer(const OneAnswer&) = delete;
    OneAnswer& operator=(const OneAnswer&) = delete;
    ~OneAnswer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/x"; }

  private:
    void serve() {
        const int peer = ::accept(listener_, nullptr, nullptr);
        if (peer < 0) return;
        std::array<char, 4096> request{};
        (void)::recv(peer, request.data(), request.size(), 0);
        if (answer_.empty())
            (void)::recv(peer, request.data(), request.size(), 0);  // until it hangs up
        (void)::send(peer, answer_.data(), answer_.size(), MSG_NOSIGNAL);
        ::close(peer);
    }
    std::string answer_;
    int listener_;
    int port_ = 0;
    std::thread thread_;
};

std::string trouble(const std::string& url, const GetOptions& options = {}) {
    const auto body = get(url, options, {});
    EXPECT_FALSE(body);
    return body ? "" : body.error().detail;
}

TEST(HttpsGet, ReturnsTheBodyOfA200) {
    const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    const auto body = get(server.url(), {}, {});
    ASSERT_TRUE(body) << body.error().detail;
    EXPECT_EQ(*body, "{}");
}

TEST(HttpsGet, AnotherStatusIsAnError) {
    const OneAnswer server("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}");
    EXPECT_THAT(trouble(server.url()), HasSubstr("status 404"));
}

TEST(HttpsGet, ARedirectIsNotFollowed) {
    const OneAnswer elsewhere("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    const OneAnswer server("HTTP/1.1 302 Found\r\nLocation: " + elsewhere.url() +
                           "\r\nContent-Length: 0\r\n\r\n");
    EXPECT_THAT(trouble(server.url()), HasSubstr("status 302"));
}

TEST(HttpsGet, ALongBodyIsRefused) {
    const OneAnswer server("HTTP/1.1 200 OK\r\n\r\n" + std::string(5000, 'x'));
    EXPECT_NE(trouble(server.url(), {.most_bytes = 4999}), "");
}

TEST(HttpsGet, ASilentServerTimesOut) {
    const OneAnswer server("");
    EXPECT_NE(trouble(server.url(), {.whole_time = 100ms}), "");
}

TEST(HttpsGet, StopsOnRequest) {
    const OneAnswer server("");
    std::stop_source source;
    source.request_stop();
    EXPECT_FALSE(get(server.url(), {}, source.get_token()));
}

TEST(HttpsGet, ARefusedConnectionIsReported) {
    std::string url;
    {
        const OneAnswer gone("");
        url = gone.url();
    }
    EXPECT_THAT(trouble(url), HasSubstr("onnect"));
    EXPECT_NE(trouble("file:///etc/hostname"), "");
}

TEST(HttpsGet, AMissingCaFileIsAnError) {
    EXPECT_NE(trouble("https://127.0.0.1:1/", {.ca_file = "/nonexistent"}), "");
}

}  // namespace
}  // namespace cameo::fetch
