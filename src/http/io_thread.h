#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/asio.h"
#include "http/body_budget.h"
#include "http/certificate_reloader.h"
#include "http/io_thread_context.h"
#include "http/listener.h"

namespace cameo::http {

// The work of one I/O thread: an event loop, its listening sockets, its connections.
class IoThread {
  public:
    // The state that the I/O threads of a server share. Thread-safe.
    struct Shared {
        explicit Shared(const ServerSettings& settings)
            : bodies(settings.body_budget
                         ? settings.body_budget
                         : std::make_shared<BodyBudget>(settings.body_bytes_in_flight)),
              accept_pause(settings.notify) {}

        std::atomic<std::size_t> open = 0;  // connections
        std::shared_ptr<BodyBudget> bodies;
        AcceptPause accept_pause;
    };

    // Borrows all three.
    IoThread(const ServerSettings& settings, Handler& handler, Shared& shared);
    ~IoThread();
    IoThread(const IoThread&) = delete;
    IoThread& operator=(const IoThread&) = delete;

    // Call before run(). Returns the bound address, with the port if 0 was requested.
    // `certificate` is null for connections without TLS.
    Result<Tcp::endpoint> listen(const Tcp::endpoint& endpoint,
                                 const CertificateReloader* certificate);

    // The same at ServerSettings::unix_socket.
    Result<void> listen_at_unix_socket();

    // Serves on the calling thread until stop() and the end of the last connection.
    void run();

    // Thread-safe; returns at once.
    void stop();

  private:
    struct Listener {
        Acceptor acceptor;
        const CertificateReloader* certificate;
    };

    Awaitable<void> accept(Listener* listener);
    Awaitable<void> scan_timeouts();
    Awaitable<void> pause(std::chrono::milliseconds time);
    boost::system::error_code accept_some(Listener& listener);
    void accept_backlog(Listener& listener);
    void add_connection(Accepted accepted, const CertificateReloader* certificate);
    void begin_stop();

    asio::io_context loop_;
    IoThreadContext context_;
    Shared& shared_;
    std::deque<Listener> listeners_;  // addresses stay valid
    Timer scan_timer_;
    TimePoint grace_end_;
};

}  // namespace cameo::http
