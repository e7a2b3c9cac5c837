#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "directory/store.h"

// The suite that every directory store passes. In the store's own test program:
//     INSTANTIATE_TEST_SUITE_P(Sqlite, DirectoryContract, testing::Values(make_sqlite_bed));
namespace cameo::store::contract {

using namespace std::chrono_literals;

// A fresh, empty store and what it stands on.
class DirectoryBed {
  public:
    virtual ~DirectoryBed() = default;
    virtual directory::Store& store() = 0;
    // Ends the store and opens it anew over what it kept. False where it is not durable.
    virtual bool reopen() { return false; }
};

class DirectoryContract : public testing::TestWithParam<std::unique_ptr<DirectoryBed> (*)()> {
  protected:
    static constexpr auto kTenant = "11111111-1111-4111-8111-111111111111";
    static constexpr auto kOther = "22222222-2222-4222-8222-222222222222";

    static directory::User user(const std::string& id, const std::string& name,
                                const std::string& tenant = kTenant) {
        return {.tenant = tenant, .id = id, .user_principal_name = name, .display_name = "D"};
    }
    static directory::User full_user() {
        return {
            .tenant = kTenant,
            .id = "aaaaaaaa-0000-4000-8000-000000000001",
            .user_principal_name = "AdeleV@Contoso.example",
            .display_name = "Ad\xc3\xa8le O'Vance",
            .given_name = "Ad\xc3\xa8le",
            .surname = "O'Vance",
            .mail = "adele@contoso.example",
            .mail_nickname = "adelev",
            .job_title = R"("Retail" Manager; -- \)",
            .mobile_phone = "+1 425 555 0109",
            .office_location = "18/2111",
            .preferred_language = "en-US",
            .user_type = "Guest",
            .business_phones = {"+1 425 555 0100", "", "\"quoted\", with\nnewline \xe2\x98\xba"},
            .account_enabled = false,
            .photo_storage = PhotoStorage::directory};
    }

    directory::Store& store() { return bed_->store(); }
    std::optional<directory::User> by_id(std::string_view id, std::string_view tenant = kTenant) {
        return store().user_by_id(tenant, id, soon_).value();
    }
    std::optional<directory::User> by_name(std::string_view name,
                                           std::string_view tenant = kTenant) {
        return store().user_by_name(tenant, name, soon_).value();
    }

    std::unique_ptr<DirectoryBed> bed_ = GetParam()();
    Deadline soon_ = deadline_in(60s);
    Deadline passed_ = deadline_in(-1ms);
};

TEST_P(DirectoryContract, BeginsEmpty) {
    EXPECT_TRUE(store().tenants(soon_).value().empty());
    EXPECT_EQ(store().count_users(kTenant, soon_), 0U);
    EXPECT_FALSE(by_id("x"));
    EXPECT_FALSE(by_name("x"));
}

TEST_P(DirectoryContract, GivesBackTenantsOfEveryKindById) {
    const std::vector<directory::Tenant> tenants{
        {kTenant, "default", directory::TenantKind::work},
        {kOther, "it's \"b2c\"", directory::TenantKind::b2c},
        {"33333333-3333-4333-8333-333333333333", "p", directory::TenantKind::personal}};
    for (const auto& tenant : {tenants[2], tenants[0], tenants[1]})
        ASSERT_TRUE(store().add_tenant(tenant, soon_));
    EXPECT_EQ(store().tenants(soon_), tenants);
}

TEST_P(DirectoryContract, ATakenTenantIdOrNameIsAConflict) {
    ASSERT_TRUE(store().add_tenant({kTenant, "default"}, soon_));
    EXPECT_EQ(store().add_tenant({kTenant, "new"}, soon_).error().fault, Fault::conflict);
    EXPECT_EQ(store().add_tenant({kOther, "default"}, soon_).error().fault, Fault::conflict);
    EXPECT_EQ(store().tenants(soon_).value().size(), 1U);
}

TEST_P(DirectoryContract, GivesBackEveryMemberOfTheUser) {
    const auto adele = full_user();
    const auto plain = user("id2", "plain@contoso.example");
    ASSERT_TRUE(store().add_user(adele, soon_));
    ASSERT_TRUE(store().add_user(plain, soon_));
    EXPECT_EQ(by_id(adele.id), adele);
    EXPECT_EQ(by_name(adele.user_principal_name), adele);
    EXPECT_EQ(by_id("id2"), plain);
}

TEST_P(DirectoryContract, FindsByIdAndNameInEitherLetterCase) {
    const auto adele = full_user();
    ASSERT_TRUE(store().add_user(adele, soon_));
    EXPECT_EQ(by_id("AAAAAAAA-0000-4000-8000-000000000001"), adele);
    EXPECT_EQ(by_name("ADELEV@contoso.EXAMPLE"), adele);
    EXPECT_FALSE(by_id(adele.user_principal_name));
    EXPECT_FALSE(by_name(adele.id));
}

TEST_P(DirectoryContract, FoldsTheLettersAToZAndNoOthers) {
    ASSERT_TRUE(store().add_user(user("1", "J\xc3\xbcRGEN@x"), soon_));
    EXPECT_TRUE(by_name("j\xc3\xbcrgen@X"));
    EXPECT_FALSE(by_name("j\xc3\x9crgen@x"));
    EXPECT_TRUE(store().add_user(user("2", "j\xc3\x9crgen@x"), soon_));
    EXPECT_EQ(by_name("J\xc3\x9cRGEN@X")->id, "2");
}

TEST_P(DirectoryContract, ATakenIdOrNameIsAConflictAndChangesNothing) {
    const auto adele = full_user();
    ASSERT_TRUE(store().add_user(adele, soon_));
    EXPECT_EQ(store().add_user(user(adele.id, "other"), soon_).error().fault, Fault::conflict);
    EXPECT_EQ(store().add_user(user("other", "adelev@CONTOSO.example"), soon_).error().fault,
              Fault::conflict);
    EXPECT_EQ(by_id(adele.id), adele);
    EXPECT_FALSE(by_id("other"));
    EXPECT_FALSE(by_name("other"));
    EXPECT_EQ(store().count_users(kTenant, soon_), 1U);
}

TEST_P(DirectoryContract, TenantsAreApart) {
    ASSERT_TRUE(store().add_user(user("1", "a@x"), soon_));
    EXPECT_FALSE(by_id("1", kOther));
    EXPECT_FALSE(by_name("a@x", kOther));
    EXPECT_EQ(store().count_users(kOther, soon_), 0U);
    ASSERT_TRUE(store().add_user(user("1", "a@x", kOther), soon_));
    EXPECT_EQ(by_name("a@x", kOther)->tenant, kOther);
    EXPECT_EQ(by_name("a@x")->tenant, kTenant);
    EXPECT_EQ(store().count_users(kOther, soon_), 1U);
}

TEST_P(DirectoryContract, ANameIsOnlyText) {
    const std::vector<std::string> names{"'",
                                         "a'; DROP TABLE users; --",
                                         "%",
                                         "_",
                                         "..",
                                         "a\\b",
                                         "guest_x.com#EXT#@contoso.example",
                                         " a ",
                                         "\"\"",
                                         std::string(5'000, 'x'),
                                         "\xf0\x9f\x98\x80"};
    for (const auto& name : names) ASSERT_TRUE(store().add_user(user(name, name), soon_)) << name;
    for (const auto& name : names) {
        EXPECT_EQ(by_name(name), user(name, name));
        EXPECT_TRUE(by_id(name));
    }
    EXPECT_FALSE(by_name("a"));
    EXPECT_EQ(store().count_users(kTenant, soon_), names.size());
}

TEST_P(DirectoryContract, ADeadlineThatHasPassedIsBusyAndChangesNothing) {
    EXPECT_EQ(store().tenants(passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().add_tenant({kTenant, "t"}, passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().user_by_id(kTenant, "1", passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().user_by_name(kTenant, "1", passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().add_user(user("1", "1"), passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().count_users(kTenant, passed_).error().fault, Fault::busy);
    EXPECT_TRUE(store().tenants(soon_).value().empty());
    EXPECT_FALSE(by_id("1"));
}

TEST_P(DirectoryContract, OfManyThreadsThatAddOneNameExactlyOneWins) {
    std::atomic<int> won = 0, conflicts = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            const auto added = store().add_user(user(std::to_string(t), "same@x"), soon_);
            if (added) ++won;
            if (!added && added.error().fault == Fault::conflict) ++conflicts;
        });
    threads.clear();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(conflicts, 7);
    EXPECT_EQ(store().count_users(kTenant, soon_), 1U);
}

TEST_P(DirectoryContract, KeepsAllWhenItIsOpenedAnew) {
    ASSERT_TRUE(store().add_tenant({kTenant, "default"}, soon_));
    ASSERT_TRUE(store().add_user(full_user(), soon_));
    if (!bed_->reopen()) GTEST_SKIP() << "not a durable store";
    EXPECT_EQ(store().tenants(soon_).value().size(), 1U);
    EXPECT_EQ(by_name(full_user().user_principal_name), full_user());
}

}  // namespace cameo::store::contract
