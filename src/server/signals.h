#pragma once

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/clock.h"

namespace cameo::server {

// SIGTERM and SIGINT.
sigset_t stop_signals();

// Those and SIGHUP.
sigset_t server_signals();

// Blocks the signals in the calling thread and ignores SIGPIPE. To be called before any other
// thread is made, so that all inherit it.
void block_signals(const sigset_t& signals);

// A thread that waits for signals. SIGHUP reopens the logs. A stop signal calls `stop` once, and
// ends the process if this object still exists `longest` later: acknowledged writes are
// durable, and work that hangs must not keep the process alive. The logs are flushed first.
class ShutdownHandler {
  public:
    struct Actions {
        std::function<void()> stop;
        std::function<void()> reopen_logs;
        std::function<bool(Deadline)> flush_logs;  // whether all lines are written
        // With the flush, at most 5 seconds from the signal to the end.
        std::chrono::milliseconds longest{4'500};
    };
    explicit ShutdownHandler(Actions actions);
    ~ShutdownHandler();
    ShutdownHandler(const ShutdownHandler&) = delete;
    ShutdownHandler& operator=(const ShutdownHandler&) = delete;

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

// Ctrl-C and SIGTERM for a command: the first requests a stop and prints it, the second ends the
// process at once. Make it before any other thread, so that all inherit the blocked signals.
class Interrupt {
  public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return stop_.get_token(); }
    bool happened() const { return stop_.stop_requested(); }

  private:
    std::stop_source stop_;
    std::jthread thread_;
};

}  // namespace cameo::server
