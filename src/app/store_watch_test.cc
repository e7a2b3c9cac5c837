#include "app/store_watch.h"

#include <gtest/gtest.h>

#include <future>

namespace cameo::app {
namespace {

using namespace std::chrono_literals;

void eventually(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!holds() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
    EXPECT_TRUE(holds());
}

TEST(StoreWatch, TellsWhatTheStoreSaidLast) {
    std::atomic<bool> works = false;
    const StoreWatch watch([&] { return works.load(); }, {.between = 1ms, .stale = 10s});
    EXPECT_FALSE(watch.answers());
    works = true;
    eventually([&] { return watch.answers(); });
    works = false;
    eventually([&] { return !watch.answers(); });
}

TEST(StoreWatch, AStoreThatHangsIsToldAfterAWhileWithoutWaitingForIt) {
    std::promise<void> go_on;
    const auto released = go_on.get_future().share();
    std::atomic<int> asked = 0;
    const StoreWatch watch(
        [&] {
            if (++asked > 1) released.wait();
            return true;
        },
        {.between = 1ms, .stale = 200ms});
    EXPECT_TRUE(watch.answers());
    eventually([&] { return asked == 2; });
    eventually([&] { return !watch.answers(); });
    go_on.set_value();
    eventually([&] { return watch.answers(); });
}

}  // namespace
}  // namespace cameo::app
