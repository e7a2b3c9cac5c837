#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "store/contract/store_bed.h"

// The suite that every directory store passes: tenants, and objects one by one. With those of
// the other directory_*_contract.h. In the store's own test program:
//     INSTANTIATE_TEST_SUITE_P(Sqlite, DirectoryContract, testing::Values(make_sqlite_bed));
namespace cameo::store::contract {

class DirectoryContract : public StoreFixture {};

TEST_P(DirectoryContract, BeginsEmpty) {
    EXPECT_TRUE(store().tenants(soon_).value().empty());
    EXPECT_EQ(ids<directory::User>(), "");
    EXPECT_EQ(ids<directory::Group>(), "");
    EXPECT_FALSE(find<directory::User>("x"));
    EXPECT_FALSE(find<directory::Group>("x"));
    EXPECT_FALSE(find<directory::Contact>("x"));
    EXPECT_FALSE(find<directory::ContactFolder>("x"));
    EXPECT_FALSE(by_name("x"));
}

TEST_P(DirectoryContract, ReturnsTenantsOfEveryKindById) {
    const std::vector<directory::Tenant> tenants{
        {kTenant, "default", directory::TenantKind::work},
        {kOther, "it's \"b2c\"", directory::TenantKind::b2c},
        {"33333333-3333-4333-8333-333333333333", "p", directory::TenantKind::personal}};
    for (const auto& tenant : {tenants[2], tenants[0], tenants[1]})
        ASSERT_TRUE(store().put_tenant(tenant, soon_));
    EXPECT_EQ(store().tenants(soon_), tenants);
}

TEST_P(DirectoryContract, ATenantThatIsPutAgainChangesNameAndKind) {
    ASSERT_TRUE(store().put_tenant({kTenant, "default"}, soon_));
    const directory::Tenant renamed{kTenant, "new", directory::TenantKind::b2c};
    ASSERT_TRUE(store().put_tenant(renamed, soon_));
    ASSERT_TRUE(store().put_tenant(renamed, soon_));
    EXPECT_EQ(store().tenants(soon_), std::vector{renamed});
    ASSERT_TRUE(store().put_tenant({kOther, "default"}, soon_)) << "the old name is free";
}

TEST_P(DirectoryContract, ATakenTenantNameIsAConflict) {
    ASSERT_TRUE(store().put_tenant({kTenant, "default"}, soon_));
    ASSERT_TRUE(store().put_tenant({kOther, "other"}, soon_));
    EXPECT_EQ(store().put_tenant({kOther, "default"}, soon_).error().fault, Fault::conflict);
    EXPECT_EQ(store().put_tenant({"new", "default"}, soon_).error().fault, Fault::conflict);
    EXPECT_EQ(store().tenants(soon_).value().size(), 2U);
    EXPECT_EQ(store().tenants(soon_).value()[1].name, "other");
}

TEST_P(DirectoryContract, ReturnsEveryMemberOfEveryKind) {
    add(full_user());
    add(full_group());
    add(full_contact());
    auto inner = folder(full_user().id, "F2=", "F1=");
    inner.display_name = "Inner \"'\xe2\x98\xba";
    add(folder(full_user().id, "F1="));
    add(inner);
    EXPECT_EQ(find<directory::User>(full_user().id), full_user());
    EXPECT_EQ(by_name(full_user().user_principal_name), full_user());
    EXPECT_EQ(find<directory::Group>(full_group().id), full_group());
    EXPECT_EQ(find<directory::Contact>(full_contact().id), full_contact());
    EXPECT_EQ(find<directory::ContactFolder>("F2="), inner);
}

TEST_P(DirectoryContract, ReturnsEmptyValuesAsEmpty) {
    add(user("u", "plain@contoso.example"));
    add(directory::Group{.tenant = kTenant, .id = "g"});
    auto empty = contact("u", "c");
    empty.display_name = "";
    add(empty);
    EXPECT_EQ(find<directory::User>("u"), user("u", "plain@contoso.example"));
    EXPECT_EQ(find<directory::Group>("g"), (directory::Group{.tenant = kTenant, .id = "g"}));
    EXPECT_EQ(find<directory::Contact>("c"), empty);
}

TEST_P(DirectoryContract, FindsUsersAndGroupsInEitherLetterCase) {
    add(full_user());
    add(full_group());
    EXPECT_EQ(find<directory::User>("AAAAAAAA-0000-4000-8000-000000000001"), full_user());
    EXPECT_EQ(find<directory::Group>("BBBBBBBB-0000-4000-8000-000000000001"), full_group());
    EXPECT_EQ(by_name("ADELEV@contoso.EXAMPLE"), full_user());
    EXPECT_FALSE(find<directory::User>(full_user().user_principal_name));
    EXPECT_FALSE(by_name(full_user().id));
}

TEST_P(DirectoryContract, FindsContactsAndFoldersInTheirLetterCaseOnly) {
    add(user("u", "u@x"));
    for (const auto* id : {"AAMk=", "aamk=", "AAMk"}) {
        add(contact("u", id));
        add(folder("u", id));
    }
    EXPECT_EQ(find<directory::Contact>("aamk="), contact("u", "aamk="));
    EXPECT_EQ(find<directory::Contact>("AAMk"), contact("u", "AAMk"));
    EXPECT_EQ(find<directory::ContactFolder>("AAMk="), folder("u", "AAMk="));
    EXPECT_FALSE(find<directory::Contact>("AAMK="));
    EXPECT_FALSE(find<directory::ContactFolder>("AAMK="));
}

TEST_P(DirectoryContract, FoldsTheLettersAToZAndNoOthers) {
    add(user("1", "J\xc3\xbcRGEN@x"));
    EXPECT_TRUE(by_name("j\xc3\xbcrgen@X"));
    EXPECT_FALSE(by_name("j\xc3\x9crgen@x"));
    add(user("2", "j\xc3\x9crgen@x"));
    EXPECT_EQ(by_name("J\xc3\x9cRGEN@X")->id, "2");
}

TEST_P(DirectoryContract, ATakenIdOrNameIsAConflictAndChangesNothing) {
    add(full_user());
    add(full_group());
    add(full_contact());
    add(folder(full_user().id, "F="));
    EXPECT_EQ(fault_of_add(user("AAAAAAAA-0000-4000-8000-000000000001", "other")), Fault::conflict);
    EXPECT_EQ(fault_of_add(user("other", "adelev@CONTOSO.example")), Fault::conflict);
    EXPECT_EQ(fault_of_add(group("BBBBBBBB-0000-4000-8000-000000000001")), Fault::conflict);
    EXPECT_EQ(fault_of_add(contact(full_user().id, full_contact().id)), Fault::conflict);
    EXPECT_EQ(fault_of_add(folder(full_user().id, "F=")), Fault::conflict);
    EXPECT_EQ(find<directory::User>(full_user().id), full_user());
    EXPECT_EQ(find<directory::Group>(full_group().id), full_group());
    EXPECT_EQ(find<directory::Contact>(full_contact().id), full_contact());
    EXPECT_FALSE(find<directory::User>("other"));
    EXPECT_FALSE(by_name("other"));
}

TEST_P(DirectoryContract, AContactAndAFolderNeedTheirMailboxAndTheirParent) {
    add(user("u", "u@x"));
    add(user("v", "v@x"));
    add(user("u", "u@x", kOther));
    add(folder("v", "theirs"));
    add(folder("u", "elsewhere", "", kOther));
    EXPECT_EQ(fault_of_add(contact("nobody", "c")), Fault::no_owner);
    EXPECT_EQ(fault_of_add(folder("nobody", "f")), Fault::no_owner);
    for (const auto* parent : {"unheard of", "theirs", "elsewhere", "f", "c"}) {
        EXPECT_EQ(fault_of_add(contact("u", "c", parent)), Fault::no_owner) << parent;
        EXPECT_EQ(fault_of_add(folder("u", "f", parent)), Fault::no_owner) << parent;
    }
    const auto default_of_v = directory::default_folder_id("v");
    EXPECT_EQ(fault_of_add(contact("u", "c", default_of_v)), Fault::no_owner);
    EXPECT_EQ(fault_of_add(folder("u", "f", default_of_v)), Fault::no_owner);
    EXPECT_FALSE(find<directory::Contact>("c"));
    EXPECT_FALSE(find<directory::ContactFolder>("f"));
}

TEST_P(DirectoryContract, TenantsAreIsolated) {
    for (const auto* tenant : {kTenant, kOther}) {
        EXPECT_FALSE(find<directory::User>("1", tenant));
        add(user("1", "a@x", tenant));
        add(group("1", "G", tenant));
        add(contact("1", "1", "", tenant));
        add(folder("1", "1", "", tenant));
        EXPECT_EQ(by_name("a@x", tenant)->tenant, tenant);
        EXPECT_EQ(find<directory::Contact>("1", tenant)->tenant, tenant);
        EXPECT_EQ(find<directory::ContactFolder>("1", tenant)->tenant, tenant);
    }
    ASSERT_TRUE(
        change<directory::Group>("1", [](auto& group) { group.display_name = "changed"; }, kOther));
    EXPECT_EQ(find<directory::Group>("1")->display_name, "G");
    EXPECT_EQ(find<directory::Group>("1", kOther)->display_name, "changed");
    EXPECT_FALSE(find<directory::User>("1", "33333333-3333-4333-8333-333333333333"));
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
                                         "NEAR(a b)",
                                         std::string(5'000, 'x'),
                                         "\xf0\x9f\x98\x80"};
    for (const auto& name : names) {
        add(user(name, name));
        add(group(name, name));
        add(contact(name, name));
    }
    for (const auto& name : names) {
        EXPECT_EQ(by_name(name), user(name, name));
        EXPECT_TRUE(find<directory::User>(name));
        EXPECT_EQ(find<directory::Group>(name), group(name, name));
        EXPECT_EQ(find<directory::Contact>(name), contact(name, name));
    }
    EXPECT_FALSE(by_name("a"));
}

TEST_P(DirectoryContract, ADeadlineThatHasPassedIsBusyAndChangesNothing) {
    const auto never = [](auto&) -> Result<void> {
        ADD_FAILURE() << "called";
        return {};
    };
    add(user("1", "1"));
    EXPECT_EQ(store().tenants(passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().put_tenant({kTenant, "t"}, passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().user_by_name(kTenant, "1", passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().users().find(kTenant, "1", passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().users().add(user("2", "2"), passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().users().change(kTenant, "1", never, passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().users().remove(kTenant, "1", at(1), passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().users().list({.tenant = kTenant}, {}, passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().add_group(group("g"), {"1"}, {"1"}, passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().add_member(kTenant, "g", "1", passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().remove_member(kTenant, "g", "1", passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().is_member(kTenant, "g", "1", passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().add_owner(kTenant, "g", "1", passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().remove_owner(kTenant, "g", "1", passed_).error().fault, Fault::busy);
    EXPECT_EQ(store().is_owner(kTenant, "g", "1", passed_).error().fault, Fault::busy);
    EXPECT_TRUE(store().tenants(soon_).value().empty());
    EXPECT_TRUE(find<directory::User>("1"));
    EXPECT_FALSE(find<directory::User>("2"));
    EXPECT_FALSE(find<directory::Group>("g"));
}

TEST_P(DirectoryContract, OfManyThreadsThatAddOneNameExactlyOneWins) {
    std::atomic<int> won = 0, conflicts = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            const auto added = store().users().add(user(std::to_string(t), "same@x"), soon_);
            if (added) ++won;
            if (!added && added.error().fault == Fault::conflict) ++conflicts;
        });
    threads.clear();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(conflicts, 7);
    EXPECT_EQ(page<directory::User>({.tenant = kTenant}, {}).objects.size(), 1U);
}

TEST_P(DirectoryContract, EachThreadReadsItsOwnWrites) {
    const auto come_and_go = [&](const std::string& mine) {
        const directory::Query query{.search = {{{{.words = {mine}}}}}};
        ASSERT_TRUE(store().users().add(named(mine, mine), soon_));
        EXPECT_EQ(ids(query), mine);
        ASSERT_TRUE(change<directory::User>(mine, [](auto& user) { user.display_name = "new"; }));
        EXPECT_EQ(find<directory::User>(mine)->display_name, "new");
        ASSERT_TRUE(store().users().remove(kTenant, mine, at(1), soon_));
        EXPECT_FALSE(find<directory::User>(mine));
        EXPECT_EQ(ids(query), "");
    };
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 10; ++i) come_and_go("mine" + std::to_string(t));
        });
}

TEST_P(DirectoryContract, ASubjectIsBoundToOneUser) {
    add(user("Ada", "ada@x"));
    add(user("bob", "bob@x"));
    add(user("ada", "ada@x", kOther));
    const directory::IssuerSubject ada{kTenant, "https://i.example", "Sub-1"};
    EXPECT_FALSE(store().bound_user(ada, soon_).value());
    ASSERT_TRUE(store().bind_subject(ada, "ada", soon_));
    EXPECT_EQ(store().bound_user(ada, soon_).value(), "Ada");
    EXPECT_TRUE(store().bind_subject(ada, "ADA", soon_)) << "again";
    EXPECT_EQ(store().bind_subject(ada, "bob", soon_).error().fault, Fault::conflict)
        << "the subject is another user's";
    EXPECT_EQ(store().bind_subject({kTenant, ada.issuer, "sub-2"}, "Ada", soon_).error().fault,
              Fault::conflict)
        << "the user has another subject";
    EXPECT_EQ(store().bind_subject({kTenant, ada.issuer, "s"}, "eve", soon_).error().fault,
              Fault::no_owner);
    EXPECT_EQ(store().bind_subject({kTenant, "https://j.example", "x"}, "Ada", soon_).error().fault,
              Fault::conflict)
        << "the user has a subject of another issuer";
    EXPECT_TRUE(store().bind_subject({kOther, ada.issuer, ada.subject}, "ada", soon_));
    for (const auto& other : {directory::IssuerSubject{kTenant, ada.issuer, "sub-1"},
                              directory::IssuerSubject{kTenant, "https://I.example", ada.subject}})
        EXPECT_FALSE(store().bound_user(other, soon_).value()) << "letter case counts";
}

TEST_P(DirectoryContract, OneGuidAtTwoIssuersIsBoundToOneUser) {
    add(user("ada", "ada@x"));
    const std::string guid = "aaaaaaaa-0000-4000-8000-000000000001";
    ASSERT_TRUE(store().bind_subject({kTenant, "https://i.example", guid}, "ada", soon_));
    EXPECT_TRUE(store().bind_subject({kTenant, "https://j.example", guid}, "ada", soon_));
    EXPECT_EQ(store().bind_subject({kTenant, "https://k.example", "s"}, "ada", soon_).error().fault,
              Fault::conflict);
}

TEST_P(DirectoryContract, RebindingReplacesEveryConflictingBinding) {
    for (const auto* id : {"ada", "bob"}) add(user(id, std::string(id) + "@x"));
    const directory::IssuerSubject first{kTenant, "https://i.example", "s"};
    const directory::IssuerSubject second{kTenant, first.issuer, "s2"};
    const directory::IssuerSubject elsewhere{kTenant, "https://j.example", "x"};
    const auto rebind = [&](const directory::IssuerSubject& subject, const std::string& id) {
        return store().rebind_subject(subject, id, soon_).value();
    };
    using Ended = std::vector<directory::IssuerSubject>;
    EXPECT_EQ(rebind(first, "ada"), Ended());
    EXPECT_EQ(rebind(elsewhere, "ada"), Ended());
    EXPECT_EQ(rebind(first, "ADA"), Ended()) << "again";
    EXPECT_EQ(rebind(second, "ada"), Ended{first});
    EXPECT_FALSE(store().bound_user(first, soon_).value());
    EXPECT_EQ(store().bound_user(second, soon_).value(), "ada");
    EXPECT_EQ(store().bound_user(elsewhere, soon_).value(), "ada") << "of another issuer";
    EXPECT_EQ(rebind(first, "bob"), Ended());
    auto ended = rebind(second, "bob");
    std::ranges::sort(ended);
    EXPECT_EQ(ended, (Ended{first, second}));
    EXPECT_EQ(store().bound_user(second, soon_).value(), "bob");
    EXPECT_EQ(store().rebind_subject(first, "eve", soon_).error().fault, Fault::no_owner);
}

TEST_P(DirectoryContract, AUserAndTheirSubjectAreAddedTogetherOrNotAtAll) {
    const directory::IssuerSubject subject{kTenant, "https://i.example", "s"};
    ASSERT_TRUE(store().add_bound(user("ada", "ada@x"), subject, soon_));
    EXPECT_EQ(store().bound_user(subject, soon_).value(), "ada");
    EXPECT_EQ(by_name("ada@x")->id, "ada");
    EXPECT_EQ(store().add_bound(user("bob", "bob@x"), subject, soon_).error().fault,
              Fault::conflict)
        << "the subject is bound";
    EXPECT_FALSE(by_name("bob@x"));
    const directory::IssuerSubject other{kTenant, subject.issuer, "other"};
    for (const auto& taken : {user("eve", "ADA@x"), user("ADA", "eve@x")})
        EXPECT_EQ(store().add_bound(taken, other, soon_).error().fault, Fault::conflict);
    EXPECT_FALSE(store().bound_user(other, soon_).value());
}

TEST_P(DirectoryContract, ABoundSubjectIsFreeWhenItsUserIsRemoved) {
    add(user("ada", "ada@x"));
    const directory::IssuerSubject subject{kTenant, "https://i.example", "s"};
    ASSERT_TRUE(store().bind_subject(subject, "ada", soon_));
    (void)change<directory::User>("ada",
                                  [](auto& user) { user.user_principal_name = "lovelace@x"; });
    EXPECT_EQ(store().bound_user(subject, soon_).value(), "ada") << "a new name changes nothing";
    const auto removed = store().users().remove(kTenant, "ada", at(1), soon_).value();
    ASSERT_TRUE(removed);
    EXPECT_EQ(removed->subjects, std::vector{subject});
    EXPECT_FALSE(store().bound_user(subject, soon_).value());
    add(user("ada", "ada@x"));
    EXPECT_FALSE(store().bound_user(subject, soon_).value()) << "another user with that id";
}

TEST_P(DirectoryContract, KeepsItsDataWhenReopened) {
    ASSERT_TRUE(store().put_tenant({kTenant, "default"}, soon_));
    add(full_user());
    add(full_group());
    add(full_contact());
    add(folder(full_user().id, "F="));
    ASSERT_TRUE(store().add_member(kTenant, full_group().id, full_user().id, soon_));
    ASSERT_TRUE(store().add_owner(kTenant, full_group().id, full_user().id, soon_));
    const directory::IssuerSubject subject{kTenant, "https://i.example", "s"};
    ASSERT_TRUE(store().bind_subject(subject, full_user().id, soon_));
    if (!bed_->reopen()) GTEST_SKIP() << "not a durable store";
    EXPECT_EQ(store().bound_user(subject, soon_).value(), full_user().id);
    EXPECT_EQ(store().tenants(soon_).value().size(), 1U);
    EXPECT_EQ(by_name(full_user().user_principal_name), full_user());
    EXPECT_EQ(find<directory::Group>(full_group().id), full_group());
    EXPECT_EQ(find<directory::Contact>(full_contact().id), full_contact());
    EXPECT_EQ(find<directory::ContactFolder>("F="), folder(full_user().id, "F="));
    EXPECT_TRUE(store().is_member(kTenant, full_group().id, full_user().id, soon_).value());
    EXPECT_TRUE(store().is_owner(kTenant, full_group().id, full_user().id, soon_).value());
    EXPECT_EQ(ids({.search = {{{{.words = {"vance"}}}}}}), full_user().id);
}

}  // namespace cameo::store::contract
