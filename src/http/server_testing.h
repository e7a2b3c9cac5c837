#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <semaphore>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "http/server.h"
#include "http/tls_context.h"

// For the tests of this module: a handler with a few known targets, a server that runs it, and a
// client that sends exactly the bytes it is given.
namespace cameo::http::testing {

inline constexpr std::size_t kLargeBody = 5'000'000;

// /fast answers at once, /204 and /304 too, /large with kLargeBody bytes. /echo answers in the pool
// with what it was sent, /wait there once it is released, /full has no room in its pool, /pieces
// has a body in pieces, /pieces-cut one that fails, /pieces-many one without an end. /throw and
// /throw-fast throw, /throw-all also where its refusal is asked for.
class TestHandler final : public Handler {
  public:
    StartResult start(const Request& request) override;
    Reply error_reply(const ProtocolError& error, const Request& request) override;
    void finished(const FinishedRequest& request) override;

    // The status of each finished request so far.
    std::vector<int> finished_statuses() const;
    std::string last_remote() const;
    std::vector<std::string> thrown() const;  // what refusals said was thrown

    // Jobs that wait for a thread of the pool.
    std::size_t waiting() const { return pool_.waiting(); }

    // The bodies that came to /echo, in the order in which its jobs ran.
    std::vector<std::string> echoed() const;

    std::counting_semaphore<> entered{0};  // one for each /wait and /pieces-many that has begun
    std::counting_semaphore<> released{0};

  private:
    Reply answer(const Request& request);

    mutable std::mutex mutex_;
    std::vector<std::string> thrown_;
    std::vector<int> statuses_;
    std::string remote_;
    std::vector<std::string> echoed_;
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
    std::uint16_t tls_port() const { return server_->tls_port(); }
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

struct PemPair {
    std::string certificate;
    std::string key;
};

// A certificate authority that signs for localhost.
class TestCa {
  public:
    TestCa();
    const std::string& certificate() const { return pem_; }

    // A new key and a certificate for it, valid for a year from `now`.
    PemPair issue(Instant now) const;

  private:
    KeyPtr key_;
    X509Ptr certificate_;
    std::string pem_;
};

// A folder with a certificate of a TestCa, and its key.
class TestCertificate {
  public:
    TestCertificate();
    ~TestCertificate();
    TestCertificate(const TestCertificate&) = delete;
    TestCertificate& operator=(const TestCertificate&) = delete;

    // For a server on a free port that checks the files every few milliseconds.
    TlsSettings settings() const;
    const TestCa& ca() const { return ca_; }
    std::string trusted() const { return ca_.certificate(); }

    // Puts another certificate into the same files.
    void write(const PemPair& pair) const;

  private:
    TestCa ca_;
    std::filesystem::path folder_;
};

// Speaks TLS where `trusted` (a CA's certificate, PEM) is not empty.
class Client {
  public:
    explicit Client(std::uint16_t port, int receive_buffer = 0, std::string_view trusted = {});
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

    // Whether the server has closed, in order or with a reset, within five seconds.
    bool has_ended();

    // The serial number of the server's certificate, in hex.
    std::string serial() const;

    // What the two agreed on: `TLSv1.3`, `http/1.1`.
    std::string version() const { return SSL_get_version(ssl_.get()); }
    std::string protocol() const;

    void half_close() const;
    void reset();  // closes with a reset

  private:
    long read_some(std::span<char> room) const;  // as recv
    bool receive();
    void shake_hands(std::string_view trusted);

    int socket_;
    SslPtr ssl_;  // null where plain
    std::string received_;
};

// Polls for at most five seconds.
bool eventually(const std::function<bool()>& condition);

}  // namespace cameo::http::testing
