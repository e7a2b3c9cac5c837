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
// client that sends exactly the bytes of the test.
namespace cameo::http::testing {

inline constexpr std::size_t kLargeBody = 5'000'000;

// start() answers /fast, /204, /304, and /large with kLargeBody bytes. A continuation answers the
// others: /echo with the request's body, /wait once `released`; the pool of /full is full. /pieces
// has a body in pieces, /pieces-cut one that fails, /pieces-many one without an end;
// /pieces-elsewhere has the name of the thread that makes its pieces, which is of another pool.
// /large-body takes a body of kLargeBody bytes.
// /throw and /throw-fast throw, /throw-all throws in error_reply() too. `X-Step` names the
// function.
class TestHandler final : public Handler {
  public:
    StartResult start(const Request& request) override;
    Reply error_reply(const ProtocolError& error, const Request& request) override;
    void finished(const FinishedRequest& request) override;

    // The status of each finished request so far.
    std::vector<int> finished_statuses() const;
    std::string last_remote() const;
    std::vector<std::string> thrown() const;  // the details of the errors

    // Jobs that wait for a thread of the pool.
    std::size_t waiting() const { return pool_.waiting(); }

    // The bodies of the requests to /echo, in the order in which its jobs ran.
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
    WorkPool body_pool_{"pieces", 1, 1000};
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
    int status = 0;  // 0 if none arrived
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

// Uses TLS where `trusted` (a CA's certificate, PEM) is not empty.
class Client {
  public:
    explicit Client(std::uint16_t port, int receive_buffer = 0, std::string_view trusted = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Whether all of it was sent.
    bool send(std::string_view bytes) const;

    // The next answer. `without_body`: it has a Content-Length but no body.
    Answer answer(bool without_body = false);

    Answer ask(std::string_view bytes) {
        send(bytes);
        return answer();
    }

    // The bytes until the server closes; nullopt after a reset, or if it does not close.
    std::optional<std::string> rest();
    bool is_closed() { return rest() == ""; }

    // Whether the server has closed, in order or with a reset, within five seconds.
    bool has_ended();

    // The serial number of the server's certificate, in hex.
    std::string serial() const;

    // What the handshake negotiated: `TLSv1.3`, `http/1.1`.
    std::string version() const { return SSL_get_version(ssl_.get()); }
    std::string protocol() const;

    void half_close() const;
    void reset();  // closes with a reset

  private:
    long read_some(std::span<char> space) const;  // as recv
    bool receive();
    void handshake(std::string_view trusted);

    int socket_;
    SslPtr ssl_;  // null if plain
    std::string received_;
};

// Polls for at most five seconds.
bool eventually(const std::function<bool()>& condition);

}  // namespace cameo::http::testing
