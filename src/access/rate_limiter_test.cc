#include "access/rate_limiter.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace cameo::access {
namespace {

using namespace std::chrono_literals;

const RateLimiter::Steady kNow{1000h};

TEST(RateLimiter, GivesABurstThenOneAtATime) {
    RateLimiter limiter({.per_second = 10, .burst = 3}, 160);
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(limiter.acquire("a", kNow));
    EXPECT_EQ(limiter.acquire("a", kNow), 1s);
    EXPECT_EQ(limiter.acquire("a", kNow + 99ms), 1s);
    EXPECT_FALSE(limiter.acquire("a", kNow + 100ms));
    EXPECT_TRUE(limiter.acquire("a", kNow + 100ms));
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(limiter.acquire("a", kNow + 1h)) << "whole again";
    EXPECT_TRUE(limiter.acquire("a", kNow + 1h));
}

TEST(RateLimiter, SaysHowLongToWaitInWholeSeconds) {
    RateLimiter limiter({.per_second = 0.1, .burst = 1}, 160);
    EXPECT_FALSE(limiter.acquire("a", kNow));
    EXPECT_EQ(limiter.acquire("a", kNow), 10s);
    EXPECT_EQ(limiter.acquire("a", kNow + 8500ms), 2s);
    EXPECT_FALSE(limiter.acquire("a", kNow + 10s));
}

TEST(RateLimiter, CallersDoNotMeet) {
    RateLimiter limiter({.per_second = 1, .burst = 1}, 160);
    EXPECT_FALSE(limiter.acquire("a", kNow));
    EXPECT_FALSE(limiter.acquire("b", kNow));
    EXPECT_TRUE(limiter.acquire("a", kNow));
}

TEST(RateLimiter, NoRateIsNoLimit) {
    RateLimiter limiter({}, 160);
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(limiter.acquire("a", kNow));
}

TEST(RateLimiter, ManyThreadsGetTheBurstAndNoMore) {
    RateLimiter limiter({.per_second = 1, .burst = 100}, 160);
    std::atomic<int> given = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 100; ++i)
                if (!limiter.acquire("a", kNow)) ++given;
        });
    threads.clear();
    EXPECT_EQ(given, 100);
}

TEST(Throttle, PeopleAppsAndTenantsAreCallersOfTheirOwn) {
    Throttle throttle({.requests = {.per_second = 0.01, .burst = 1}});
    const Principal person{.tenant = "t", .user_id = "x", .app = "browser"};
    const Principal app{.tenant = "t", .app = "x"};
    const Principal elsewhere{.tenant = "t2", .user_id = "x"};
    for (const auto* caller : {&person, &app, &elsewhere})
        EXPECT_TRUE(throttle.admit(*caller, Throttle::Kind::request));
    auto other_app = person;
    other_app.app = "phone";
    const auto refused = throttle.admit(other_app, Throttle::Kind::request);
    ASSERT_FALSE(refused) << "the same person with another app";
    EXPECT_EQ(refused.error().fault, Fault::throttled);
    EXPECT_EQ(refused.error().detail, "100");
}

TEST(Throttle, UploadsAreCountedApart) {
    Throttle throttle({.requests = {.per_second = 0.01, .burst = 1},
                       .app_uploads = {.per_second = 0.01, .burst = 2}});
    const Principal app{.tenant = "t", .app = "sync"};
    EXPECT_TRUE(throttle.admit(app, Throttle::Kind::request));
    EXPECT_FALSE(throttle.admit(app, Throttle::Kind::request));
    EXPECT_TRUE(throttle.admit(app, Throttle::Kind::upload));
    EXPECT_TRUE(throttle.admit(app, Throttle::Kind::upload));
    EXPECT_FALSE(throttle.admit(app, Throttle::Kind::upload));
}

TEST(Throttle, APersonUploadsLessThanAnApp) {
    Throttle throttle({});
    const auto uploads = [&](const Principal& principal) {
        int admitted = 0;
        while (admitted < 2'000 && throttle.admit(principal, Throttle::Kind::upload)) ++admitted;
        return admitted;
    };
    const int person = uploads({.tenant = "t", .user_id = "x", .app = "browser"});
    EXPECT_GE(person, 30);
    EXPECT_LT(person, 1'000);
    const int app = uploads({.tenant = "t", .app = "x"});
    EXPECT_GE(app, 1'000);
    EXPECT_LT(app, 2'000);
}

TEST(Throttle, StrangersAreCountedByAddress) {
    Throttle throttle({.refusals = {.per_second = 0.01, .burst = 1}});
    EXPECT_TRUE(throttle.admit_unauthenticated("203.0.113.5"));
    EXPECT_FALSE(throttle.admit_unauthenticated("203.0.113.5"));
    EXPECT_TRUE(throttle.admit_unauthenticated("203.0.113.6"));
}

}  // namespace
}  // namespace cameo::access
