#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace cameo::app {

// Whether the store answers, asked by a thread of its own once a second, so that readiness can be
// told on an I/O thread. Thread-safe.
class StoreWatch {
  public:
    using Probe = std::function<bool()>;  // may block
    struct Timing {
        std::chrono::milliseconds between = std::chrono::seconds(1);
        // An answer older than this counts as none: the probe hangs.
        std::chrono::milliseconds stale = std::chrono::seconds(5);
    };

    // Returns once the first probe has.
    StoreWatch(Probe probe, Timing timing);
    explicit StoreWatch(Probe probe) : StoreWatch(std::move(probe), Timing{}) {}
    ~StoreWatch();  // waits for the probe under way
    StoreWatch(const StoreWatch&) = delete;
    StoreWatch& operator=(const StoreWatch&) = delete;

    // Never blocks.
    bool answers() const;

  private:
    using Steady = std::chrono::steady_clock;

    void ask();
    void run(const std::stop_token& stop);

    const Probe probe_;
    const Timing timing_;
    std::atomic<bool> answered_ = false;
    std::atomic<Steady::time_point> asked_;  // when the last probe ended
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::jthread thread_;  // last: it uses all the others
};

}  // namespace cameo::app
