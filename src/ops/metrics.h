#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace cameo::ops {

// Counters in Prometheus' text format. Thread-safe.
class Metrics {
  public:
    Metrics();
    ~Metrics();

    // One answered request. `fast`: answered on the I/O thread.
    void count_request(int status, bool fast, std::size_t body_bytes,
                       std::chrono::nanoseconds duration);

    // A gauge that is read for each request of the metrics. `read` must stay callable.
    void add_gauge(const std::string& name, const std::string& help, std::function<double()> read);

    // A counter, read in the same way.
    void add_counter(const std::string& name, const std::string& help,
                     std::function<std::uint64_t()> read);

    // The text exposition format, version 0.0.4.
    std::string text();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace cameo::ops
