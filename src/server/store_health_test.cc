#include "server/store_health.h"

#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <string>
#include <vector>

namespace cameo::server {
namespace {

using namespace std::chrono_literals;

void eventually(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!holds() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
    EXPECT_TRUE(holds());
}

TEST(StoreHealth, HasTheResultOfTheLastProbe) {
    std::atomic<bool> works = false;
    std::mutex mutex;
    std::vector<std::string> told;
    const auto lines = [&] {
        const std::lock_guard lock(mutex);
        return told;
    };
    StoreHealth watch(
        [&]() -> Result<void> {
            if (works) return {};
            return fail(Fault::internal, "disk I/O error");
        },
        [&](std::string_view text) {
            const std::lock_guard lock(mutex);
            told.emplace_back(text);
        },
        {.between = 1ms, .stale = 10s});
    EXPECT_FALSE(watch.answers());
    works = true;
    eventually([&] { return watch.answers(); });
    works = false;
    eventually([&] { return !watch.answers(); });
    eventually([&] { return lines().size() == 3; });
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(lines(), (std::vector<std::string>{"the store does not answer: disk I/O error",
                                                 "the store answers again",
                                                 "the store does not answer: disk I/O error"}))
        << "each change once";
}

TEST(StoreHealth, AStoreThatHangsIsReportedWithoutWaiting) {
    std::promise<void> go_on;
    const auto released = go_on.get_future().share();
    std::atomic<int> asked = 0;
    std::atomic<int> told = 0;
    StoreHealth watch(
        [&]() -> Result<void> {
            if (++asked > 1) released.wait();
            return {};
        },
        [&](std::string_view) { ++told; }, {.between = 1ms, .stale = 200ms});
    EXPECT_TRUE(watch.answers());
    eventually([&] { return asked == 2; });
    eventually([&] { return !watch.answers(); });
    EXPECT_FALSE(watch.answers());
    EXPECT_EQ(told, 1);
    go_on.set_value();
    eventually([&] { return watch.answers(); });
}

}  // namespace

}  // namespace cameo::server
