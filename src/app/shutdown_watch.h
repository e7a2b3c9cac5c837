#pragma once

#include <condition_variable>
#include <csignal>
#include <functional>
#include <mutex>
#include <thread>

namespace cameo::app {

// SIGTERM and SIGINT.
sigset_t stop_signals();

// Blocks SIGTERM and SIGINT in the calling thread and ignores SIGPIPE. To be called before any
// other thread is made, so that all inherit it.
void block_stop_signals();

// A thread that waits for a stop signal, then calls `stop` once, and ends the process where this
// object still lives 4.8 seconds later: what was acknowledged is durable already, and work that
// hangs must not keep the process.
class ShutdownWatch {
  public:
    explicit ShutdownWatch(std::function<void()> stop);
    ~ShutdownWatch();
    ShutdownWatch(const ShutdownWatch&) = delete;
    ShutdownWatch& operator=(const ShutdownWatch&) = delete;

  private:
    void run();
    bool is_over();

    std::function<void()> stop_;
    std::mutex mutex_;
    std::condition_variable over_changed_;
    bool over_ = false;
    std::thread thread_;
};

}  // namespace cameo::app
