#include "directory/membership.h"

#include <gtest/gtest.h>

namespace cameo::directory {
namespace {

constexpr Membership kNone{};
constexpr Membership kMember{.member = true};
constexpr Membership kOwner{.owner = true};
constexpr Membership kBoth{.member = true, .owner = true};

TEST(MembershipTest, WhatIsNotNamedStaysAsItIs) {
    for (const auto& before : {kNone, kMember, kOwner, kBoth}) {
        EXPECT_EQ(changed({}, before), before);
        EXPECT_EQ(changed({.member = true}, before)->owner, before.owner);
        EXPECT_EQ(changed({.owner = false}, before)->member, before.member);
        EXPECT_EQ(changed({.member = true, .owner = true}, before), kBoth);
    }
}

TEST(MembershipTest, AChangeConcernsWhomItNames) {
    const auto fault = [](Concerns concerns, const Membership& before) {
        const auto done = changed({.member = true, .concerns = concerns}, before);
        return done ? Fault::internal : done.error().fault;
    };
    EXPECT_EQ(fault(Concerns::people, kNone), Fault::no_owner);
    EXPECT_EQ(fault(Concerns::people, kMember), Fault::internal);
    EXPECT_EQ(fault(Concerns::people, kOwner), Fault::internal);
    EXPECT_EQ(fault(Concerns::owners, kMember), Fault::no_owner);
    EXPECT_EQ(fault(Concerns::owners, kBoth), Fault::internal);
}

TEST(MembershipTest, AnOwnerIsSpared) {
    for (const auto& before : {kOwner, kBoth})
        EXPECT_EQ(changed({.member = true, .spares_owners = true}, before).error().fault,
                  Fault::denied);
    EXPECT_EQ(changed({.member = true, .spares_owners = true}, kNone), kMember);
}

TEST(MembershipTest, OnlyListsThatDifferAreAltered) {
    const auto altered =
        altered_lists({{.member = true}, {.member = true, .owner = true}, {.owner = false}},
                      {kMember, fail(Fault::conflict, ""), kBoth});
    EXPECT_FALSE(altered.members) << "one was so already, one failed";
    EXPECT_TRUE(altered.owners);
}

}  // namespace
}  // namespace cameo::directory
