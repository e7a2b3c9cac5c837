#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/accept_pause.h"
#include "http/asio.h"
#include "http/body_budget.h"
#include "http/certificate_watch.h"
#include "http/listener.h"
#include "http/surroundings.h"

namespace cameo::http {

// One I/O thread's share of the server: an event loop, its listening sockets, its connections.
class Loop {
  public:
    // What the loops of a server share. Thread-safe.
    struct Shared {
        explicit Shared(const ServerSettings& settings)
            : bodies(std::make_shared<BodyBudget>(settings.body_bytes_in_flight)),
              accept_pause(settings.notify) {}

        std::atomic<std::size_t> open = 0;  // connections
        std::shared_ptr<BodyBudget> bodies;
        AcceptPause accept_pause;
    };

    // Borrows all three.
    Loop(const ServerSettings& settings, Handler& handler, Shared& shared);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // Before run(). The address that was bound, which tells the port where 0 was asked for.
    // `certificate` is null for connections without TLS.
    Result<Tcp::endpoint> listen(const Tcp::endpoint& endpoint,
                                 const CertificateWatch* certificate);

    // Serves on the calling thread until stop() and the end of the last connection.
    void run();

    // Thread-safe; returns at once.
    void stop();

  private:
    struct Listener {
        Acceptor acceptor;
        const CertificateWatch* certificate;
    };

    Awaitable<void> accept(Listener* listener);
    Awaitable<void> watch();
    Awaitable<void> pause(std::chrono::milliseconds time);
    boost::system::error_code accept_some(Listener& listener);
    void accept_the_rest(Listener& listener);
    void admit(Accepted accepted, const CertificateWatch* certificate);
    void begin_stop();

    asio::io_context context_;
    Surroundings surroundings_;
    Shared& shared_;
    std::deque<Listener> listeners_;  // stay where they are
    Timer tick_;
    TimePoint grace_end_;
};

}  // namespace cameo::http
