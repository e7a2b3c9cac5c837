#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "store/contract/store_bed.h"

// The suites that every directory store passes: changes of objects, members and owners, and writes
// of an acting owner.
namespace cameo::store::contract {

class DirectoryChangesContract : public StoreFixture {};

TEST_P(DirectoryChangesContract, AChangeIsKeptAndReturned) {
    add(full_user());
    const auto changed =
        change<directory::User>("AAAAAAAA-0000-4000-8000-000000000001", [](directory::User& user) {
            user.user_principal_name = "New@x";
            user.display_name = "";
            user.business_phones = {"1"};
            user.account_enabled = true;
            user.photo_storage = PhotoStorage::mailbox;
        });
    auto expected = full_user();
    expected.user_principal_name = "New@x";
    expected.display_name = "";
    expected.business_phones = {"1"};
    expected.account_enabled = true;
    expected.photo_storage = PhotoStorage::mailbox;
    EXPECT_EQ(changed.value(), expected);
    EXPECT_EQ(find<directory::User>(expected.id), expected);
    EXPECT_EQ(by_name("new@X"), expected);
    EXPECT_FALSE(by_name(full_user().user_principal_name));
    add(user("2", full_user().user_principal_name));
}

TEST_P(DirectoryChangesContract, AChangeOfEveryKindIsKept) {
    add(full_user());
    add(full_group());
    add(full_contact());
    add(folder(full_user().id, "F="));
    ASSERT_TRUE(change<directory::Group>(full_group().id, [](auto& group) {
        group.is_team = false;
        group.group_types.clear();
    }));
    EXPECT_FALSE(find<directory::Group>(full_group().id)->is_team);
    EXPECT_TRUE(find<directory::Group>(full_group().id)->group_types.empty());
    ASSERT_TRUE(change<directory::Contact>(full_contact().id, [](auto& contact) {
        contact.parent_folder_id = "F=";
        contact.email_addresses = {{"n", "a"}};
    }));
    EXPECT_EQ(find<directory::Contact>(full_contact().id)->parent_folder_id, "F=");
    EXPECT_EQ(find<directory::Contact>(full_contact().id)->email_addresses[0].address, "a");
    ASSERT_TRUE(change<directory::ContactFolder>(
        "F=", [](auto& folder) { folder.display_name = "renamed"; }));
    EXPECT_EQ(find<directory::ContactFolder>("F=")->display_name, "renamed");
}

TEST_P(DirectoryChangesContract, AChangeOfAMissingObjectDoesNothing) {
    const auto never = [](auto&) { ADD_FAILURE() << "called"; };
    EXPECT_EQ(change<directory::User>("x", never).value(), std::nullopt);
    EXPECT_EQ(change<directory::Group>("x", never).value(), std::nullopt);
    EXPECT_EQ(change<directory::Contact>("x", never).value(), std::nullopt);
    EXPECT_EQ(change<directory::ContactFolder>("x", never).value(), std::nullopt);
}

TEST_P(DirectoryChangesContract, AnErrorOfTheChangeIsReturnedAndNothingIsKept) {
    add(full_user());
    const auto changed = store().users().change(
        kTenant, full_user().id,
        [](directory::User& user) -> Result<void> {
            user.display_name = "half";
            return fail(Fault::malformed, "No.");
        },
        soon_);
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().fault, Fault::malformed);
    EXPECT_EQ(changed.error().detail, "No.");
    EXPECT_EQ(find<directory::User>(full_user().id), full_user());
}

TEST_P(DirectoryChangesContract, AChangeHasTheFaultsOfAdd) {
    add(user("u", "u@x"));
    add(user("v", "v@x"));
    add(contact("u", "c"));
    add(folder("u", "f"));
    add(folder("u", "inner", "f"));
    add(folder("u", "innermost", "inner"));
    const auto taken =
        change<directory::User>("v", [](auto& user) { user.user_principal_name = "U@X"; });
    EXPECT_EQ(taken.error().fault, Fault::conflict);
    EXPECT_EQ(by_name("v@x")->id, "v");
    EXPECT_TRUE(change<directory::User>("v", [](auto& user) { user.user_principal_name = "V@X"; }))
        << "one's own name is not taken";
    const auto lost =
        change<directory::Contact>("c", [](auto& contact) { contact.parent_folder_id = "x"; });
    EXPECT_EQ(lost.error().fault, Fault::no_owner);
    for (const auto* parent : {"f", "inner", "innermost"}) {
        const auto cycle = change<directory::ContactFolder>(
            "f", [&](auto& folder) { folder.parent_folder_id = parent; });
        EXPECT_EQ(cycle.error().fault, Fault::conflict) << parent;
    }
    EXPECT_EQ(find<directory::ContactFolder>("f"), folder("u", "f"));
    EXPECT_TRUE(change<directory::ContactFolder>(
        "innermost", [](auto& folder) { folder.parent_folder_id = "f"; }));
}

TEST_P(DirectoryChangesContract, AGroupItsMembersAndOwnersAreAddedTogetherOrNotAtAll) {
    for (const auto* id : {"u", "v", "w"}) add(user(id, std::string(id) + "@x"));
    add(user("other", "u@x", kOther));
    ASSERT_TRUE(store().add_group(group("g"), {"u", "V"}, {"v", "w"}, soon_));
    EXPECT_EQ(find<directory::Group>("g"), group("g"));
    EXPECT_EQ(ids({}, {.tenant = kTenant, .owners_of = "g"}), "u v");
    EXPECT_EQ(ids({}, {.tenant = kTenant, .members_of = "g"}), "v w");
    using People = std::vector<std::string>;
    for (const auto& [owners, members, fault] :
         std::vector<std::tuple<People, People, Fault>>{{{"u", "x"}, {}, Fault::no_owner},
                                                        {{"u"}, {"v", "x"}, Fault::no_owner},
                                                        {{"u"}, {"other"}, Fault::no_owner},
                                                        {{"u", "U"}, {}, Fault::conflict},
                                                        {{"u"}, {"v", "v"}, Fault::conflict}}) {
        EXPECT_EQ(store().add_group(group("h"), owners, members, soon_).error().fault, fault);
        EXPECT_FALSE(find<directory::Group>("h"));
    }
    ASSERT_TRUE(store().add_group(group("h"), {}, {}, soon_));
    EXPECT_EQ(ids({}, {.tenant = kTenant, .owners_of = "h"}), "");
    EXPECT_EQ(ids({}, {.tenant = kTenant, .members_of = "h"}), "");
    EXPECT_EQ(store().add_group(group("G"), {"w"}, {"u"}, soon_).error().fault, Fault::conflict);
    EXPECT_EQ(ids({}, {.tenant = kTenant, .owners_of = "g"}), "u v");
    EXPECT_EQ(ids({}, {.tenant = kTenant, .members_of = "g"}), "v w");
}

TEST_P(DirectoryChangesContract, MembersAreAddedAndRemoved) {
    add(user("u", "u@x"));
    add(group("g"));
    EXPECT_FALSE(store().is_member(kTenant, "g", "u", soon_).value());
    EXPECT_FALSE(store().remove_member(kTenant, "g", "u", soon_).value());
    ASSERT_TRUE(store().add_member(kTenant, "G", "U", soon_));
    EXPECT_TRUE(store().is_member(kTenant, "g", "u", soon_).value());
    EXPECT_TRUE(store().is_member(kTenant, "G", "U", soon_).value());
    EXPECT_EQ(store().add_member(kTenant, "g", "u", soon_).error().fault, Fault::conflict);
    EXPECT_TRUE(store().remove_member(kTenant, "G", "u", soon_).value());
    EXPECT_FALSE(store().is_member(kTenant, "g", "u", soon_).value());
    EXPECT_TRUE(store().add_member(kTenant, "g", "u", soon_));
}

TEST_P(DirectoryChangesContract, AMembershipNeedsItsUserAndItsGroupInTheTenant) {
    add(user("u", "u@x"));
    add(group("g"));
    add(user("other", "u@x", kOther));
    for (const auto& [group, user] : std::vector<std::pair<std::string, std::string>>{
             {"g", "x"}, {"x", "u"}, {"u", "g"}, {"g", "other"}}) {
        EXPECT_EQ(store().add_member(kTenant, group, user, soon_).error().fault, Fault::no_owner);
        EXPECT_FALSE(store().is_member(kTenant, group, user, soon_).value());
        EXPECT_FALSE(store().remove_member(kTenant, group, user, soon_).value());
    }
    EXPECT_EQ(store().add_member(kOther, "g", "other", soon_).error().fault, Fault::no_owner);
    ASSERT_TRUE(store().add_member(kTenant, "g", "u", soon_));
    EXPECT_FALSE(store().is_member(kOther, "g", "u", soon_).value());
    EXPECT_FALSE(store().remove_member(kOther, "g", "u", soon_).value());
    EXPECT_TRUE(store().is_member(kTenant, "g", "u", soon_).value());
}

TEST_P(DirectoryChangesContract, OwnersAreAddedAndRemovedExceptTheLastOne) {
    for (const auto* id : {"u", "v"}) add(user(id, std::string(id) + "@x"));
    add(group("g"));
    EXPECT_FALSE(store().is_owner(kTenant, "g", "u", soon_).value());
    EXPECT_FALSE(store().remove_owner(kTenant, "g", "u", soon_).value());
    ASSERT_TRUE(store().add_owner(kTenant, "G", "U", soon_));
    EXPECT_TRUE(store().is_owner(kTenant, "g", "u", soon_).value());
    EXPECT_FALSE(store().is_member(kTenant, "g", "u", soon_).value());
    EXPECT_EQ(store().add_owner(kTenant, "g", "u", soon_).error().fault, Fault::conflict);
    const auto last = store().remove_owner(kTenant, "g", "u", soon_);
    ASSERT_FALSE(last);
    EXPECT_EQ(last.error().fault, Fault::conflict);
    EXPECT_EQ(last.error().detail, directory::kLastOwner);
    EXPECT_FALSE(store().remove_owner(kTenant, "g", "v", soon_).value());
    ASSERT_TRUE(store().add_owner(kTenant, "g", "v", soon_));
    EXPECT_TRUE(store().remove_owner(kTenant, "G", "U", soon_).value());
    EXPECT_FALSE(store().is_owner(kTenant, "g", "u", soon_).value());
    EXPECT_FALSE(store().remove_owner(kTenant, "g", "v", soon_));
    EXPECT_TRUE(store().is_owner(kTenant, "g", "v", soon_).value());
}

TEST_P(DirectoryChangesContract, OfManyThreadsThatRemoveOwnersOneOwnerStays) {
    add(group("g"));
    for (int i = 0; i < 8; ++i) {
        add(user(std::to_string(i), std::to_string(i)));
        ASSERT_TRUE(store().add_owner(kTenant, "g", std::to_string(i), soon_));
    }
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back(
            [&, t] { (void)store().remove_owner(kTenant, "g", std::to_string(t), soon_); });
    threads.clear();
    EXPECT_EQ(page<directory::User>({.tenant = kTenant, .owners_of = "g"}, {}).objects.size(), 1U);
}

TEST_P(DirectoryChangesContract, AnOwnershipNeedsItsUserAndItsGroupInTheTenant) {
    add(user("u", "u@x"));
    add(group("g"));
    add(user("other", "u@x", kOther));
    for (const auto& [group, user] : std::vector<std::pair<std::string, std::string>>{
             {"g", "x"}, {"x", "u"}, {"u", "g"}, {"g", "other"}}) {
        EXPECT_EQ(store().add_owner(kTenant, group, user, soon_).error().fault, Fault::no_owner);
        EXPECT_FALSE(store().is_owner(kTenant, group, user, soon_).value());
        EXPECT_FALSE(store().remove_owner(kTenant, group, user, soon_).value());
    }
    ASSERT_TRUE(store().add_owner(kTenant, "g", "u", soon_));
    EXPECT_FALSE(store().is_owner(kOther, "g", "u", soon_).value());
    EXPECT_FALSE(store().remove_owner(kOther, "g", "u", soon_).value());
}

TEST_P(DirectoryChangesContract, ChangesOfManyThreadsAreAllKept) {
    add(user("u", "u@x"));
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 20; ++i)
                EXPECT_TRUE(change<directory::User>(
                    "u", [](auto& user) { user.business_phones.emplace_back("1"); }));
        });
    threads.clear();
    EXPECT_EQ(find<directory::User>("u")->business_phones.size(), 160U);
}

// Every write of a group with an acting owner: whether it succeeded, or its fault.
class DirectoryActingOwnerContract : public StoreFixture {
  protected:
    using Write = std::function<std::optional<Fault>(const ActingOwner&)>;

    void SetUp() override {
        for (const auto* id : {"u", "v", "w", "x"}) add(user(id, std::string(id) + "@x"));
        const std::vector<std::string> owners{"u", "v", "w"}, members{"u", "w"};
        ASSERT_TRUE(store().add_group(group("g"), owners, members, soon_));
        put_photo(photo_owner_);
    }

    template <class Answer>
    static std::optional<Fault> fault_of(const Answer& answer) {
        if (answer) return std::nullopt;
        return answer.error().fault;
    }

    std::string state() {
        const auto group = find<directory::Group>("g");
        const auto photo = catalog().find(photo_owner_, soon_).value();
        return (group ? group->display_name : "no group") + "; owners " +
               ids({}, {.tenant = kTenant, .owners_of = "g"}) + "; members " +
               ids({}, {.tenant = kTenant, .members_of = "g"}) + "; photo " +
               (photo ? photo->etag : "none");
    }

    OwnerKey photo_owner_{kTenant, OwnerKind::group, "g"};
    // The last one removes the group.
    std::vector<std::pair<std::string, Write>> writes_{
        {"add_member",
         [&](const auto& by) {
             return fault_of(store().add_member(kTenant, "g", "x", soon_, by));
         }},
        {"remove_member",
         [&](const auto& by) {
             return fault_of(store().remove_member(kTenant, "g", "w", soon_, by));
         }},
        {"add_owner",
         [&](const auto& by) { return fault_of(store().add_owner(kTenant, "g", "x", soon_, by)); }},
        {"remove_owner",
         [&](const auto& by) {
             return fault_of(store().remove_owner(kTenant, "g", "w", soon_, by));
         }},
        {"change",
         [&](const auto& by) {
             const auto rename = [](directory::Group& group) -> Result<void> {
                 group.display_name = "renamed";
                 return {};
             };
             return fault_of(store().groups().change(kTenant, "g", rename, soon_, by));
         }},
        {"put photo",
         [&](const auto& by) {
             return fault_of(
                 catalog().put(photo_owner_, sample_photo(), {.acting_owner = by}, soon_));
         }},
        {"remove photo",
         [&](const auto& by) {
             return fault_of(catalog().remove(photo_owner_, {.acting_owner = by}, at(1), soon_));
         }},
        {"remove", [&](const auto& by) {
             return fault_of(store().groups().remove(kTenant, "g", at(1), soon_, by));
         }}};
};

TEST_P(DirectoryActingOwnerContract, AUserWhoDoesNotOwnTheGroupIsDeniedAndChangesNothing) {
    ASSERT_TRUE(store().remove_owner(kTenant, "g", "u", soon_));
    add(user("other", "v@x", kOther));
    ASSERT_TRUE(store().add_group(group("g", "G", kOther), {"other"}, {}, soon_));
    const auto before = state();
    for (const auto& [what, write] : writes_)
        for (const auto* by : {"u", "x", "nobody", "", "other", "g"}) {
            EXPECT_EQ(write(by), Fault::denied) << what << " by " << by;
            EXPECT_EQ(state(), before) << what << " by " << by;
        }
    const auto self = store().add_owner(kTenant, "g", "u", soon_, "u");
    EXPECT_EQ(self.error().fault, Fault::denied) << "not by making oneself an owner";
}

TEST_P(DirectoryActingOwnerContract, AnOwnerMayWrite) {
    for (const auto& [what, write] : writes_) {
        const auto before = state();
        EXPECT_EQ(write("V"), std::nullopt) << what;
        EXPECT_NE(state(), before) << what;
    }
}

TEST_P(DirectoryActingOwnerContract, AMissingGroupIsNotDenied) {
    ASSERT_TRUE(store().groups().remove(kTenant, "g", at(1), soon_));
    EXPECT_EQ(store().add_member(kTenant, "g", "x", soon_, "u").error().fault, Fault::no_owner);
    EXPECT_EQ(store().add_owner(kTenant, "g", "x", soon_, "u").error().fault, Fault::no_owner);
    EXPECT_FALSE(store().remove_member(kTenant, "g", "w", soon_, "u").value());
    EXPECT_FALSE(store().remove_owner(kTenant, "g", "w", soon_, "u").value());
    const auto never = [](auto&) -> Result<void> { return fail(Fault::internal, "called"); };
    EXPECT_FALSE(store().groups().change(kTenant, "g", never, soon_, "u").value());
    EXPECT_FALSE(store().groups().remove(kTenant, "g", at(1), soon_, "u").value());
    EXPECT_FALSE(catalog().remove(photo_owner_, {.acting_owner = "u"}, at(1), soon_).value());
}

TEST_P(DirectoryActingOwnerContract, NoThreadWritesAfterItsOwnershipWasRemoved) {
    for (int round = 0; round < 10; ++round) {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 10; ++i) (void)store().add_owner(kTenant, "g", "u", soon_, "u");
            });
        EXPECT_TRUE(store().remove_owner(kTenant, "g", "u", soon_).value());
        threads.clear();
        EXPECT_FALSE(store().is_owner(kTenant, "g", "u", soon_).value());
        ASSERT_TRUE(store().add_owner(kTenant, "g", "u", soon_));
    }
}

}  // namespace cameo::store::contract
