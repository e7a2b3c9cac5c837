#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "store/contract/store_bed.h"

// The suite that every directory store passes: removals of objects with all that depends on them.
namespace cameo::store::contract {

class DirectoryRemovalContract : public StoreFixture {
  protected:
    using Texts = std::vector<std::string>;
    static constexpr auto kUser = OwnerKind::user;
    static constexpr auto kGroup = OwnerKind::group;
    static constexpr auto kContact = OwnerKind::contact;

    static OwnerKey owner(OwnerKind kind, const std::string& id,
                          const std::string& tenant = kTenant) {
        return {tenant, kind, id};
    }
    template <class Object>
    std::optional<directory::Removed> remove(std::string_view id, Instant now = at(5'000),
                                             std::string_view tenant = kTenant) {
        auto removed = table<Object>().remove(tenant, id, now, soon_);
        EXPECT_TRUE(removed) << (removed ? "" : removed.error().detail);
        if (!removed || !*removed) return std::nullopt;
        std::ranges::sort((*removed)->owners);
        std::ranges::sort((*removed)->folders);
        return *removed;
    }
    Texts retired(Instant before = at(1LL << 50)) {
        auto keys = catalog().retired(before, 1'000, soon_).value();
        std::ranges::sort(keys);
        return keys;
    }
    Texts sorted(Texts texts) {
        std::ranges::sort(texts);
        return texts;
    }
    // In the mailbox of `mailbox`: folders a > b > c and d; contacts 0 (default folder) to 4.
    void add_mailbox(const std::string& mailbox, const std::string& prefix = "",
                     const std::string& tenant = kTenant) {
        add(user(mailbox, mailbox + "@x", tenant));
        add(folder(mailbox, prefix + "a", "", tenant));
        add(folder(mailbox, prefix + "b", prefix + "a", tenant));
        add(folder(mailbox, prefix + "c", prefix + "b", tenant));
        add(folder(mailbox, prefix + "d", "", tenant));
        add(contact(mailbox, prefix + "0", "", tenant));
        add(contact(mailbox, prefix + "1", prefix + "a", tenant));
        add(contact(mailbox, prefix + "2", prefix + "b", tenant));
        add(contact(mailbox, prefix + "3", prefix + "c", tenant));
        add(contact(mailbox, prefix + "4", prefix + "d", tenant));
    }
};

TEST_P(DirectoryRemovalContract, OfAMissingObjectDoesNothing) {
    EXPECT_FALSE(remove<directory::User>("x"));
    EXPECT_FALSE(remove<directory::Group>("x"));
    EXPECT_FALSE(remove<directory::Contact>("x"));
    EXPECT_FALSE(remove<directory::ContactFolder>("x"));
    add(user("u", "u@x"));
    EXPECT_FALSE(remove<directory::ContactFolder>(directory::default_folder_id("u")));
    EXPECT_FALSE(remove<directory::User>("u", at(1), kOther));
    EXPECT_TRUE(find<directory::User>("u"));
}

TEST_P(DirectoryRemovalContract, OfAUserIncludesPhotoMailboxAndMemberships) {
    add_mailbox("u");
    add_mailbox("v", "v");
    add(group("g"));
    for (const auto* member : {"u", "v"})
        ASSERT_TRUE(store().add_member(kTenant, "g", member, soon_));
    const Texts keys =
        sorted({put_photo(owner(kUser, "u")).blob_key, put_photo(owner(kContact, "2")).blob_key,
                put_photo(owner(kContact, "0")).blob_key});
    const std::vector kept{owner(kUser, "v"), owner(kContact, "v2"), owner(kGroup, "g"),
                           owner(kGroup, "u"), owner(kUser, "u", kOther)};
    for (const auto& other : kept) {
        add_owner(other);
        put_photo(other);
    }

    const auto removed = remove<directory::User>("U");
    ASSERT_TRUE(removed);
    EXPECT_EQ(removed->owners,
              (std::vector{owner(kUser, "u"), owner(kContact, "0"), owner(kContact, "1"),
                           owner(kContact, "2"), owner(kContact, "3"), owner(kContact, "4")}));
    EXPECT_EQ(removed->folders, (Texts{"a", "b", "c", "d"}));
    for (const auto& gone : removed->owners) EXPECT_FALSE(has_photo(gone));
    EXPECT_EQ(retired(), keys);
    EXPECT_TRUE(retired(at(5'000)).empty());
    EXPECT_EQ(retired(at(5'001)), keys);
    EXPECT_FALSE(find<directory::User>("u"));
    EXPECT_FALSE(by_name("u@x"));
    EXPECT_FALSE(find<directory::Contact>("2"));
    EXPECT_FALSE(find<directory::ContactFolder>("c"));
    EXPECT_FALSE(store().is_member(kTenant, "g", "u", soon_).value());
    EXPECT_FALSE(remove<directory::User>("u"));

    for (const auto& other : kept) EXPECT_TRUE(has_photo(other)) << other.id;
    EXPECT_TRUE(store().is_member(kTenant, "g", "v", soon_).value());
    EXPECT_EQ(ids<directory::Contact>({}, {.tenant = kTenant, .mailbox = "v"}), "v0 v1 v2 v3 v4");
    EXPECT_EQ(ids<directory::ContactFolder>({}, {.tenant = kTenant, .mailbox = "v"}),
              "va vb vc vd");
}

TEST_P(DirectoryRemovalContract, AnOwnerThatIsAddedAgainHasNoEarlierData) {
    add_mailbox("u");
    add(group("g"));
    ASSERT_TRUE(store().add_member(kTenant, "g", "u", soon_));
    put_photo(owner(kUser, "u"));
    ASSERT_TRUE(remove<directory::User>("u"));
    add(user("u", "u@x"));
    EXPECT_FALSE(has_photo(owner(kUser, "u")));
    EXPECT_FALSE(store().is_member(kTenant, "g", "u", soon_).value());
    EXPECT_EQ(ids<directory::User>({}, {.tenant = kTenant, .members_of = "g"}), "");
    EXPECT_EQ(ids<directory::Contact>({}, {.tenant = kTenant, .mailbox = "u"}), "");
}

TEST_P(DirectoryRemovalContract, OfAnOwnerIncludesTheOwnershipsAndOfAGroupItsOwners) {
    for (const auto* id : {"u", "v"}) add(user(id, std::string(id) + "@x"));
    add(group("g"));
    add(group("h"));
    for (const auto* owned : {"g", "h"}) ASSERT_TRUE(store().add_owner(kTenant, owned, "u", soon_));
    ASSERT_TRUE(store().add_owner(kTenant, "h", "v", soon_));
    ASSERT_TRUE(remove<directory::User>("U"));
    const auto owners = [&](const char* group) {
        return ids<directory::User>({}, {.tenant = kTenant, .owners_of = group});
    };
    EXPECT_EQ(owners("g"), "") << "the last one too";
    EXPECT_EQ(owners("h"), "v");
    add(user("u", "u@x"));
    EXPECT_FALSE(store().is_owner(kTenant, "g", "u", soon_).value()) << "another user";
    ASSERT_TRUE(remove<directory::Group>("H"));
    add(group("h"));
    EXPECT_EQ(owners("h"), "");
    EXPECT_TRUE(find<directory::User>("v"));
}

TEST_P(DirectoryRemovalContract, OfAGroupIncludesPhotoAndMembershipsAndNoUser) {
    add(user("u", "u@x"));
    add(group("g"));
    add(group("h"));
    for (const auto* joined : {"g", "h"})
        ASSERT_TRUE(store().add_member(kTenant, joined, "u", soon_));
    const auto photo = put_photo(owner(kGroup, "g"));
    put_photo(owner(kUser, "u"));
    const auto removed = remove<directory::Group>("G");
    ASSERT_TRUE(removed);
    EXPECT_EQ(removed->owners, std::vector{owner(kGroup, "g")});
    EXPECT_TRUE(removed->folders.empty());
    EXPECT_EQ(retired(), Texts{photo.blob_key});
    EXPECT_EQ(ids<directory::Group>({}, {.tenant = kTenant, .joined_by = "u"}), "h");
    EXPECT_TRUE(has_photo(owner(kUser, "u")));
    add(group("g"));
    EXPECT_FALSE(store().is_member(kTenant, "g", "u", soon_).value());
}

TEST_P(DirectoryRemovalContract, OfAContactIncludesItsPhoto) {
    add_mailbox("u");
    const auto photo = put_photo(owner(kContact, "1"));
    put_photo(owner(kContact, "2"));
    const auto removed = remove<directory::Contact>("1");
    ASSERT_TRUE(removed);
    EXPECT_EQ(removed->owners, std::vector{owner(kContact, "1")});
    EXPECT_EQ(retired(), Texts{photo.blob_key});
    EXPECT_EQ(ids<directory::Contact>({}, {.tenant = kTenant, .mailbox = "u"}), "0 2 3 4");
    EXPECT_TRUE(has_photo(owner(kContact, "2")));
}

TEST_P(DirectoryRemovalContract, OfAFolderIncludesItsContentsToAnyDepth) {
    add_mailbox("u");
    add_mailbox("v", "v");
    const Texts keys = sorted(
        {put_photo(owner(kContact, "2")).blob_key, put_photo(owner(kContact, "3")).blob_key});
    const std::vector kept{owner(kContact, "0"), owner(kContact, "1"), owner(kContact, "4"),
                           owner(kContact, "v3"), owner(kUser, "u")};
    for (const auto& other : kept) put_photo(other);
    const auto removed = remove<directory::ContactFolder>("b");
    ASSERT_TRUE(removed);
    EXPECT_EQ(removed->owners, (std::vector{owner(kContact, "2"), owner(kContact, "3")}));
    EXPECT_EQ(removed->folders, (Texts{"b", "c"}));
    EXPECT_EQ(retired(), keys);
    EXPECT_EQ(ids<directory::Contact>({}, {.tenant = kTenant, .mailbox = "u"}), "0 1 4");
    EXPECT_EQ(ids<directory::ContactFolder>({}, {.tenant = kTenant, .mailbox = "u"}), "a d");
    for (const auto& other : kept) EXPECT_TRUE(has_photo(other)) << other.id;
}

TEST_P(DirectoryRemovalContract, OfADeepAndWideTreeIncludesEveryBranch) {
    add(user("u", "u@x"));
    std::string parent;
    for (int depth = 0; depth < 60; ++depth) {
        const auto id = "deep" + std::to_string(depth);
        add(folder("u", id, parent));
        add(folder("u", "side" + std::to_string(depth), id));
        add(contact("u", "c" + std::to_string(depth), "side" + std::to_string(depth)));
        parent = id;
    }
    const auto removed = remove<directory::ContactFolder>("deep1");
    ASSERT_TRUE(removed);
    EXPECT_EQ(removed->folders.size(), 118U);
    EXPECT_EQ(removed->owners.size(), 59U);
    EXPECT_EQ(ids<directory::ContactFolder>({}, {.tenant = kTenant, .mailbox = "u"}),
              "deep0 side0");
}

TEST_P(DirectoryRemovalContract, NothingCrossesTenants) {
    for (const auto* tenant : {kTenant, kOther}) {
        add_mailbox("u", "", tenant);
        add(group("g", "G", tenant));
        ASSERT_TRUE(store().add_member(tenant, "g", "u", soon_));
        for (const auto& each :
             {owner(kUser, "u", tenant), owner(kContact, "3", tenant), owner(kGroup, "g", tenant)})
            put_photo(each);
    }
    const auto removed = remove<directory::ContactFolder>("b");
    for (const auto& gone : removed->owners) EXPECT_EQ(gone.tenant, kTenant);
    ASSERT_TRUE(remove<directory::User>("u"));
    ASSERT_TRUE(remove<directory::Group>("g"));
    EXPECT_EQ(ids<directory::Contact>({}, {.tenant = kOther, .mailbox = "u"}), "0 1 2 3 4");
    EXPECT_EQ(ids<directory::ContactFolder>({}, {.tenant = kOther, .mailbox = "u"}), "a b c d");
    EXPECT_TRUE(store().is_member(kOther, "g", "u", soon_).value());
    for (const auto& each :
         {owner(kUser, "u", kOther), owner(kContact, "3", kOther), owner(kGroup, "g", kOther)})
        EXPECT_TRUE(has_photo(each));
}

TEST_P(DirectoryRemovalContract, AnUploadThatComesAfterTheRemovalDoesNotPassToANewOwner) {
    add_mailbox("u");
    add(group("g"));
    const std::vector owners{owner(kUser, "u"), owner(kGroup, "g"), owner(kContact, "1")};
    ASSERT_TRUE(remove<directory::User>("u"));
    ASSERT_TRUE(remove<directory::Group>("g"));
    for (const auto& each : owners) EXPECT_EQ(fault_of_put(each), Fault::no_owner);
    add_mailbox("u");
    add(group("g"));
    for (const auto& each : owners) EXPECT_FALSE(has_photo(each));
    EXPECT_TRUE(retired().empty());
}

TEST_P(DirectoryRemovalContract, NoPhotoOutlivesItsOwnerInEitherOrderOfWrites) {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 20; ++i) {
                if (t % 2 == 0) {
                    (void)store().users().add(user("u", "u@x"), soon_);
                    (void)catalog().put(owner(kUser, "u"), sample_photo(), {}, soon_);
                } else {
                    (void)store().users().remove(kTenant, "u", at(1), soon_);
                }
            }
        });
    threads.clear();
    (void)store().users().remove(kTenant, "u", at(1), soon_);
    EXPECT_FALSE(has_photo(owner(kUser, "u")));
    EXPECT_TRUE(catalog().list({}, 1, soon_).value().empty());
}

TEST_P(DirectoryRemovalContract, AnAddThatFailsLeavesPhotosAlone) {
    add(user("u", "u@x"));
    add(user("v", "v@x"));
    put_photo(owner(kUser, "u"));
    put_photo(owner(kUser, "v"));
    EXPECT_EQ(fault_of_add(user("u", "new@x")), Fault::conflict);
    EXPECT_EQ(fault_of_add(user("v", "u@x")), Fault::conflict);
    EXPECT_TRUE(has_photo(owner(kUser, "u")));
    EXPECT_TRUE(has_photo(owner(kUser, "v")));
    EXPECT_TRUE(retired().empty());
}

TEST_P(DirectoryRemovalContract, OfManyThreadsThatRemoveOneUserExactlyOneDoes) {
    add_mailbox("u");
    put_photo(owner(kUser, "u"));
    std::atomic<int> removed = 0, nothing = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            const auto answer = store().users().remove(kTenant, "u", at(1), soon_);
            if (answer && *answer) ++removed;
            if (answer && !*answer) ++nothing;
        });
    threads.clear();
    EXPECT_EQ(removed, 1);
    EXPECT_EQ(nothing, 7);
    EXPECT_EQ(retired().size(), 1U);
}

TEST_P(DirectoryRemovalContract, NoContactOutlivesItsMailboxInEitherOrderOfWrites) {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 20; ++i) {
                const auto id = std::to_string(t) + "-" + std::to_string(i);
                if (t % 2 == 0) {
                    (void)store().users().add(user("u", "u@x"), soon_);
                    (void)store().folders().add(folder("u", id), soon_);
                    (void)store().contacts().add(contact("u", id, id), soon_);
                } else {
                    (void)store().users().remove(kTenant, "u", at(1), soon_);
                }
            }
        });
    threads.clear();
    (void)store().users().remove(kTenant, "u", at(1), soon_);
    add(user("u", "u@x"));
    EXPECT_EQ(ids<directory::Contact>({}, {.tenant = kTenant, .mailbox = "u"}), "");
    EXPECT_EQ(ids<directory::ContactFolder>({}, {.tenant = kTenant, .mailbox = "u"}), "");
}

TEST_P(DirectoryRemovalContract, StaysRemovedWhenReopened) {
    add_mailbox("u");
    const auto photo = put_photo(owner(kContact, "2"));
    ASSERT_TRUE(remove<directory::ContactFolder>("b"));
    if (!bed_->reopen()) GTEST_SKIP() << "not a durable store";
    EXPECT_EQ(ids<directory::Contact>({}, {.tenant = kTenant, .mailbox = "u"}), "0 1 4");
    EXPECT_FALSE(has_photo(owner(kContact, "2")));
    EXPECT_EQ(retired(), Texts{photo.blob_key});
}

}  // namespace cameo::store::contract
