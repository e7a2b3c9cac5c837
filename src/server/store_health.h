#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <thread>
#include <utility>

#include "base/result.h"

namespace cameo::server {

// Whether the store answers, asked by a thread of its own once a second, so that readiness can be
// told on an I/O thread. The log is told of each change. Thread-safe.
class StoreHealth {
  public:
    using Probe = std::function<Result<void>()>;  // may block
    using Report = std::function<void(std::string_view text)>;
    struct Timing {
        std::chrono::milliseconds between = std::chrono::seconds(1);
        // An answer older than this counts as none: the probe hangs.
        std::chrono::milliseconds stale = std::chrono::seconds(5);
    };

    // Returns once the first probe has.
    StoreHealth(Probe probe, Report report, Timing timing);
    StoreHealth(Probe probe, Report report)
        : StoreHealth(std::move(probe), std::move(report), Timing{}) {}
    ~StoreHealth();  // waits for the probe under way
    StoreHealth(const StoreHealth&) = delete;
    StoreHealth& operator=(const StoreHealth&) = delete;

    // Never blocks.
    bool answers();

  private:
    using Steady = std::chrono::steady_clock;

    void ask();
    void tell(bool answers, std::string_view why);
    void run(const std::stop_token& stop);

    const Probe probe_;
    const Report report_;
    const Timing timing_;
    std::atomic<bool> answered_ = false;
    std::atomic<bool> told_ = true;          // what the log was told last
    std::atomic<Steady::time_point> asked_;  // when the last probe ended
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::jthread thread_;  // last: it uses all the others
};

}  // namespace cameo::server
