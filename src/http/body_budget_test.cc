#include "http/body_budget.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <utility>

namespace cameo::http {
namespace {

using namespace std::chrono_literals;

TEST(BodyBudget, ReservationsShareItAndReturnTheirBytesWhenDestroyed) {
    const auto budget = std::make_shared<BodyBudget>(100);
    BodyReservation first(budget);
    EXPECT_TRUE(first.grow_to(60));
    EXPECT_TRUE(first.grow_to(40));  // no less
    {
        BodyReservation second(budget);
        EXPECT_FALSE(second.grow_to(41));
        EXPECT_TRUE(second.grow_to(40));
        EXPECT_FALSE(first.grow_to(61));
        EXPECT_EQ(budget->used(), 100U);
    }
    EXPECT_TRUE(first.grow_to(100));
    first = BodyReservation();
    EXPECT_EQ(budget->used(), 0U);
}

TEST(BodyBudget, AMovedReservationReturnsItsBytesOnce) {
    const auto budget = std::make_shared<BodyBudget>(100);
    BodyReservation first(budget);
    EXPECT_TRUE(first.grow_to(60));
    {
        const BodyReservation second(std::move(first));
        EXPECT_EQ(budget->used(), 60U);
    }
    EXPECT_EQ(budget->used(), 0U);
}

// A window of 16 s has slots of 1 s.
class MinimumRateTest : public ::testing::Test {
  protected:
    MinimumRate::TimePoint start;
    MinimumRate rate{100, 16s, start};
};

TEST_F(MinimumRateTest, TooFewBytesInTheFirstWindowDoNotMoveTheDeadline) {
    EXPECT_EQ(rate.deadline(), start + 16s);
    rate.add(99, start + 15s);
    EXPECT_EQ(rate.deadline(), start + 16s);
}

TEST_F(MinimumRateTest, ABurstCountsWhileItIsInTheWindow) {
    rate.add(1'000'000, start + 500ms);
    EXPECT_EQ(rate.deadline(), start + 17s);
    rate.add(99, start + 16s);
    EXPECT_EQ(rate.deadline(), start + 17s);
    rate.add(1, start + 16s);
    EXPECT_EQ(rate.deadline(), start + 33s);
}

TEST_F(MinimumRateTest, ASteadyRateAboveTheMinimumNeverExpires) {
    for (int second = 0; second < 100; ++second) {
        rate.add(7, start + std::chrono::seconds(second));
        EXPECT_GT(rate.deadline(), start + std::chrono::seconds(second + 1));
    }
}

TEST_F(MinimumRateTest, ASteadyRateBelowTheMinimumExpiresAfterTheFirstWindow) {
    for (int second = 0; second < 16; ++second) rate.add(6, start + std::chrono::seconds(second));
    EXPECT_EQ(rate.deadline(), start + 16s);
}

TEST_F(MinimumRateTest, ABodyThatBecomesTooSlowExpires) {
    rate.add(10'000, start);
    auto now = start;
    while (now < rate.deadline() && now < start + 60s) rate.add(5, now += 1s);
    EXPECT_LE(now, start + 18s);
}

TEST_F(MinimumRateTest, BytesBeforeALongPauseDoNotCount) {
    rate.add(1'000, start);
    rate.add(1, start + 1h);
    EXPECT_LT(rate.deadline(), start + 1h + 16s);
}

}  // namespace
}  // namespace cameo::http
