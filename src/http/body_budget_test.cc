#include "http/body_budget.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <utility>

namespace cameo::http {
namespace {

using namespace std::chrono_literals;

TEST(BodyBudget, IsSharedByAllAndGivenBackAtTheEnd) {
    const auto budget = std::make_shared<BodyBudget>(100);
    BodyShare first(budget);
    EXPECT_TRUE(first.grow_to(60));
    EXPECT_TRUE(first.grow_to(40));  // no less
    {
        BodyShare second(budget);
        EXPECT_FALSE(second.grow_to(41));
        EXPECT_TRUE(second.grow_to(40));
        EXPECT_FALSE(first.grow_to(61));
        EXPECT_EQ(budget->used(), 100U);
    }
    EXPECT_TRUE(first.grow_to(100));
    first = BodyShare();
    EXPECT_EQ(budget->used(), 0U);
}

TEST(BodyBudget, AShareThatMovesIsGivenBackOnce) {
    const auto budget = std::make_shared<BodyBudget>(100);
    BodyShare first(budget);
    EXPECT_TRUE(first.grow_to(60));
    {
        const BodyShare second(std::move(first));
        EXPECT_EQ(budget->used(), 60U);
    }
    EXPECT_EQ(budget->used(), 0U);
}

// A window of 16 s has slots of 1 s.
class BodyPaceTest : public ::testing::Test {
  protected:
    BodyPace::TimePoint start;
    BodyPace pace{100, 16s, start};
};

TEST_F(BodyPaceTest, WantsEnoughInTheFirstWindow) {
    EXPECT_EQ(pace.deadline(), start + 16s);
    pace.arrived(99, start + 15s);
    EXPECT_EQ(pace.deadline(), start + 16s);
}

TEST_F(BodyPaceTest, ABurstCountsUntilItHasLeftTheWindow) {
    pace.arrived(1'000'000, start + 500ms);
    EXPECT_EQ(pace.deadline(), start + 17s);
    pace.arrived(99, start + 16s);
    EXPECT_EQ(pace.deadline(), start + 17s);
    pace.arrived(1, start + 16s);
    EXPECT_EQ(pace.deadline(), start + 33s);
}

TEST_F(BodyPaceTest, ASteadyTrickleAboveTheRateNeverEnds) {
    for (int second = 0; second < 100; ++second) {
        pace.arrived(7, start + std::chrono::seconds(second));
        EXPECT_GT(pace.deadline(), start + std::chrono::seconds(second + 1));
    }
}

TEST_F(BodyPaceTest, ASteadyTrickleBelowTheRateEndsWithItsFirstWindow) {
    for (int second = 0; second < 16; ++second)
        pace.arrived(6, start + std::chrono::seconds(second));
    EXPECT_EQ(pace.deadline(), start + 16s);
}

TEST_F(BodyPaceTest, SlowingDownBelowTheRateEndsToo) {
    pace.arrived(10'000, start);
    auto now = start;
    while (now < pace.deadline() && now < start + 60s) pace.arrived(5, now += 1s);
    EXPECT_LE(now, start + 18s);
}

TEST_F(BodyPaceTest, ALongSilenceForgetsWhatCameBefore) {
    pace.arrived(1'000, start);
    pace.arrived(1, start + 1h);
    EXPECT_LT(pace.deadline(), start + 1h + 16s);
}

}  // namespace
}  // namespace cameo::http
