#pragma once

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <functional>
#include <mutex>
#include <thread>

#include "base/clock.h"

namespace cameo::app {

// SIGTERM and SIGINT.
sigset_t stop_signals();

// Those and SIGHUP.
sigset_t server_signals();

// Blocks the signals in the calling thread and ignores SIGPIPE. To be called before any other
// thread is made, so that all inherit it.
void block_signals(const sigset_t& signals);

// A thread that waits for the server's signals. SIGHUP reopens the logs. A stop signal calls `stop`
// once, and ends the process where this object still lives `longest` later: what was acknowledged
// is durable already, and work that hangs must not keep the process. The logs are flushed before.
class ShutdownWatch {
  public:
    struct Actions {
        std::function<void()> stop;
        std::function<void()> reopen_logs;
        std::function<bool(Deadline)> flush_logs;  // whether all lines are written
        // With the flush: the promise is 5 seconds from the signal to the end.
        std::chrono::milliseconds longest{4'500};
    };
    explicit ShutdownWatch(Actions actions);
    ~ShutdownWatch();
    ShutdownWatch(const ShutdownWatch&) = delete;
    ShutdownWatch& operator=(const ShutdownWatch&) = delete;

  private:
    void run();
    bool is_over();
    bool wait_for_stop();

    Actions actions_;
    std::mutex mutex_;
    std::condition_variable over_changed_;
    bool over_ = false;
    std::thread thread_;
};

}  // namespace cameo::app
