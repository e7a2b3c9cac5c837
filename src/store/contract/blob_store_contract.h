#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "photo/blob_store.h"

// The suite that every blob store passes. In the store's own test program:
//     INSTANTIATE_TEST_SUITE_P(Files, BlobStoreContract, testing::Values(make_files_bed));
namespace cameo::store::contract {

using namespace std::chrono_literals;

// A new, empty store.
class BlobStoreBed {
  public:
    virtual ~BlobStoreBed() = default;
    virtual photo::BlobStore& store() = 0;
    // Closes the store and opens it again with its data. False if it is not durable.
    virtual bool reopen() { return false; }
};

class BlobStoreContract : public testing::TestWithParam<std::unique_ptr<BlobStoreBed> (*)()> {
  protected:
    static Bytes bytes_of(std::size_t length, std::uint8_t seed = 7) {
        Bytes bytes(length);
        for (std::size_t i = 0; i < length; ++i)
            bytes[i] = static_cast<std::uint8_t>(i * 131 + seed + i / 251);
        return bytes;
    }

    std::string put(const Bytes& bytes) {
        std::string key = random_hex128_lower();
        EXPECT_TRUE(store().put(key, bytes, soon_));
        return key;
    }

    Result<std::optional<Bytes>> read(const std::string& key, std::uint64_t offset,
                                      std::uint64_t length) {
        return store().read(key, offset, length, soon_);
    }

    std::vector<std::string> list_by(std::size_t limit) {
        std::vector<std::string> keys;
        for (std::string after;; after = keys.back()) {
            const auto page = store().list(after, limit, soon_);
            EXPECT_TRUE(page);
            if (!page || page->empty()) return keys;
            EXPECT_LE(page->size(), limit);
            for (const auto& blob : *page) keys.push_back(blob.key);
        }
    }

    photo::BlobStore& store() { return bed_->store(); }

    std::unique_ptr<BlobStoreBed> bed_ = GetParam()();
    Deadline soon_ = deadline_in(60s);
    Deadline passed_ = deadline_in(-1ms);
};

TEST_P(BlobStoreContract, ReturnsThePutBytes) {
    const Bytes bytes = bytes_of(70'000);
    const auto key = put(bytes);
    EXPECT_EQ(read(key, 0, bytes.size()).value(), bytes);
}

TEST_P(BlobStoreContract, GivesTheLengthOfABlob) {
    EXPECT_EQ(store().length(put(bytes_of(70'000)), soon_).value(), 70'000U);
    EXPECT_EQ(store().length(put({}), soon_).value(), 0U);
    EXPECT_EQ(store().length(random_hex128_lower(), soon_).value(), std::nullopt);
}

TEST_P(BlobStoreContract, ReadsAnyRange) {
    const Bytes bytes = bytes_of(10'000);
    const auto key = put(bytes);
    EXPECT_EQ(read(key, 0, 1).value(), Bytes(bytes.begin(), bytes.begin() + 1));
    EXPECT_EQ(read(key, 4095, 2).value(), Bytes(bytes.begin() + 4095, bytes.begin() + 4097));
    EXPECT_EQ(read(key, 9'999, 1).value(), Bytes(bytes.end() - 1, bytes.end()));
    EXPECT_EQ(read(key, 10'000, 0).value(), Bytes());
}

TEST_P(BlobStoreContract, ABlobShorterThanTheRangeIsAFaultWithItsLength) {
    const auto key = put(bytes_of(100));
    constexpr auto kHuge = std::numeric_limits<std::uint64_t>::max();
    for (const auto& [offset, length] :
         std::vector<std::pair<std::uint64_t, std::uint64_t>>{{0, 101},
                                                              {100, 1},
                                                              {101, 0},
                                                              {kHuge, 1},
                                                              {1, kHuge},
                                                              {kHuge, kHuge},
                                                              {0, 1ULL << 40}}) {
        const auto got = read(key, offset, length);
        ASSERT_FALSE(got) << offset << " " << length;
        EXPECT_EQ(got.error().fault, Fault::unsatisfiable_range);
        EXPECT_EQ(got.error().detail, "100");
    }
}

TEST_P(BlobStoreContract, AMissingBlobIsNotAFault) {
    const auto got = read(random_hex128_lower(), 0, 10);
    ASSERT_TRUE(got);
    EXPECT_FALSE(*got);
}

TEST_P(BlobStoreContract, HoldsEmptyAndLargeBlobs) {
    const auto empty = put({});
    const Bytes large = bytes_of(3'000'001);
    const auto key = put(large);
    EXPECT_EQ(read(empty, 0, 0).value(), Bytes());
    EXPECT_EQ(read(key, 0, large.size()).value(), large);
    EXPECT_EQ(read(key, 2'999'999, 2).value(), Bytes(large.end() - 2, large.end()));
}

TEST_P(BlobStoreContract, ARemovedBlobIsGoneAndMayBeRemovedAgain) {
    const auto key = put(bytes_of(10));
    EXPECT_TRUE(store().remove(key, soon_));
    EXPECT_FALSE(read(key, 0, 10).value());
    EXPECT_TRUE(store().remove(key, soon_));
    EXPECT_TRUE(list_by(10).empty());
}

TEST_P(BlobStoreContract, ListsEveryKeyOnceAscendingInPagesOfAnySize) {
    std::vector<std::string> keys;
    for (int i = 0; i < 40; ++i) keys.push_back(put(bytes_of(3)));
    // Keys that share their first digits, and the ends of the range.
    for (const char* key :
         {"00000000000000000000000000000000", "ffffffffffffffffffffffffffffffff",
          "ab000000000000000000000000000000", "abcd0000000000000000000000000000",
          "abcd0000000000000000000000000001", "abce0000000000000000000000000000"}) {
        ASSERT_TRUE(store().put(key, bytes_of(3), soon_));
        keys.emplace_back(key);
    }
    std::ranges::sort(keys);
    for (const std::size_t limit : {1U, 2U, 7U, 46U, 1000U}) EXPECT_EQ(list_by(limit), keys);
}

TEST_P(BlobStoreContract, ListsAfterAKeyThatDoesNotExist) {
    const std::string low = "10000000000000000000000000000000";
    const std::string high = "a0b00000000000000000000000000000";
    for (const auto& key : {low, high}) ASSERT_TRUE(store().put(key, bytes_of(3), soon_));
    const auto after = [&](const char* key) {
        std::vector<std::string> keys;
        for (const auto& blob : store().list(key, 10, soon_).value()) keys.push_back(blob.key);
        return keys;
    };
    using Keys = std::vector<std::string>;
    EXPECT_EQ(after("0"), (Keys{low, high}));
    EXPECT_EQ(after("10000000000000000000000000000000"), Keys{high});
    EXPECT_EQ(after("a"), Keys{high});
    EXPECT_EQ(after("a0b0"), Keys{high});
    EXPECT_EQ(after("a0c"), Keys());
}

TEST_P(BlobStoreContract, ANewBlobHasAnAgeOfSeconds) {
    put(bytes_of(3));
    const auto listed = store().list("", 10, soon_);
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->size(), 1U);
    EXPECT_GE(listed->front().age, 0s);
    EXPECT_LT(listed->front().age, 60s);
}

TEST_P(BlobStoreContract, ABlobSetAsideIsListedSeparatelyAndCanBeReadRemovedAndBroughtBack) {
    const Bytes bytes = bytes_of(100);
    const auto key = put(bytes);
    const auto removed = put(bytes);
    const auto other = put(bytes);
    for (const auto& one : {key, removed}) ASSERT_TRUE(store().set_aside(one, soon_));
    EXPECT_EQ(list_by(1), std::vector<std::string>{other});
    EXPECT_EQ(read(key, 10, 90).value(), Bytes(bytes.begin() + 10, bytes.end()));
    EXPECT_EQ(read(key, 0, 101).error().fault, Fault::unsatisfiable_range);
    const auto aside = store().list_set_aside("", 10, soon_);
    ASSERT_TRUE(aside);
    ASSERT_EQ(aside->size(), 2U);
    EXPECT_EQ(aside->front().key, std::min(key, removed));
    EXPECT_LT(aside->front().age, 60s);
    ASSERT_TRUE(store().remove(removed, soon_));
    EXPECT_FALSE(read(removed, 0, 1).value());
    bed_->reopen();
    ASSERT_TRUE(store().bring_back(key, soon_));
    EXPECT_TRUE(store().list_set_aside("", 10, soon_)->empty());
    EXPECT_EQ(list_by(10), (std::vector<std::string>{std::min(key, other), std::max(key, other)}));
    EXPECT_EQ(read(key, 0, 100).value(), bytes);
}

TEST_P(BlobStoreContract, ABlobThatIsMissingIsNeitherSetAsideNorBroughtBack) {
    const auto key = random_hex128_lower();
    EXPECT_TRUE(store().set_aside(key, soon_));
    EXPECT_TRUE(store().bring_back(key, soon_));
    EXPECT_FALSE(read(key, 0, 0).value());
    EXPECT_TRUE(store().list_set_aside("", 10, soon_)->empty());
}

TEST_P(BlobStoreContract, ADeadlineThatHasPassedIsBusyAndChangesNothing) {
    const auto key = put(bytes_of(10));
    const auto other = random_hex128_lower();
    EXPECT_EQ(store().put(other, bytes_of(10), passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().read(key, 0, 10, passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().remove(key, passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().list("", 10, passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().set_aside(key, passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().bring_back(key, passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().list_set_aside("", 10, passed_).error().fault, Fault::busy);
    EXPECT_EQ(list_by(10), std::vector<std::string>{key});
}

TEST_P(BlobStoreContract, ManyThreadsPutReadAndRemoveAtOnce) {
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> threads;
    for (std::uint8_t t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 20; ++i) {
                const Bytes bytes = bytes_of(500 + static_cast<std::size_t>(i), t);
                const auto key = random_hex128_lower();
                const bool put = store().put(key, bytes, soon_).has_value();
                const auto got = store().read(key, 0, bytes.size(), soon_);
                if (!put || !got || *got != bytes) ++wrong;
                if (i % 2 == 0 && !store().remove(key, soon_)) ++wrong;
            }
        });
    threads.clear();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(list_by(50).size(), 80U);
}

TEST_P(BlobStoreContract, KeepsItsBlobsWhenReopened) {
    const Bytes bytes = bytes_of(5'000);
    const auto key = put(bytes);
    const auto removed = put(bytes);
    ASSERT_TRUE(store().remove(removed, soon_));
    if (!bed_->reopen()) GTEST_SKIP() << "not a durable store";
    EXPECT_EQ(read(key, 0, bytes.size()).value(), bytes);
    EXPECT_FALSE(read(removed, 0, 1).value());
    EXPECT_EQ(list_by(10), std::vector<std::string>{key});
}

}  // namespace cameo::store::contract
