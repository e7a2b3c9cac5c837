#include "base/work_pool.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace cameo {
namespace {

TEST(WorkPool, RunsEachJobOnceInTheOrderOfArrival) {
    std::vector<int> order;
    WorkPool pool("one", 1, 100);
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(pool.try_post([&order, i] { order.push_back(i); }));
    pool.drain();
    ASSERT_EQ(order.size(), 50U);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

// Blocks the pool's only thread until the end of the test, so that jobs queue up.
struct Held {
    explicit Held(WorkPool& pool) {
        pool.try_post([this] {
            running.count_down();
            go_on.wait();
        });
        running.wait();
    }
    std::latch running{1}, go_on{1};
};

TEST(WorkPool, TheJobOfAnotherKeyRunsAfterOneOfEachKeyHoweverManyWait) {
    std::vector<std::string> order;
    WorkPool pool("fair", 1, 1'000);
    Held held(pool);
    const auto post = [&](const std::string& key, int number) {
        ASSERT_TRUE(pool.try_post(
            [&, key, number] { order.push_back(key + std::to_string(number)); }, key));
    };
    for (int i = 0; i < 500; ++i) post("a", i);
    for (int i = 0; i < 3; ++i) post("b", i);
    post("c", 0);
    held.go_on.count_down();
    pool.drain();
    ASSERT_EQ(order.size(), 504U);
    order.resize(9);
    EXPECT_EQ(order,
              (std::vector<std::string>{"a0", "b0", "c0", "a1", "b1", "a2", "b2", "a3", "a4"}));
}

TEST(WorkPool, AKeyAtItsQueueLimitLeavesTheQueueToOthers) {
    std::atomic<int> ran = 0;
    WorkPool pool("share", 1, 4, 2);
    Held held(pool);
    const auto post = [&](std::string_view key) { return pool.try_post([&] { ++ran; }, key); };
    EXPECT_TRUE(post("a"));
    EXPECT_TRUE(post("a"));
    EXPECT_FALSE(post("a"));
    EXPECT_TRUE(post("b"));
    EXPECT_TRUE(post("c"));
    EXPECT_FALSE(post("d")) << "all are full";
    held.go_on.count_down();
    pool.drain();
    EXPECT_EQ(ran, 4);
}

TEST(WorkPool, AKeyAtItsThreadLimitLeavesAThreadToOthers) {
    std::latch running(2), go_on(1);
    std::promise<void> other_ran;
    std::atomic<int> ran = 0, most = 0, now = 0;
    WorkPool pool("threads", 3, 100, 100, 2);
    for (int i = 0; i < 2; ++i)
        ASSERT_TRUE(pool.try_post(
            [&] {
                running.count_down();
                go_on.wait();
            },
            "a"));
    running.wait();
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(pool.try_post(
            [&] {
                most = std::max(most.load(), ++now);
                ++ran;
                --now;
            },
            "a"));
    ASSERT_TRUE(pool.try_post([&] { other_ran.set_value(); }, "b"));
    other_ran.get_future().wait();  // hangs where `a` holds the third thread
    EXPECT_EQ(ran, 0);
    go_on.count_down();
    pool.drain();
    EXPECT_EQ(ran, 20);
    EXPECT_LE(most, 2);
}

TEST(WorkPool, RejectsAJobThatDoesNotFitAndNeverRunsIt) {
    std::latch running(1), go_on(1);
    std::atomic<int> ran = 0;
    WorkPool pool("full", 1, 2);
    ASSERT_TRUE(pool.try_post([&] {
        running.count_down();
        go_on.wait();
    }));
    running.wait();
    EXPECT_TRUE(pool.try_post([&] { ++ran; }));
    EXPECT_TRUE(pool.try_post([&] { ++ran; }));
    EXPECT_EQ(pool.waiting(), 2U);
    EXPECT_FALSE(pool.try_post([&] { ran += 100; }));
    go_on.count_down();
    pool.drain();
    EXPECT_EQ(ran, 2);
    EXPECT_EQ(pool.waiting(), 0U);
}

TEST(WorkPool, RunsAsManyJobsAtOnceAsItHasThreads) {
    std::latch all_run(3);  // ends only if three run at the same time
    WorkPool pool("three", 3, 10);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(pool.try_post([&] { all_run.arrive_and_wait(); }));
    pool.drain();
    EXPECT_TRUE(all_run.try_wait());
}

TEST(WorkPool, AcceptsNothingNewWhileDrainingAndMayDrainTwice) {
    std::atomic<int> ran = 0;
    WorkPool pool("drained", 2, 10);
    for (int i = 0; i < 10; ++i) pool.try_post([&] { ++ran; });
    pool.drain();
    const int before = ran;
    EXPECT_FALSE(pool.try_post([&] { ++ran; }));
    pool.drain();
    EXPECT_EQ(ran, before);
}

TEST(WorkPool, ItsDestructorRunsWhatIsQueued) {
    std::atomic<int> ran = 0;
    {
        WorkPool pool("ends", 2, 1'000);
        for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(pool.try_post([&] { ++ran; }));
    }
    EXPECT_EQ(ran, 1'000);
}

TEST(WorkPool, DestroysAJobWhenItHasRun) {
    const auto held = std::make_shared<int>(1);
    WorkPool pool("frees", 1, 10);
    std::promise<void> next;
    ASSERT_TRUE(pool.try_post([held] {}));
    ASSERT_TRUE(pool.try_post([&] { next.set_value(); }));
    next.get_future().wait();
    EXPECT_EQ(held.use_count(), 1);
}

TEST(WorkPool, ContinuesAfterAJobThatThrows) {
    std::atomic<int> ran = 0;
    WorkPool pool("throws", 1, 10);
    ASSERT_TRUE(pool.try_post([] { throw std::runtime_error("on purpose"); }));
    ASSERT_TRUE(pool.try_post([] { throw std::bad_alloc(); }));
    ASSERT_TRUE(pool.try_post([] { throw 1; }));
    ASSERT_TRUE(pool.try_post([&] { ++ran; }));
    pool.drain();
    EXPECT_EQ(ran, 1);
}

TEST(WorkPool, NamesItsThreadsAndCutsALongName) {
    WorkPool pool("a-name-that-is-much-too-long", 1, 10);
    std::promise<std::string> told;
    // The name is set after the thread has begun, so the test polls for it.
    pool.try_post([&] {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        std::array<char, 16> name{};
        do {
            pthread_getname_np(pthread_self(), name.data(), name.size());
        } while (name[0] != 'a' && std::chrono::steady_clock::now() < end);
        told.set_value(name.data());
    });
    EXPECT_EQ(told.get_future().get(), "a-name-that-is-");
}

TEST(WorkPool, LosesNoJobUnderManyPosters) {
    std::atomic<int> posted = 0, ran = 0;
    WorkPool pool("busy", 4, 16);
    std::vector<std::jthread> posters;
    for (int t = 0; t < 4; ++t)
        posters.emplace_back([&] {
            for (int i = 0; i < 2'000; ++i)
                if (pool.try_post([&] { ++ran; })) ++posted;
        });
    posters.clear();
    pool.drain();
    EXPECT_EQ(ran, posted);
    EXPECT_GT(ran, 0);
}

}  // namespace
}  // namespace cameo
