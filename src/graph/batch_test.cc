#include "graph/batch.h"

#include <gtest/gtest.h>

#include <latch>
#include <mutex>

namespace cameo::graph {
namespace {

std::vector<BatchItem> independent(std::size_t count) {
    std::vector<BatchItem> items(count);
    for (std::size_t i = 0; i < count; ++i) items[i].id = std::to_string(i);
    return items;
}

http::Reply status(int number) { return {.status = number}; }

TEST(BatchRun, RepliesStandInTheOrderOfTheItems) {
    WorkPool helpers("helpers", 3, 16);
    const auto replies = run_batch(
        independent(20),
        [](const BatchItem& item, bool) { return status(200 + std::stoi(item.id)); }, helpers);
    ASSERT_EQ(replies.size(), 20U);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(replies[static_cast<std::size_t>(i)].status, 200 + i);
}

TEST(BatchRun, IndependentItemsAreAnsweredAtOnce) {
    WorkPool helpers("helpers", 3, 16);
    std::latch all(4);  // reached only if four threads are inside at the same time
    const auto replies = run_batch(
        independent(4),
        [&](const BatchItem&, bool) {
            all.arrive_and_wait();
            return status(200);
        },
        helpers);
    EXPECT_EQ(replies.size(), 4U);
}

TEST(BatchRun, WithoutHelpersTheCallerAnswersAll) {
    WorkPool helpers("helpers", 1, 0);
    helpers.drain();
    EXPECT_EQ(run_batch(
                  independent(20), [](const BatchItem&, bool) { return status(200); }, helpers)
                  .size(),
              20U);
    EXPECT_TRUE(run_batch({}, [](const BatchItem&, bool) { return status(200); }, helpers).empty());
}

TEST(BatchRun, AnItemComesAfterThoseItDependsOn) {
    WorkPool helpers("helpers", 3, 16);
    auto items = independent(3);
    items[0].depends_on = {1};
    items[1].depends_on = {2};
    std::mutex mutex;
    std::string order;
    run_batch(
        std::move(items),
        [&](const BatchItem& item, bool failed) {
            const std::lock_guard lock(mutex);
            order += item.id;
            EXPECT_FALSE(failed);
            return status(204);
        },
        helpers);
    EXPECT_EQ(order, "210");
}

TEST(BatchRun, AnItemThatThrowsIsA500AndTheRestGoesOn) {
    WorkPool helpers("helpers", 3, 16);
    const auto replies = run_batch(
        independent(20),
        [](const BatchItem& item, bool) {
            if (item.id != "7") throw std::runtime_error("on purpose");
            return status(200);
        },
        helpers);
    ASSERT_EQ(replies.size(), 20U);
    for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(replies[i].status, i == 7 ? 200 : 500);
}

TEST(BatchRun, AFailureReachesEveryDependentAndNobodyElse) {
    WorkPool helpers("helpers", 3, 16);
    auto items = independent(4);
    items[1].depends_on = {0};
    items[2].depends_on = {1};
    const auto replies = run_batch(
        std::move(items),
        [](const BatchItem& item, bool failed) {
            if (failed) return status(424);
            return status(item.id == "0" ? 404 : 200);
        },
        helpers);
    EXPECT_EQ(replies[0].status, 404);
    EXPECT_EQ(replies[1].status, 424);
    EXPECT_EQ(replies[2].status, 424);
    EXPECT_EQ(replies[3].status, 200);
}

}  // namespace
}  // namespace cameo::graph
