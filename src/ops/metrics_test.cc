#include "ops/metrics.h"

#include <gmock/gmock.h>

namespace cameo::ops {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

TEST(Metrics, CountsRequestsByStatusClassAndLane) {
    Metrics metrics;
    metrics.count_request(200, true, 100, milliseconds(1));
    metrics.count_request(304, true, 0, milliseconds(1));
    metrics.count_request(200, true, 100, milliseconds(1));
    metrics.count_request(404, false, 50, milliseconds(3));
    const auto text = metrics.text();
    EXPECT_THAT(text,
                HasSubstr("cameo_http_requests_total{code=\"2xx\",handled_by=\"fast_path\"} 2"));
    EXPECT_THAT(text,
                HasSubstr("cameo_http_requests_total{code=\"3xx\",handled_by=\"fast_path\"} 1"));
    EXPECT_THAT(text, HasSubstr("cameo_http_requests_total{code=\"4xx\",handled_by=\"worker\"} 1"));
    EXPECT_THAT(text, HasSubstr("cameo_http_body_bytes_total 250"));
    EXPECT_THAT(text, HasSubstr("cameo_http_work_seconds_count 1"));
}

TEST(Metrics, AGaugeIsReadWhenAsked) {
    Metrics metrics;
    double value = 1;
    metrics.add_gauge("cameo_things", "Things.", [&] { return value; });
    EXPECT_THAT(metrics.text(), HasSubstr("cameo_things 1"));
    value = 7;
    EXPECT_THAT(metrics.text(), HasSubstr("cameo_things 7"));
}

TEST(Metrics, ACounterIsReadWhenAsked) {
    Metrics metrics;
    std::uint64_t value = 3;
    metrics.add_counter("cameo_lines_total", "Lines.", [&] { return value; });
    EXPECT_THAT(metrics.text(), HasSubstr("# TYPE cameo_lines_total counter\ncameo_lines_total 3"));
    value = 5;
    EXPECT_THAT(metrics.text(), HasSubstr("cameo_lines_total 5"));
}

TEST(Metrics, AnImpossibleStatusIsNotCounted) {
    Metrics metrics;
    metrics.count_request(0, true, 5, milliseconds(1));
    metrics.count_request(777, false, 5, milliseconds(1));
    EXPECT_THAT(metrics.text(), HasSubstr("cameo_http_body_bytes_total 0"));
}

}  // namespace
}  // namespace cameo::ops
