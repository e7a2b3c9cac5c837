#include "access/user_resolver.h"

#include <gmock/gmock.h>

#include <thread>

#include "store/memory/memory_store.h"

namespace cameo::access {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr auto kAda = "aaaaaaaa-0000-4000-8000-000000000001";
constexpr auto kBob = "bbbbbbbb-0000-4000-8000-000000000002";

class PeopleTest : public ::testing::Test {
  protected:
    void SetUp() override {
        add(kAda, "ada@contoso.example", "ada.mail@contoso.example");
        add(kBob, "bob@contoso.example", "shared@contoso.example");
    }
    void add(const std::string& id, const std::string& name, const std::string& mail = "") {
        ASSERT_TRUE(directory_.add<directory::User>({.tenant = "t",
                                                     .id = id,
                                                     .user_principal_name = name,
                                                     .display_name = "D",
                                                     .mail = mail},
                                                    soon_));
    }
    static Principal person(const std::string& subject, const std::string& name,
                            const std::string& mail = "") {
        return {.tenant = "t",
                .user_id = subject,
                .identity = Identity{.issuer = "https://i.example",
                                     .subject = subject,
                                     .name = name,
                                     .mail = mail,
                                     .display_name = "Ada Lovelace",
                                     .match_by_name = true}};
    }
    // The issuer's names are not trusted.
    static Principal unmatched(const std::string& subject, const std::string& name,
                               const std::string& mail = "") {
        auto principal = person(subject, name, mail);
        principal.identity->match_by_name = false;
        return principal;
    }
    static Principal newcomer(const std::string& subject, const std::string& name,
                              const std::string& mail = "") {
        auto principal = unmatched(subject, name, mail);
        principal.identity->provision = true;
        return principal;
    }
    static directory::IssuerSubject subject_of(const std::string& subject) {
        return {"t", "https://i.example", subject};
    }
    std::string id_of(const Principal& principal) {
        const auto found = people_.find(principal, Wait::until(soon_));
        EXPECT_TRUE(found) << (found ? "" : found.error().detail);
        return found ? (**found)->id : "";
    }
    void expect_refused(const Principal& principal, const std::string& said) {
        const auto found = people_.find(principal, Wait::until(soon_));
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().fault, Fault::unauthenticated);
        EXPECT_THAT(found.error().detail, HasSubstr(said));
    }
    void rename(const std::string& id, const std::string& name) {
        ASSERT_TRUE(directory_.change<directory::User>(
            "t", id,
            [&](directory::User& user) -> Result<void> {
                user.user_principal_name = name;
                return {};
            },
            soon_));
    }

    Deadline soon_ = deadline_in(60s);
    store::memory::MemoryDirectory store_;
    directory::Directory directory_{store_, 1600};
    std::vector<std::string> reported_;
    UserResolver people_{directory_, {{"t", {"contoso.example"}}}, [this](const std::string& text) {
                             reported_.push_back(text);
                         }};
};

TEST_F(PeopleTest, AnAppHasNoUser) {
    EXPECT_EQ(people_.find({.tenant = "t"}, Wait::until(soon_)).value().value(), nullptr);
}

TEST_F(PeopleTest, ATokenOfTheBuiltinIssuerNamesTheUserById) {
    EXPECT_EQ(id_of({.tenant = "t", .user_id = kAda}), kAda);
    expect_refused({.tenant = "t", .user_id = "unknown"}, "does not exist");
}

TEST_F(PeopleTest, AUserIsFoundById) {
    EXPECT_EQ(id_of(person(kAda, "")), kAda);
    EXPECT_EQ(id_of(person(kAda, "bob@contoso.example")), kAda) << "before any name";
}

TEST_F(PeopleTest, ASubjectThatLooksLikeANameIsNotMatchedAsAName) {
    expect_refused(person("ada@contoso.example", ""), "not in the directory");
}

TEST_F(PeopleTest, ANameThatLooksLikeAnIdIsNotMatchedAsAnId) {
    expect_refused(person("s", kAda), "not in the directory");
}

// OpenID Connect Core 1.0 section 5.7.
TEST_F(PeopleTest, WithoutMatchByNameNoUserIsMatchedByName) {
    expect_refused(unmatched("s", "ada@contoso.example"), "not in the directory");
    expect_refused(unmatched("s", "ada", "ada.mail@contoso.example"), "not in the directory");
    EXPECT_EQ(id_of(unmatched(kAda, "bob@contoso.example")), kAda) << "an id needs no name";
    ASSERT_EQ(id_of(person("s", "bob@contoso.example")), kBob);
    EXPECT_EQ(id_of(unmatched("s", "")), kBob) << "an earlier binding stays";
}

TEST_F(PeopleTest, TheLogNamesTheSettingOnceAndTheErrorDoesNot) {
    const auto unknown = unmatched("s\"", "ada@contoso.example\n2026 error forged");
    for (int i = 0; i < 3; ++i) {
        const auto found = people_.find(unknown, Wait::until(soon_));
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().detail, "The user of the access token is not in the directory.");
    }
    ASSERT_EQ(reported_.size(), 1U);
    EXPECT_THAT(reported_[0], HasSubstr("https://i.example"));
    EXPECT_THAT(reported_[0], HasSubstr("match_by_name = true"));
    EXPECT_THAT(reported_[0], HasSubstr("provision = true"));
    EXPECT_EQ(reported_[0].find('\n'), std::string::npos);
    expect_refused(person("s2", "eve@contoso.example"), "not in the directory");
    EXPECT_THAT(reported_[1], HasSubstr("provision = true"));
    EXPECT_THAT(reported_[1], testing::Not(HasSubstr("match_by_name")));
    for (int i = 0; i < 100; ++i)
        expect_refused(unmatched("flood" + std::to_string(i), "x"), "not in the directory");
    EXPECT_EQ(reported_.size(), 30U) << "however many come";
}

TEST_F(PeopleTest, APersonIsMatchedByName) {
    EXPECT_EQ(id_of(person("s", "ADA@contoso.example")), kAda);
}

TEST_F(PeopleTest, APersonIsMatchedByAVerifiedAddress) {
    EXPECT_EQ(id_of(person("s", "ada", "ada.mail@contoso.example")), kAda);
    EXPECT_EQ(id_of(person("s2", "bob", "bob@contoso.example")), kBob);
}

TEST_F(PeopleTest, AnAddressOfSeveralUsersMatchesNone) {
    add("cccccccc-0000-4000-8000-000000000003", "c@contoso.example", "shared@contoso.example");
    expect_refused(person("s", "x", "shared@contoso.example"), "not in the directory");
}

TEST_F(PeopleTest, AMatchedSubjectKeepsItsUser) {
    ASSERT_EQ(id_of(person("s", "ada@contoso.example")), kAda);
    rename(kAda, "lovelace@contoso.example");
    UserResolver afterwards(directory_);
    const auto found = afterwards.find(person("s", "new@contoso.example"), Wait::until(soon_));
    ASSERT_TRUE(found);
    EXPECT_EQ((**found)->id, kAda);
}

TEST_F(PeopleTest, AChangedNameOrAddressDoesNotSelectAnotherUser) {
    ASSERT_EQ(id_of(person("ada-s", "ada@contoso.example")), kAda);
    ASSERT_EQ(id_of(person("bob-s", "bob@contoso.example")), kBob);
    UserResolver afterwards(directory_);
    EXPECT_EQ(afterwards.find(person("bob-s", "ada@contoso.example"), Wait::until(soon_))
                  .value()
                  .value()
                  ->id,
              kBob)
        << "a name changed at the provider";
    expect_refused(person("eve-s", "ada@contoso.example"), "not in the directory");
    expect_refused(person("eve-s2", "eve", "ada.mail@contoso.example"), "not in the directory");
    expect_refused(newcomer("eve-s3", "ada@contoso.example"), "not in the directory");
    ASSERT_EQ(reported_.size(), 3U);
    EXPECT_THAT(reported_[0], HasSubstr("is bound to another subject"));
}

TEST_F(PeopleTest, AUserBoundByIdIsNotMatchedByNameForAnotherSubject) {
    ASSERT_EQ(id_of(person(kAda, "ada@contoso.example")), kAda);
    EXPECT_EQ(store_.bound_user(subject_of(kAda), soon_).value(), kAda);
    UserResolver afterwards(directory_);
    EXPECT_FALSE(afterwards.find(person("eve-s", "ada@contoso.example"), Wait::until(soon_)));
    expect_refused(person("eve-s", "ada@contoso.example"), "not in the directory");
    expect_refused(person("eve-s", "eve", "ada.mail@contoso.example"), "not in the directory");
    EXPECT_THAT(reported_.at(0), HasSubstr("is bound to another subject of the issuer"));
    EXPECT_EQ(id_of(person(kAda, "bob@contoso.example")), kAda);
}

TEST_F(PeopleTest, ASignInByIdBindsTheUserAlsoWithoutMatchByName) {
    ASSERT_EQ(id_of(unmatched(kAda, "")), kAda);
    expect_refused(person("eve-s", "ada@contoso.example"), "not in the directory");
}

TEST_F(PeopleTest, AnIdTakesPrecedenceOverAnEarlierMatchByName) {
    const auto by_name = person("eve-s", "ada@contoso.example");
    ASSERT_EQ(id_of(by_name), kAda);
    ASSERT_EQ(people_.find(by_name, Wait::memory_only()).value().value()->id, kAda);
    ASSERT_EQ(id_of(person(kAda, "ada@contoso.example")), kAda);
    EXPECT_EQ(people_.find(by_name, Wait::memory_only()).value(), std::nullopt);
    expect_refused(by_name, "not in the directory");
    EXPECT_EQ(id_of(person(kAda, "ada@contoso.example")), kAda);
}

TEST_F(PeopleTest, ASignInByIdBindsOnce) {
    const auto ada = person(kAda, "");
    EXPECT_EQ(people_.find(ada, Wait::memory_only()).value(), std::nullopt);
    ASSERT_EQ(id_of(ada), kAda);
    EXPECT_EQ(id_of(ada), kAda) << "the binding is read once";
    EXPECT_EQ(people_.find(ada, Wait::memory_only()).value().value()->id, kAda)
        << "and needs no store then";
}

TEST_F(PeopleTest, AUserCreatedAgainWithTheIdIsFoundById) {
    ASSERT_EQ(id_of(person(kAda, "")), kAda);
    ASSERT_TRUE(directory_.remove<directory::User>("t", kAda, Instant{}, soon_));
    expect_refused(person(kAda, ""), "not in the directory");
    add(kAda, "lovelace@contoso.example");
    EXPECT_EQ(id_of(person(kAda, "")), kAda);
    expect_refused(person("eve-s", "lovelace@contoso.example"), "not in the directory");
}

TEST_F(PeopleTest, ANameBoundByAnotherIssuerMatchesNoUser) {
    const auto elsewhere = [](Principal principal) {
        principal.identity->issuer = "https://j.example";
        return principal;
    };
    const auto mallory = id_of(newcomer("m", "ceo@contoso.example", "m@contoso.example"));
    expect_refused(elsewhere(person("c", "ceo@contoso.example")), "not in the directory");
    expect_refused(elsewhere(person("c2", "c", "m@contoso.example")), "not in the directory");
    ASSERT_EQ(reported_.size(), 2U);
    EXPECT_THAT(reported_[0], HasSubstr("bound to a subject of the issuer https://i.example"));
    EXPECT_THAT(reported_[0], HasSubstr("rename or remove that user"));
    EXPECT_EQ(id_of(newcomer("m", "")), mallory) << "they stay who they were";
    ASSERT_EQ(id_of(person("s", "ada@contoso.example")), kAda);
    expect_refused(elsewhere(person("x", "ada@contoso.example")), "not in the directory");
    ASSERT_EQ(id_of(unmatched(kBob, "")), kBob);
    expect_refused(elsewhere(person("y", "bob@contoso.example")), "not in the directory");
    EXPECT_EQ(id_of(elsewhere(person(kBob, ""))), kBob) << "an id is an id at each of them";
}

// Entra's two versions are two issuers that send the same oid for a person.
TEST_F(PeopleTest, TheSameGuidAtTwoIssuersIsOnePerson) {
    const auto* oid = "EEEEEEEE-0000-4000-8000-000000000005";
    auto second = person(oid, "ada@contoso.example");
    second.user_id = "eeeeeeee-0000-4000-8000-000000000005";
    ASSERT_EQ(id_of(second), kAda);
    second.identity->issuer = "https://j.example";
    EXPECT_EQ(id_of(second), kAda);
}

TEST_F(PeopleTest, ADisabledUserIsRefusedAndNotBound) {
    ASSERT_TRUE(directory_.change<directory::User>(
        "t", kAda,
        [](directory::User& user) -> Result<void> {
            user.account_enabled = false;
            return {};
        },
        soon_));
    expect_refused(person("s", "ada@contoso.example"), "disabled");
    expect_refused(person(kAda, ""), "disabled");
    EXPECT_FALSE(store_.bound_user(subject_of("s"), soon_).value());
    EXPECT_FALSE(store_.bound_user(subject_of(kAda), soon_).value());
}

TEST_F(PeopleTest, AnUnknownPersonIsRefused) {
    expect_refused(person("s", "eve@contoso.example"), "not in the directory");
    auto elsewhere = person("s", "ada@contoso.example");
    elsewhere.tenant = "other";
    expect_refused(elsewhere, "not in the directory");
}

TEST_F(PeopleTest, ProvisionAddsANewUser) {
    const auto id = id_of(newcomer("s", "eve@contoso.example", "e@contoso.example"));
    const auto user = *directory_.find_user("t", id, Wait::until(soon_)).value();
    ASSERT_TRUE(user);
    EXPECT_EQ(user->user_principal_name, "eve@contoso.example");
    EXPECT_EQ(user->display_name, "Ada Lovelace");
    EXPECT_EQ(user->mail, "e@contoso.example");
    EXPECT_EQ(user->mail_nickname, "eve");
    EXPECT_EQ(user->photo_storage, PhotoStorage::mailbox);
    EXPECT_TRUE(user->account_enabled);
    EXPECT_EQ(id_of(newcomer("s", "other@contoso.example")), id) << "the same person again";
}

TEST_F(PeopleTest, ANewUserHasTheProvidersIdIfItIsAGuid) {
    const std::string guid = "dddddddd-0000-4000-8000-000000000004";
    EXPECT_EQ(id_of(newcomer(guid, "eve@contoso.example")), guid);
}

TEST_F(PeopleTest, ANewUserWithoutADomainIsNamedByTheAddress) {
    const auto id = id_of(newcomer("s", "eve", "eve@contoso.example"));
    EXPECT_EQ((*directory_.find_user("t", id, Wait::until(soon_)).value())->user_principal_name,
              "eve@contoso.example");
}

TEST_F(PeopleTest, ANewUserNeedsANameInADomainOfTheTenant) {
    for (const auto* name :
         {"", "eve", "eve@elsewhere.example", "a@b@contoso.example", "e/ve@contoso.example"})
        expect_refused(newcomer(std::string("s") + name, name), "not in the directory");
    ASSERT_EQ(reported_.size(), 5U);
    EXPECT_THAT(reported_[0], HasSubstr("name_claim"));
    EXPECT_THAT(reported_[2], HasSubstr("one of the organisation's own: contoso.example"));
}

TEST_F(PeopleTest, ANewUserDoesNotGetTheNameOfAnExistingUser) {
    expect_refused(newcomer("s", "ADA@contoso.example"), "not in the directory");
    EXPECT_THAT(reported_.at(0), HasSubstr("match_by_name = true"));
    EXPECT_FALSE(store_.bound_user({"t", "https://i.example", "s"}, soon_).value());
}

TEST_F(PeopleTest, ANewUserMustSatisfyTheRulesOfUsers) {
    auto long_name = newcomer("s", "eve@contoso.example");
    long_name.identity->display_name = std::string(257, 'e');
    expect_refused(long_name, "not in the directory");
    EXPECT_THAT(reported_.at(0), HasSubstr("'displayName' is longer than 256 characters"));
    auto odd_name = newcomer("s2", "eve@contoso.example");
    odd_name.identity->display_name = "Eve\x07";
    expect_refused(odd_name, "not in the directory");
    expect_refused(newcomer("s3", "e\nve@contoso.example"), "not in the directory");
    expect_refused(newcomer("s4", "eve@contoso.example", std::string(321, 'e')),
                   "not in the directory");
    const auto local = std::string(300, 'e');
    auto unnamed = newcomer("s5", local + "@contoso.example");
    unnamed.identity->display_name = "";
    const auto user = *directory_.find_user("t", id_of(unnamed), Wait::until(soon_)).value();
    EXPECT_EQ(user->mail_nickname, local.substr(0, 64)) << "what is made of the name is cut";
    EXPECT_EQ(user->display_name, local.substr(0, 256));
}

TEST_F(PeopleTest, ARemovedUsersBindingIsNotTheLaterUsersWithTheId) {
    const auto leaver = person("s", "ada@contoso.example");
    ASSERT_EQ(id_of(leaver), kAda);
    ASSERT_EQ(people_.find(leaver, Wait::memory_only()).value().value()->id, kAda);
    ASSERT_TRUE(directory_.remove<directory::User>("t", kAda, Instant{}, soon_));
    add(kAda, "eve@contoso.example");
    EXPECT_EQ(people_.find(leaver, Wait::memory_only()).value(), std::nullopt);
    expect_refused(leaver, "not in the directory");
}

TEST_F(PeopleTest, ConcurrentRequestsOfANewUserAddOne) {
    std::vector<std::jthread> threads;
    std::array<std::string, 8> ids;
    for (auto& id : ids)
        threads.emplace_back([&] { id = id_of(newcomer("s", "eve@contoso.example")); });
    threads.clear();
    for (const auto& id : ids) EXPECT_EQ(id, ids.front());
}

TEST_F(PeopleTest, ACachedUserIsFoundWithoutTheStore) {
    const auto principal = person("s", "ada@contoso.example");
    EXPECT_EQ(people_.find(principal, Wait::memory_only()).value(), std::nullopt);
    ASSERT_EQ(id_of(principal), kAda);
    EXPECT_EQ(people_.find(principal, Wait::memory_only()).value().value()->id, kAda);
    ASSERT_TRUE(directory_.remove<directory::User>("t", kAda, Instant{}, soon_));
    EXPECT_EQ(people_.find(principal, Wait::memory_only()).value(), std::nullopt);
    expect_refused(principal, "not in the directory");
}

}  // namespace
}  // namespace cameo::access
