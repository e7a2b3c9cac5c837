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

// Whether the store answers: a separate thread probes it once a second, so that an I/O thread can
// report readiness. Each change is logged. Thread-safe.
class StoreHealth {
  public:
    using Probe = std::function<Result<void>()>;  // may block
    using Report = std::function<void(std::string_view text)>;
    struct Timing {
        std::chrono::milliseconds between = std::chrono::seconds(1);
        // A probe without a result for this long counts as hanging.
        std::chrono::milliseconds stale = std::chrono::seconds(5);
    };

    // Returns after the first probe.
    StoreHealth(Probe probe, Report report, Timing timing);
    StoreHealth(Probe probe, Report report)
        : StoreHealth(std::move(probe), std::move(report), Timing{}) {}
    ~StoreHealth();  // waits for the current probe
    StoreHealth(const StoreHealth&) = delete;
    StoreHealth& operator=(const StoreHealth&) = delete;

    // Never blocks.
    bool answers();

  private:
    using Steady = std::chrono::steady_clock;

    void probe_once();
    void report_change(bool answers, std::string_view why);
    void run(const std::stop_token& stop);

    const Probe probe_;
    const Report report_;
    const Timing timing_;
    std::atomic<bool> last_result_ = false;
    std::atomic<bool> logged_ = true;            // what was logged last
    std::atomic<Steady::time_point> probed_at_;  // when the last probe ended
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::jthread thread_;  // last: it uses all the others
};

}  // namespace cameo::server
