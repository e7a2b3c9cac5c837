#include "base/lru_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace cameo {
namespace {

constexpr std::size_t kShards = 16;
constexpr std::size_t kEntry = LruCache<int>::kEntryBytes;

// Of an entry whose value holds one byte.
std::size_t bytes_of(std::string_view key) { return kEntry + key.size() + 1; }

// Keys that share one shard, found by observing which one an erase affects.
std::vector<std::string> keys_of_one_shard(std::size_t count) {
    std::vector<std::string> keys{"0"};
    for (int i = 1; keys.size() < count; ++i) {
        LruCache<int> cache(2 * kEntry * kShards);
        const auto candidate = std::to_string(i);
        const auto ticket = cache.begin_load(candidate);
        cache.erase(keys.front());
        cache.finish_load(ticket, candidate, 1, 1);
        if (!cache.find(candidate)) keys.push_back(candidate);
    }
    return keys;
}

class LruCacheTest : public testing::Test {
  protected:
    std::vector<std::string> keys_ = keys_of_one_shard(4);
    static constexpr std::size_t kShare = 3 * (kEntry + 10);  // three small entries
    LruCache<int> cache_{kShare * kShards};
};

TEST_F(LruCacheTest, FindsWhatWasPutAndNothingElse) {
    cache_.put("a", 1, 1);
    EXPECT_EQ(cache_.find("a"), 1);
    EXPECT_FALSE(cache_.find("b"));
    EXPECT_FALSE(cache_.find(""));
}

TEST_F(LruCacheTest, AKeyHasOneValueAndCountsOnce) {
    cache_.put("a", 1, 1);
    cache_.put("a", 2, 3);
    EXPECT_EQ(cache_.find("a"), 2);
    EXPECT_EQ(cache_.bytes(), bytes_of("a") + 2);
    cache_.put("a", 3, 1);
    EXPECT_EQ(cache_.bytes(), bytes_of("a"));
}

TEST_F(LruCacheTest, DropsTheLeastRecentlyUsed) {
    for (int i = 0; i < 3; ++i) cache_.put(keys_[static_cast<std::size_t>(i)], i, 1);
    EXPECT_EQ(cache_.find(keys_[0]), 0);  // and so used last
    cache_.put(keys_[3], 3, 1);
    EXPECT_EQ(cache_.find(keys_[0]), 0);
    EXPECT_FALSE(cache_.find(keys_[1]));
    EXPECT_EQ(cache_.find(keys_[2]), 2);
    EXPECT_EQ(cache_.find(keys_[3]), 3);
}

TEST_F(LruCacheTest, ALargeValuePushesOutSeveral) {
    for (int i = 0; i < 3; ++i) cache_.put(keys_[static_cast<std::size_t>(i)], i, 1);
    cache_.put(keys_[3], 3, 2 * kEntry);
    EXPECT_EQ(cache_.find(keys_[3]), 3);
    EXPECT_EQ(cache_.bytes(), kEntry + keys_[3].size() + 2 * kEntry);
}

TEST_F(LruCacheTest, ManyLongKeysStayWithinTheBudget) {
    for (int i = 0; i < 1'000; ++i) {
        cache_.put(std::string(300, 'k') + std::to_string(i), i, 1);
        EXPECT_LE(cache_.bytes(), kShare * kShards);
    }
    EXPECT_GT(cache_.bytes(), 0U);
    const std::string longer(kShare, 'k');
    cache_.put(longer, 1, 0);
    EXPECT_FALSE(cache_.find(longer));
}

TEST_F(LruCacheTest, AnEntryLargerThanAShardsShareIsNotKeptAndPushesOutNothing) {
    cache_.put(keys_[0], 0, 1);
    cache_.put(keys_[1], 1, kShare);
    EXPECT_FALSE(cache_.find(keys_[1]));
    EXPECT_EQ(cache_.find(keys_[0]), 0);
    cache_.put(keys_[0], 9, kShare);
    EXPECT_FALSE(cache_.find(keys_[0])) << "the old value would be wrong now";
    EXPECT_EQ(cache_.bytes(), 0U);
}

TEST_F(LruCacheTest, AnErasedKeyIsGone) {
    cache_.put("a", 1, 2);
    cache_.erase("a");
    cache_.erase("never there");
    EXPECT_FALSE(cache_.find("a"));
    EXPECT_EQ(cache_.bytes(), 0U);
}

TEST_F(LruCacheTest, ALoadThatBeganBeforeAnEraseKeepsNothing) {
    const auto ticket = cache_.begin_load("a");
    cache_.erase("a");
    cache_.finish_load(ticket, "a", 1, 1);
    EXPECT_FALSE(cache_.find("a"));
}

TEST_F(LruCacheTest, ALoadThatBeganAfterAnEraseIsKept) {
    cache_.erase("a");
    const auto ticket = cache_.begin_load("a");
    cache_.finish_load(ticket, "a", 1, 1);
    EXPECT_EQ(cache_.find("a"), 1);
}

TEST_F(LruCacheTest, ACacheWithoutBudgetKeepsNothing) {
    LruCache<int> none(0);
    none.put("a", 1, 1);
    EXPECT_FALSE(none.find("a"));
}

TEST_F(LruCacheTest, DestroysTheValuesItDrops) {
    const auto value = std::make_shared<int>(1);
    {
        LruCache<std::shared_ptr<int>> cache((kEntry + 10) * kShards);
        for (int i = 0; i < 1'000; ++i) cache.put(std::to_string(i), value, 1);
        EXPECT_EQ(value.use_count(), static_cast<long>(kShards) + 1);
    }
    EXPECT_EQ(value.use_count(), 1);
}

TEST(LruCacheThreads, NoReadReturnsAValueOlderThanTheLastErase) {
    LruCache<int> cache(64 * kEntry * kShards);
    std::atomic<int> stored = 0;  // stands for the value in a slow store
    std::atomic<int> wrong = 0;
    std::atomic<bool> done = false;
    std::vector<std::jthread> readers;
    for (int t = 0; t < 3; ++t)
        readers.emplace_back([&] {
            while (!done) {
                const int at_least = stored;
                const auto ticket = cache.begin_load("k");
                if (const auto found = cache.find("k")) {
                    // One less: the writer may be between its store and its erase.
                    if (*found < at_least - 1) ++wrong;
                    continue;
                }
                cache.finish_load(ticket, "k", stored, 1);
            }
        });
    for (int i = 1; i <= 20'000; ++i) {
        stored = i;
        cache.erase("k");
        const auto found = cache.find("k");
        if (found && *found < i) ++wrong;
    }
    done = true;
    readers.clear();
    EXPECT_EQ(wrong, 0);
}

TEST(LruCacheThreads, StaysWithinItsBudgetUnderManyThreads) {
    constexpr std::size_t kBudget = 8 * kEntry * kShards;
    LruCache<std::string> cache(kBudget);
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (unsigned i = 0; i < 5'000; ++i) {
                const auto key = std::to_string((i * 7 + t) % 300);
                cache.put(key, key, 1 + i % 3);
                if (const auto found = cache.find(key); found && *found != key) ++wrong;
                if (i % 5 == 0) cache.erase(key);
                if (i % 100 == 0 && cache.bytes() > kBudget) ++wrong;
            }
        });
    threads.clear();
    EXPECT_EQ(wrong, 0);
    EXPECT_LE(cache.bytes(), kBudget);
}

}  // namespace
}  // namespace cameo
