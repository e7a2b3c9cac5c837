#include "ops/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <mutex>
#include <utility>
#include <vector>

namespace cameo::ops {
namespace {

using Labels = prometheus::Labels;

// Seconds; a quick answer takes microseconds, an upload tens of milliseconds.
const prometheus::Histogram::BucketBoundaries kSeconds{0.0001, 0.001, 0.005, 0.02, 0.1, 0.5, 2, 10};

}  // namespace

struct Metrics::State {
    struct ReadGauge {
        prometheus::Gauge& gauge;
        std::function<double()> read;
    };
    struct ReadCounter {
        prometheus::Counter& counter;
        std::function<std::uint64_t()> read;
    };
    using Counters = std::array<prometheus::Counter*, 6>;  // by the first digit of the status

    prometheus::Registry registry;
    Counters fast_requests{};
    Counters work_requests{};
    prometheus::Counter& bytes;
    prometheus::Histogram& work_seconds;
    std::mutex text_mutex;  // a counter is read, then raised
    std::vector<ReadGauge> gauges;
    std::vector<ReadCounter> read_counters;

    State();
    Counters make_counters(prometheus::Family<prometheus::Counter>& family, const char* handled_by);
};

Metrics::State::State()
    : bytes(prometheus::BuildCounter()
                .Name("cameo_http_body_bytes_total")
                .Help("Bytes of answers sent, without their heads.")
                .Register(registry)
                .Add({})),
      work_seconds(prometheus::BuildHistogram()
                       .Name("cameo_http_work_seconds")
                       .Help("Time from head to reply of requests that needed a worker.")
                       .Register(registry)
                       .Add({}, kSeconds)) {
    auto& requests = prometheus::BuildCounter()
                         .Name("cameo_http_requests_total")
                         .Help(
                             "Requests answered, by status class, and whether the fast path or a "
                             "worker replied.")
                         .Register(registry);
    fast_requests = make_counters(requests, "fast_path");
    work_requests = make_counters(requests, "worker");
}

Metrics::State::Counters Metrics::State::make_counters(
    prometheus::Family<prometheus::Counter>& family, const char* handled_by) {
    Counters counters{};
    for (std::size_t i = 1; i < counters.size(); ++i)
        counters[i] = &family.Add({{"code", std::to_string(i) + "xx"}, {"handled_by", handled_by}});
    return counters;
}

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::count_request(int status, bool fast, std::size_t body_bytes,
                            std::chrono::nanoseconds duration) {
    const auto status_class = static_cast<std::size_t>(status / 100);
    if (status_class < 1 || status_class >= state_->fast_requests.size()) return;
    (fast ? state_->fast_requests : state_->work_requests)[status_class]->Increment();
    state_->bytes.Increment(static_cast<double>(body_bytes));
    if (!fast) state_->work_seconds.Observe(std::chrono::duration<double>(duration).count());
}

void Metrics::add_gauge(const std::string& name, const std::string& help,
                        std::function<double()> read) {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry);
    state_->gauges.push_back({family.Add({}), std::move(read)});
}

void Metrics::add_counter(const std::string& name, const std::string& help,
                          std::function<std::uint64_t()> read) {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry);
    state_->read_counters.push_back({family.Add({}), std::move(read)});
}

std::string Metrics::text() {
    const std::lock_guard lock(state_->text_mutex);
    for (const auto& item : state_->gauges) item.gauge.Set(item.read());
    for (const auto& item : state_->read_counters)
        item.counter.Increment(static_cast<double>(item.read()) - item.counter.Value());
    return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace cameo::ops
