#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "directory/kept.h"
#include "store/contract/store_bed.h"

// The suite that every directory store passes: kept properties, and the nicknames that only one
// group of a tenant may have.
namespace cameo::store::contract {

class DirectoryKeptContract : public StoreFixture {
  protected:
    static constexpr auto kKept = R"({"city":"Li\u00e8ge","employeeId":"E-1"})";

    template <class Object>
    std::string kept_of(const Object& object) {
        const auto found =
            table<Object>().find(kTenant, object.id, soon_, directory::WithKept::yes);
        EXPECT_TRUE(found && *found);
        return found && *found ? (*found)->kept : "none";
    }
    // Adds the object with kept properties, and reads it in every way.
    template <class Object>
    void expect_kept(Object object, const directory::Scope& scope) {
        object.kept = kKept;
        add(object);
        auto without = object;
        without.kept.clear();
        EXPECT_EQ(find<Object>(object.id), without);
        EXPECT_EQ(page<Object>(scope, {}).objects, std::vector{without});
        EXPECT_EQ(page<Object>(scope, {.with_kept = true}).objects, std::vector{object});
        EXPECT_EQ(kept_of(object), kKept);
        const auto renamed =
            change<Object>(object.id, [](Object& changed) { changed.display_name = "New"; });
        EXPECT_EQ(renamed.value()->kept, kKept) << "a change of another property keeps them";
        EXPECT_EQ(kept_of(object), kKept);
        ASSERT_TRUE(change<Object>(object.id, [](Object& changed) { changed.kept = "{}"; }));
        if (bed_->reopen()) EXPECT_EQ(kept_of(object), "{}");
        ASSERT_TRUE(change<Object>(object.id, [](Object& changed) { changed.kept.clear(); }));
        EXPECT_EQ(kept_of(object), "");
    }

    std::string with_employee(const std::string& value) {
        const directory::Filter filter{.kind = directory::Filter::Kind::equals,
                                       .property = std::string(directory::kEmployeeId),
                                       .value = value,
                                       .parts = {}};
        return ids({.filter = filter});
    }
    std::string without_employee(const std::string& value) {
        directory::Filter not_it{.kind = directory::Filter::Kind::none_of, .parts = {}};
        not_it.parts.push_back({.kind = directory::Filter::Kind::equals,
                                .property = std::string(directory::kEmployeeId),
                                .value = value,
                                .parts = {}});
        return ids({.filter = not_it});
    }

    static directory::Group unified(const std::string& id, const std::string& nickname,
                                    const std::string& tenant = kTenant) {
        auto made = group(id, "G", tenant);
        made.mail_nickname = nickname;
        made.group_types = {"Unified"};
        return made;
    }
    std::string free_nickname(const std::string& wanted) {
        return store().free_nickname(kTenant, wanted, soon_).value();
    }
};

TEST_P(DirectoryKeptContract, KeptPropertiesAreReadOnlyWhereAReadAsksForThem) {
    expect_kept(full_user(), {.tenant = kTenant});
    expect_kept(full_group(), {.tenant = kTenant});
    expect_kept(full_contact(), {.tenant = kTenant, .mailbox = full_user().id});
}

TEST_P(DirectoryKeptContract, UsersAreFoundByTheirEmployeeIdWithoutRegardToLetterCase) {
    for (const auto* id : {"1", "2", "3"}) {
        auto made = user(id, std::string(id) + "@x");
        if (*id == '1') made.kept = R"({"employeeId":"Ab-1","city":"x"})";
        if (*id == '2') made.kept = R"({"city":"Ab-1"})";
        add(made);
    }
    EXPECT_EQ(with_employee("aB-1"), "1");
    EXPECT_EQ(with_employee("Ab"), "");
    EXPECT_EQ(with_employee(""), "2 3") << "an absent text equals the empty one";
    EXPECT_EQ(without_employee("Ab-1"), "2 3");
    ASSERT_TRUE(change<directory::User>("1", [](auto& user) { user.kept.clear(); }));
    EXPECT_EQ(with_employee("Ab-1"), "");
}

TEST_P(DirectoryKeptContract, OnlyOneMicrosoft365GroupOfATenantHasANickname) {
    add(unified("1", "Sales"));
    EXPECT_EQ(fault_of_add(unified("2", "sALES")), Fault::conflict);
    EXPECT_EQ(store().add_group(unified("2", "sales"), {}, {}, soon_).error().detail,
              directory::kTakenNickname);
    EXPECT_FALSE(find<directory::Group>("2"));
    add(unified("2", "sales", kOther));
    auto plain = unified("3", "sales");
    plain.group_types.clear();
    add(plain);
    auto unnamed = unified("4", "");
    add(unnamed);
    unnamed.id = "5";
    add(unnamed);
}

TEST_P(DirectoryKeptContract, AChangeTakesAndGivesUpANickname) {
    add(unified("1", "one"));
    add(unified("2", "two"));
    const auto rename = [&](const char* id, const char* nickname) {
        return change<directory::Group>(
            id, [&](directory::Group& group) { group.mail_nickname = nickname; });
    };
    EXPECT_EQ(rename("2", "ONE").error().detail, directory::kTakenNickname);
    EXPECT_EQ(find<directory::Group>("2")->mail_nickname, "two");
    ASSERT_TRUE(rename("1", "One")) << "its own in another letter case";
    ASSERT_TRUE(rename("1", "three"));
    ASSERT_TRUE(rename("2", "one"));
    ASSERT_TRUE(change<directory::Group>("2", [](auto& group) { group.group_types.clear(); }));
    ASSERT_TRUE(rename("1", "one"));
    const auto unify = [](directory::Group& group) { group.group_types = {"Unified"}; };
    EXPECT_EQ(change<directory::Group>("2", unify).error().fault, Fault::conflict);
    ASSERT_TRUE(store().groups().remove(kTenant, "1", at(1), soon_));
    ASSERT_TRUE(change<directory::Group>("2", unify));
    EXPECT_EQ(fault_of_add(unified("3", "one")), Fault::conflict);
}

TEST_P(DirectoryKeptContract, AFreeNicknameTakesTheNextNumber) {
    EXPECT_EQ(free_nickname("Team"), "Team");
    add(unified("1", "team"));
    EXPECT_EQ(free_nickname("Team"), "Team2");
    add(unified("2", "TEAM2"));
    add(unified("3", "team4"));
    EXPECT_EQ(free_nickname("Team"), "Team3");
    add(unified("4", "Team3"));
    EXPECT_EQ(free_nickname("Team"), "Team5");
    EXPECT_EQ(store().free_nickname(kOther, "Team", soon_).value(), "Team");
    const std::string longest(64, 'a');
    add(unified("5", longest));
    EXPECT_EQ(free_nickname(longest),
              std::string(directory::kNumberedCharacters, 'a').append(1, '2'));
    EXPECT_EQ(store().free_nickname(kTenant, "Team", passed_).error().fault, Fault::busy);
}

}  // namespace cameo::store::contract
