#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "store/contract/store_bed.h"

// Suite of directory::SignInCodes.
namespace cameo::store::contract {

class SignInCodesContract : public StoreFixture {
  protected:
    static constexpr Instant kNow{1'000'000h};

    directory::SignInCodes& codes() { return bed_->store().sign_in_codes(); }
    static directory::CodeHash hash(unsigned number) {
        return {static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
    }
    static directory::SignInCode code(unsigned number, Instant ends = kNow + 10min) {
        return {.hash = hash(number),
                .tenant = kTenant,
                .user = full_user().id,
                .scopes = "User.ReadWrite User.ReadBasic.All",
                .directory_roles = "a b",
                .ends = ends};
    }
    void SetUp() override { add(full_user()); }
};

TEST_P(SignInCodesContract, ACodeIsTakenOnce) {
    ASSERT_TRUE(codes().add(code(1), kNow, soon_));
    EXPECT_EQ(codes().take(hash(2), kNow, soon_).value(), std::nullopt);
    EXPECT_EQ(codes().take(hash(1), kNow, soon_).value(), code(1));
    EXPECT_EQ(codes().take(hash(1), kNow, soon_).value(), std::nullopt);
}

TEST_P(SignInCodesContract, OneOfSeveralConcurrentCallsTakesIt) {
    ASSERT_TRUE(codes().add(code(1), kNow, soon_));
    std::atomic<int> taken = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            const auto one = codes().take(hash(1), kNow, soon_);
            if (one && *one) ++taken;
        });
    threads.clear();
    EXPECT_EQ(taken, 1);
}

TEST_P(SignInCodesContract, ACodeEnds) {
    ASSERT_TRUE(codes().add(code(1), kNow, soon_));
    ASSERT_TRUE(codes().add(code(2), kNow, soon_));
    EXPECT_EQ(codes().take(hash(1), kNow + 10min, soon_).value(), std::nullopt);
    EXPECT_NE(codes().take(hash(2), kNow + 10min - 1ms, soon_).value(), std::nullopt);
}

TEST_P(SignInCodesContract, TheNumberOfOpenCodesIsLimitedAndEndedOnesMakeRoom) {
    for (unsigned i = 0; i < directory::kMaxSignInCodes; ++i)
        ASSERT_TRUE(codes().add(code(i), kNow, soon_));
    const auto refused = codes().add(code(5'000), kNow + 10min - 1ms, soon_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::conflict);
    EXPECT_TRUE(codes().add(code(5'000, kNow + 20min), kNow + 10min, soon_));
    EXPECT_EQ(codes().take(hash(3), kNow, soon_).value(), std::nullopt) << "it was removed";
}

TEST_P(SignInCodesContract, ACodeNeedsItsUserAndEndsWithThem) {
    auto unknown = code(1);
    unknown.user = "bbbbbbbb-0000-4000-8000-000000000009";
    EXPECT_EQ(codes().add(unknown, kNow, soon_).error().fault, Fault::no_owner);
    ASSERT_TRUE(codes().add(code(2), kNow, soon_));
    ASSERT_TRUE(store().users().remove(kTenant, full_user().id, kNow, soon_).value());
    EXPECT_EQ(codes().take(hash(2), kNow, soon_).value(), std::nullopt);
}

TEST_P(SignInCodesContract, ACodeSurvivesARestart) {
    ASSERT_TRUE(codes().add(code(1), kNow, soon_));
    if (!bed_->reopen()) GTEST_SKIP() << "not durable";
    EXPECT_EQ(codes().take(hash(1), kNow, soon_).value(), code(1));
}

}  // namespace cameo::store::contract
