#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "store/contract/store_bed.h"

// The suite that every directory store passes: change_memberships, several memberships of a group
// in one transaction.
namespace cameo::store::contract {

class DirectoryMembershipsContract : public StoreFixture {
  protected:
    using Change = directory::MembershipChange;
    using Concerns = directory::Concerns;

    // g is owned by o and p; its members are m and p. n is in no group.
    void add_people() {
        for (const auto* id : {"m", "n", "o", "p"}) add(user(id, std::string(id) + "@x"));
        ASSERT_TRUE(store().add_group(group("g"), {"o", "p"}, {"m", "p"}, soon_));
    }
    // The result of each change: what the user was before it (m, o, mo or -), or its fault.
    std::string made(const std::vector<Change>& changes, const ActingOwner& acting_owner = {}) {
        const auto done = store().change_memberships(kTenant, "G", changes, soon_, acting_owner);
        if (!done) return "all: " + name_of(done.error().fault);
        std::string text;
        for (const auto& one : *done) text += (text.empty() ? "" : " ") + text_of(one);
        return text;
    }
    std::string people() {
        return "members " + ids({}, {.tenant = kTenant, .members_of = "g"}) + "; owners " +
               ids({}, {.tenant = kTenant, .owners_of = "g"});
    }

  private:
    static std::string name_of(Fault fault) {
        switch (fault) {
            case Fault::no_owner:
                return "no_owner";
            case Fault::denied:
                return "denied";
            case Fault::conflict:
                return "conflict";
            case Fault::busy:
                return "busy";
            default:
                return "another";
        }
    }
    static std::string text_of(const Result<directory::Membership>& one) {
        if (!one) return name_of(one.error().fault);
        if (!one->member && !one->owner) return "-";
        return std::string(one->member ? "m" : "") + (one->owner ? "o" : "");
    }
};

TEST_P(DirectoryMembershipsContract, MembersAndOwnersAreAddedAndRemovedTogether) {
    add_people();
    EXPECT_EQ(made({{.user = "N", .member = true, .owner = true}, {.user = "o", .member = true}}),
              "- o");
    EXPECT_EQ(people(), "members m n o p; owners n o p");
    EXPECT_EQ(made({{.user = "p", .member = false, .owner = false},
                    {.user = "n", .owner = false},
                    {.user = "m", .member = true}}),
              "mo mo m");
    EXPECT_EQ(people(), "members m n o; owners o");
    EXPECT_EQ(made({}), "");
    EXPECT_EQ(made({{.user = "m"}}), "m") << "nothing is wanted";
}

TEST_P(DirectoryMembershipsContract, AChangeWithAFaultChangesNothingAndTheOthersAreMade) {
    add_people();
    EXPECT_EQ(made({{.user = "x", .member = true},
                    {.user = "n", .member = true, .concerns = Concerns::people},
                    {.user = "m", .owner = true, .concerns = Concerns::owners},
                    {.user = "p", .member = false, .spares_owners = true},
                    {.user = "n", .member = true, .spares_owners = true}}),
              "no_owner no_owner no_owner denied -");
    EXPECT_EQ(people(), "members m n p; owners o p");
    EXPECT_EQ(made({{.user = "m", .owner = true, .concerns = Concerns::people},
                    {.user = "o", .owner = true, .concerns = Concerns::people},
                    {.user = "o", .member = true, .concerns = Concerns::owners}}),
              "m o o");
    EXPECT_EQ(people(), "members m n o p; owners m o p");
}

TEST_P(DirectoryMembershipsContract, TheLastOwnerStaysAnOwnerAndAMember) {
    add_people();
    EXPECT_EQ(made({{.user = "o", .member = false, .owner = false},
                    {.user = "p", .member = false, .owner = false},
                    {.user = "p", .member = false}}),
              "o conflict mo");
    EXPECT_EQ(people(), "members m; owners p");
    const auto done =
        store().change_memberships(kTenant, "g", {{.user = "p", .owner = false}}, soon_);
    EXPECT_EQ(done.value().at(0).error().detail, directory::kLastOwner);
}

TEST_P(DirectoryMembershipsContract, AnActingOwnerIsCheckedOnceBeforeAllChanges) {
    add_people();
    EXPECT_EQ(made({{.user = "n", .member = true}}, "m"), "all: denied");
    EXPECT_EQ(
        made({{.user = "o", .member = false, .owner = false}, {.user = "n", .member = true}}, "o"),
        "o -");
    EXPECT_EQ(made({{.user = "n", .member = false}}, "o"), "all: denied");
    EXPECT_EQ(people(), "members m n p; owners p");
}

TEST_P(DirectoryMembershipsContract, AnotherTenantAndAMissingGroupHaveNone) {
    add_people();
    add(user("n", "n@x", kOther));
    const std::vector<Change> one{{.user = "n", .member = true}};
    EXPECT_EQ(store().change_memberships(kTenant, "x", one, soon_).error().fault, Fault::no_owner);
    EXPECT_EQ(store().change_memberships(kOther, "g", one, soon_).error().fault, Fault::no_owner);
    EXPECT_EQ(store().change_memberships(kTenant, "g", one, passed_).error().fault, Fault::busy);
    EXPECT_EQ(people(), "members m p; owners o p");
}

TEST_P(DirectoryMembershipsContract, AChangeOfAListIsRecordedOnce) {
    add_people();
    auto recorded = [&, seen = std::int64_t{0}]() mutable {
        std::string text;
        for (const auto& change : *catalog().changes(seen, 100, soon_).value()) {
            seen = change.seq;
            text += (text.empty() ? "" : " ") + std::to_string(static_cast<int>(change.what)) +
                    ':' + change.owner.id;
        }
        return text;
    };
    recorded();
    made({{.user = "n", .member = true}, {.user = "m", .member = false}});
    EXPECT_EQ(recorded(), "4:g");
    made({{.user = "n", .owner = true}, {.user = "x", .member = true}});
    EXPECT_EQ(recorded(), "5:g");
    made({{.user = "n", .member = true, .owner = true}, {.user = "o", .member = false}});
    EXPECT_EQ(recorded(), "") << "all were so already";
    made({{.user = "n", .member = false, .owner = false}});
    EXPECT_EQ(recorded(), "4:g 5:g");
}

TEST_P(DirectoryMembershipsContract, AreDurable) {
    add_people();
    EXPECT_EQ(made({{.user = "n", .member = true, .owner = true}}), "-");
    if (!bed_->reopen()) return;
    EXPECT_EQ(people(), "members m n p; owners n o p");
}

}  // namespace cameo::store::contract
