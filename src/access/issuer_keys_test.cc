#include "access/issuer_keys.h"

#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <mutex>
#include <vector>

#include "access/token_testing.h"

namespace cameo::access {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::TestKey;

constexpr std::string_view kDiscovery = "https://i.example/.well-known/openid-configuration";

// An identity provider that answers from memory, or does not answer.
class Provider {
  public:
    Result<std::string> get(const std::string& url) {
        if (url == kDiscovery) ++fetches_;
        const std::lock_guard lock(mutex_);
        if (down_) return fail(Fault::busy, "connection refused");
        if (url == kDiscovery)
            return std::string(
                R"({"issuer":"https://i.example","jwks_uri":"https://i.example/k"})");
        return keys_;
    }
    void publish(std::string keys) {
        const std::lock_guard lock(mutex_);
        keys_ = std::move(keys);
    }
    void go(bool down) {
        const std::lock_guard lock(mutex_);
        down_ = down;
    }
    int fetches() const { return fetches_; }

  private:
    std::mutex mutex_;
    std::string keys_;
    bool down_ = false;
    std::atomic<int> fetches_ = 0;
};

const TestKey& first() {
    static const auto kMade = TestKey::rsa("first");
    return kMade;
}
const TestKey& second() {
    static const auto kMade = TestKey::rsa("second");
    return kMade;
}

class IssuerKeysTest : public ::testing::Test {
  protected:
    IssuerKeysTest() { provider_.publish(testing::key_set({&first()})); }

    IssuerKeys& start(IssuerKeys::Timing timing = {}) {
        keys_ = std::make_unique<IssuerKeys>(
            std::string(kDiscovery),
            [this](const std::string& url, const std::stop_token&) { return provider_.get(url); },
            [this](const std::string& text) { reports_.push_back(text); }, timing);
        return *keys_;
    }
    void await_start() {
        eventually([this] { return keys_->current() != nullptr; });
    }

    static bool knows(const IssuerKeys& keys, std::string_view id) {
        const auto document = keys.current();
        return document && std::ranges::any_of(document->keys, [&](const auto& key) {
                   return key->about().id == id;
               });
    }
    template <class Condition>
    static void eventually(Condition condition) {
        for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(10ms);
        EXPECT_TRUE(condition());
    }

    Provider provider_;
    std::vector<std::string> reports_;  // written by the thread of keys_
    std::unique_ptr<IssuerKeys> keys_;
};

TEST_F(IssuerKeysTest, FetchesAtTheStart) {
    auto& keys = start();
    EXPECT_TRUE(keys.may_find("first"));
    await_start();
    ASSERT_TRUE(keys.current());
    EXPECT_EQ(keys.current()->issuer, "https://i.example");
    EXPECT_TRUE(knows(keys, "first"));
    EXPECT_EQ(keys.failure(), "");
}

TEST_F(IssuerKeysTest, AnUnknownKeyCausesOneRefresh) {
    auto& keys = start();
    await_start();
    provider_.publish(testing::key_set({&first(), &second()}));
    ASSERT_TRUE(keys.may_find("second"));
    keys.look_for("second", deadline_in(5s));
    EXPECT_TRUE(knows(keys, "second"));
    keys.look_for("third", deadline_in(5s));
    EXPECT_EQ(provider_.fetches(), 3);
    EXPECT_FALSE(keys.may_find("third")) << "it was looked for in vain";
}

TEST_F(IssuerKeysTest, AFloodOfUnknownKeysIsRateLimited) {
    auto& keys = start();
    await_start();
    for (int i = 0; i < 1000; ++i) {
        const auto id = "forged" + std::to_string(i);
        if (keys.may_find(id)) keys.look_for(id, deadline_in(5s));
    }
    EXPECT_EQ(provider_.fetches(), 1 + 4);
    EXPECT_TRUE(knows(keys, "first"));
}

TEST_F(IssuerKeysTest, KeysStayWhileTheIssuerIsDown) {
    auto& keys = start();
    await_start();
    provider_.go(true);
    keys.look_for("second", deadline_in(5s));
    EXPECT_TRUE(knows(keys, "first"));
    EXPECT_FALSE(keys.current()->keys.front()->withdrawn());
    EXPECT_EQ(keys.failure(), "unreachable");
    keys_.reset();
    ASSERT_EQ(reports_.size(), 2U);
    EXPECT_THAT(reports_[1], HasSubstr("connection refused"));
    EXPECT_THAT(reports_[1], HasSubstr("are kept"));
}

TEST_F(IssuerKeysTest, AnEmptyKeySetDoesNotReplaceTheKeys) {
    auto& keys = start();
    await_start();
    provider_.publish(R"({"keys":[]})");
    keys.look_for("second", deadline_in(5s));
    EXPECT_TRUE(knows(keys, "first"));
}

TEST_F(IssuerKeysTest, ARepeatedFailureIsReportedOnce) {
    provider_.go(true);
    auto& keys = start({.first_retry = 1ms, .last_retry = 2ms});
    eventually([&] { return provider_.fetches() > 10; });
    provider_.go(false);
    eventually([&] { return knows(keys, "first"); });
    keys_.reset();
    ASSERT_EQ(reports_.size(), 2U);
    EXPECT_THAT(reports_[0], HasSubstr("connection refused"));
    EXPECT_THAT(reports_[1], HasSubstr("1 keys fetched"));
}

TEST_F(IssuerKeysTest, ADocumentThatNamesAnIssuerThatIsNotAcceptedIsRefused) {
    keys_ = std::make_unique<IssuerKeys>(
        std::string(kDiscovery),
        [this](const std::string& url, const std::stop_token&) { return provider_.get(url); },
        [this](const std::string& text) { reports_.push_back(text); }, IssuerKeys::Timing{},
        [](const std::string& issuer) -> Result<void> {
            EXPECT_EQ(issuer, "https://i.example");
            return fail(Fault::malformed, "that is another's name");
        });
    keys_->look_for("first", deadline_in(5s));
    EXPECT_FALSE(keys_->current());
    EXPECT_EQ(keys_->failure(), "invalid");
    keys_.reset();
    ASSERT_EQ(reports_.size(), 1U);
    EXPECT_THAT(reports_[0], HasSubstr("that is another's name"));
}

TEST_F(IssuerKeysTest, AnIssuerThatIsDownAtTheStartIsFetchedAgain) {
    provider_.go(true);
    const IssuerKeys::Timing quick{.first_retry = 10ms, .last_retry = 20ms};
    auto& keys = start(quick);
    eventually([&] { return provider_.fetches() > 2; });
    EXPECT_FALSE(keys.current());
    EXPECT_EQ(keys.failure(), "unreachable");
    provider_.go(false);
    eventually([&] { return knows(keys, "first"); });
}

TEST_F(IssuerKeysTest, KeysAreRefreshedInTime) {
    const IssuerKeys::Timing often{.refresh = 10ms};
    auto& keys = start(often);
    await_start();
    provider_.publish(testing::key_set({&second()}));
    eventually([&] { return knows(keys, "second"); });
}

TEST_F(IssuerKeysTest, OnlyAKeyThatIsNoLongerPublishedIsWithdrawn) {
    provider_.publish(testing::key_set({&first(), &second()}));
    auto& keys = start();
    await_start();
    const auto before = keys.current();
    provider_.publish(testing::key_set({&second()}));
    keys.look_for("third", deadline_in(5s));
    EXPECT_TRUE(before->keys[0]->withdrawn());
    EXPECT_FALSE(before->keys[1]->withdrawn());
    EXPECT_EQ(keys.current()->keys[0], before->keys[1]) << "the same object";
}

TEST_F(IssuerKeysTest, AnotherKeyWithTheSameIdReplacesTheFirst) {
    auto& keys = start();
    await_start();
    const auto before = keys.current();
    const auto other = TestKey::rsa("first");
    provider_.publish(testing::key_set({&other}));
    keys.look_for("second", deadline_in(5s));
    EXPECT_TRUE(before->keys[0]->withdrawn());
    EXPECT_FALSE(keys.current()->keys[0]->withdrawn());
}

TEST_F(IssuerKeysTest, ARemoteDocumentMustNotNameAKeySetOnThisMachine) {
    std::atomic<bool> asked_here = false;
    keys_ = std::make_unique<IssuerKeys>(
        std::string(kDiscovery),
        [&](const std::string& url, const std::stop_token&) -> Result<std::string> {
            if (url != kDiscovery) asked_here = true;
            return R"({"issuer":"https://i.example","jwks_uri":"http://127.0.0.1/k"})";
        },
        [this](const std::string& text) { reports_.push_back(text); }, IssuerKeys::Timing{});
    keys_->look_for("first", deadline_in(5s));
    EXPECT_FALSE(keys_->current());
    EXPECT_EQ(keys_->failure(), "invalid");
    keys_.reset();
    ASSERT_FALSE(reports_.empty());
    EXPECT_THAT(reports_.front(), HasSubstr("jwks_uri is not https"));
    EXPECT_FALSE(asked_here);
}

TEST_F(IssuerKeysTest, AWaitEndsAtItsDeadline) {
    std::latch release(1);
    keys_ = std::make_unique<IssuerKeys>(
        std::string(kDiscovery),
        [&](const std::string&, const std::stop_token&) -> Result<std::string> {
            release.wait();
            return fail(Fault::busy, "too late");
        },
        [](const std::string&) {}, IssuerKeys::Timing{});
    keys_->look_for("first", deadline_in(20ms));
    EXPECT_FALSE(keys_->current());
    release.count_down();
    keys_.reset();
}

TEST(FixedKeys, AreNeverFetched) {
    IssuerKeys keys(IssuerDocument{.issuer = "urn:x"});
    EXPECT_FALSE(keys.may_find("any"));
    keys.look_for("any", deadline_in(1h));
    EXPECT_EQ(keys.current()->issuer, "urn:x");
}

}  // namespace
}  // namespace cameo::access
