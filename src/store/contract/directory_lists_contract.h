#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "store/contract/store_bed.h"

// The suite that every directory store passes: lists in their order, in pages, within their scope.
// Filters and searches are in directory_queries_contract.h.
namespace cameo::store::contract {

class DirectoryListsContract : public StoreFixture {
  protected:
    // All pages of `top`, one after the other.
    std::vector<std::string> walk(directory::Query query,
                                  const directory::Scope& scope = {.tenant = kTenant}) {
        std::vector<std::string> all;
        for (int pages = 0; pages < 10'000; ++pages) {
            const auto next = page<directory::User>(scope, query);
            for (const auto& object : next.objects) all.push_back(object.id);
            if (!next.more) return all;
            EXPECT_EQ(next.objects.size(), query.top);
            query.after = {next.objects.back().display_name, next.objects.back().id};
        }
        ADD_FAILURE() << "no end";
        return all;
    }
};

TEST_P(DirectoryListsContract, AreOrderedByNameWithoutRegardToAsciiCaseThenById) {
    add(named("5", "bob"));
    add(named("4", "Bob"));
    add(named("3", "ALICE"));
    add(named("2", "\xc3\x89mile"));
    add(named("1", "zoe"));
    add(named("0", "_x"));
    add(named("6", ""));
    add(named("7", "Bo"));
    EXPECT_EQ(ids(), "6 0 3 7 4 5 1 2");
    EXPECT_EQ(ids({.descending = true}), "2 1 5 4 7 3 0 6");
}

TEST_P(DirectoryListsContract, EveryKindHasTheSameOrder) {
    add(user("u", "u@x"));
    for (const auto* id : {"b", "a", "C"}) {
        auto third = group(id, "same");
        auto item = contact("u", id);
        auto place = folder("u", id);
        add(third);
        add(item);
        add(place);
    }
    const directory::Scope mine{.tenant = kTenant, .mailbox = "u"};
    EXPECT_EQ(ids<directory::Group>(), "a b C") << "ids of groups have no letter case";
    EXPECT_EQ(ids<directory::Contact>({}, mine), "C a b");
    EXPECT_EQ(ids<directory::ContactFolder>({}, mine), "C a b");
    const directory::Query behind{.descending = true, .after = {{"c", "b"}}};
    EXPECT_EQ(ids<directory::Contact>(behind, mine), "a C");
}

TEST_P(DirectoryListsContract, PagesHaveWhetherMoreFollow) {
    for (const auto* id : {"1", "2", "3", "4", "5"}) add(named(id, id));
    const directory::Scope scope{.tenant = kTenant};
    EXPECT_TRUE(page<directory::User>(scope, {.top = 4}).more);
    EXPECT_FALSE(page<directory::User>(scope, {.top = 5}).more);
    EXPECT_EQ(ids({.after = {{"2", "2"}}, .top = 2}), "3 4");
    EXPECT_FALSE(page<directory::User>(scope, {.after = {{"3", "3"}}, .top = 2}).more);
    EXPECT_EQ(ids({.after = {{"5", "5"}}}), "");
    EXPECT_EQ(ids({.descending = true, .after = {{"4", "4"}}, .top = 2}), "3 2");
    EXPECT_EQ(ids({.descending = true, .after = {{"1", "1"}}}), "");
    const auto none = page<directory::User>(scope, {.top = 0});
    EXPECT_TRUE(none.objects.empty());
    EXPECT_TRUE(none.more);
}

TEST_P(DirectoryListsContract, ACursorIsAPositionWithOrWithoutAnObject) {
    add(named("1", "Adele"));
    add(named("3", "Bob"));
    EXPECT_EQ(ids({.after = {{"adele", "2"}}}), "3");
    EXPECT_EQ(ids({.after = {{"ADELE", "1"}}}), "3");
    EXPECT_EQ(ids({.after = {{"Adele", ""}}}), "1 3");
    EXPECT_EQ(ids({.after = {{"", ""}}}), "1 3");
    EXPECT_EQ(ids({.after = {{"b", "'; DROP TABLE users; --"}}}), "3");
    EXPECT_EQ(ids({.descending = true, .after = {{"bob", "3"}}}), "1");
}

TEST_P(DirectoryListsContract, SkipOmitsTheFirst) {
    for (const auto* id : {"1", "2", "3"}) add(named(id, id));
    EXPECT_EQ(ids({.skip = 1}), "2 3");
    EXPECT_EQ(ids({.skip = 1, .top = 1}), "2");
    EXPECT_EQ(ids({.skip = 3}), "");
    EXPECT_EQ(ids({.after = {{"1", "1"}}, .skip = 1}), "3");
    constexpr auto kMost = std::numeric_limits<std::size_t>::max();
    EXPECT_EQ(ids({.skip = kMost}), "");
    EXPECT_EQ(ids({.top = kMost}), "1 2 3");
    EXPECT_FALSE(page<directory::User>({.tenant = kTenant}, {.skip = 2, .top = 1}).more);
}

TEST_P(DirectoryListsContract, TheCountIsOfAllMatchesOnEveryPage) {
    for (const auto* id : {"1", "2", "3"}) add(named(id, id));
    const directory::Scope scope{.tenant = kTenant};
    EXPECT_EQ(page<directory::User>(scope, {}).count, std::nullopt);
    EXPECT_EQ(page<directory::User>(scope, {.after = {{"2", "2"}}, .top = 1, .count = true}).count,
              3U);
    EXPECT_EQ(page<directory::User>(scope, {.skip = 5, .top = 0, .count = true}).count, 3U);
    directory::Filter filter{
        .kind = directory::Filter::Kind::equals, .property = "displayName", .value = "2"};
    EXPECT_EQ(page<directory::User>(scope, {.filter = filter, .count = true}).count, 1U);
    EXPECT_EQ(page<directory::User>(scope, {.search = {{{{.words = {"3"}}}}}, .count = true}).count,
              1U);
    EXPECT_EQ(page<directory::User>({.tenant = kOther}, {.count = true}).count, 0U);
}

TEST_P(DirectoryListsContract, PagesThroughMoreThanAThousandOfOneName) {
    constexpr int kPeople = 1'203;
    for (int i = 0; i < kPeople; ++i)
        add(named(std::to_string(100'000 + (i * 7'919) % 10'007), i % 3 == 0 ? "SAME" : "same"));
    for (const bool descending : {false, true}) {
        const auto all = walk({.descending = descending, .top = 100});
        EXPECT_EQ(all.size(), static_cast<std::size_t>(kPeople));
        EXPECT_TRUE(descending ? std::ranges::is_sorted(all, std::greater())
                               : std::ranges::is_sorted(all));
        EXPECT_EQ(std::set(all.begin(), all.end()).size(), all.size());
    }
}

TEST_P(DirectoryListsContract, AListThatChangesNeitherSkipsNorRepeatsUnchangedObjects) {
    for (int i = 100; i < 160; ++i) add(named(std::to_string(i), std::to_string(i)));
    std::vector<std::string> seen;
    directory::Query query{.top = 7};
    for (int round = 0; round < 100; ++round) {
        const auto next = page<directory::User>({.tenant = kTenant}, query);
        for (const auto& object : next.objects) seen.push_back(object.id);
        if (!next.more) break;
        const auto& last = next.objects.back();
        query.after = {last.display_name, last.id};
        ASSERT_TRUE(store().users().remove(kTenant, last.id, at(1), soon_));
        add(named("0" + last.id, "0"));  // before all later entries
    }
    EXPECT_EQ(seen.size(), 60U);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
}

TEST_P(DirectoryListsContract, ListsOfAMailboxAreOfAllFoldersOrOfOne) {
    add(user("u", "u@x"));
    add(user("v", "v@x"));
    add(folder("u", "f"));
    add(folder("u", "g", "f"));
    add(folder("v", "h"));
    add(contact("u", "1"));
    add(contact("u", "2", "f"));
    add(contact("u", "3", "g"));
    add(contact("v", "4", "h"));
    const auto default_of_u = directory::default_folder_id("u");
    using directory::Contact;
    using directory::ContactFolder;
    const auto mailbox = [](const std::string& owner, const std::string& folder = "") {
        return directory::Scope{.tenant = kTenant, .mailbox = owner, .folder = folder};
    };
    EXPECT_EQ(ids<Contact>({}, mailbox("u")), "1 2 3");
    EXPECT_EQ(ids<Contact>({}, mailbox("U")), "1 2 3");
    EXPECT_EQ(ids<Contact>({}, mailbox("u", default_of_u)), "1");
    EXPECT_EQ(ids<Contact>({}, mailbox("u", "f")), "2");
    EXPECT_EQ(ids<Contact>({}, mailbox("u", "h")), "") << "another's folder";
    EXPECT_EQ(ids<Contact>({}, mailbox("u", "F")), "") << "letter case counts";
    EXPECT_EQ(ids<Contact>({}, mailbox("")), "");
    EXPECT_EQ(ids<ContactFolder>({}, mailbox("u")), "f g");
    EXPECT_EQ(ids<ContactFolder>({}, mailbox("u", default_of_u)), "f");
    EXPECT_EQ(ids<ContactFolder>({}, mailbox("u", "f")), "g");
    EXPECT_EQ(ids<ContactFolder>({}, mailbox("v", "f")), "");
    ASSERT_TRUE(change<Contact>("2", [](auto& moved) { moved.parent_folder_id = "g"; }));
    EXPECT_EQ(ids<Contact>({}, mailbox("u", "g")), "2 3");
}

TEST_P(DirectoryListsContract, OfMembersAndOfTeams) {
    for (const auto* id : {"u", "v", "w"}) add(named(id, id));
    for (const auto* id : {"g", "h", "t"}) {
        auto made = group(id, id);
        made.is_team = made.id == "t";
        add(made);
    }
    for (const auto& [group, user] : std::vector<std::pair<std::string, std::string>>{
             {"g", "u"}, {"g", "w"}, {"t", "u"}, {"h", "v"}})
        ASSERT_TRUE(store().add_member(kTenant, group, user, soon_));
    using directory::Group;
    using directory::User;
    EXPECT_EQ(ids<User>({}, {.tenant = kTenant, .members_of = "G"}), "u w");
    EXPECT_EQ(ids<User>({.top = 1}, {.tenant = kTenant, .members_of = "g"}), "u");
    EXPECT_EQ(ids<User>({}, {.tenant = kTenant, .members_of = "nobody's"}), "");
    EXPECT_EQ(ids<Group>({}, {.tenant = kTenant, .joined_by = "U"}), "g t");
    EXPECT_EQ(ids<Group>({}, {.tenant = kTenant, .teams_only = true}), "t");
    EXPECT_EQ(ids<Group>({}, {.tenant = kTenant, .joined_by = "u", .teams_only = true}), "t");
    EXPECT_EQ(ids<Group>({}, {.tenant = kTenant, .joined_by = "v", .teams_only = true}), "");
    EXPECT_EQ(page<User>({.tenant = kTenant, .members_of = "g"}, {.count = true}).count, 2U);
}

TEST_P(DirectoryListsContract, OfOwners) {
    for (const auto* id : {"u", "v", "w"}) add(named(id, id));
    for (const auto* id : {"g", "h"}) add(group(id, id));
    for (const auto& [group, user] :
         std::vector<std::pair<std::string, std::string>>{{"g", "u"}, {"g", "w"}, {"h", "v"}})
        ASSERT_TRUE(store().add_owner(kTenant, group, user, soon_));
    ASSERT_TRUE(store().add_member(kTenant, "g", "v", soon_));
    using directory::User;
    EXPECT_EQ(ids<User>({}, {.tenant = kTenant, .owners_of = "G"}), "u w");
    EXPECT_EQ(ids<User>({}, {.tenant = kTenant, .members_of = "g"}), "v");
    EXPECT_EQ(ids<User>({}, {.tenant = kTenant, .owners_of = "nobody's"}), "");
    EXPECT_EQ(ids<User>({}, {.tenant = kOther, .owners_of = "g"}), "");
    EXPECT_EQ(ids({}, {.tenant = kTenant, .owners_of = "' OR 1=1 --"}), "");
    EXPECT_EQ(page<User>({.tenant = kTenant, .owners_of = "g"}, {.count = true}).count, 2U);
}

TEST_P(DirectoryListsContract, MembersAndOwnersOfAGroupAreOneListWithTheOwnersMarked) {
    using directory::User;
    for (const auto* id : {"a", "b", "c", "d"}) add(named(id, id));
    add(group("g"));
    add(group("h"));
    for (const auto* id : {"a", "c"}) ASSERT_TRUE(store().add_member(kTenant, "g", id, soon_));
    for (const auto* id : {"b", "c"}) ASSERT_TRUE(store().add_owner(kTenant, "g", id, soon_));
    ASSERT_TRUE(store().add_owner(kTenant, "h", "a", soon_));
    EXPECT_EQ(ids<User>({}, {.tenant = kTenant, .people_of = "G"}), "a b c");
    const auto all = page<User>({.tenant = kTenant, .people_of = "G"}, {.count = true});
    EXPECT_EQ(all.owning, (std::vector<bool>{false, true, true}));
    EXPECT_EQ(all.count, 3U);
    const auto two = page<User>({.tenant = kTenant, .people_of = "g"},
                                {.descending = true, .after = {{"c", "c"}}, .top = 1});
    EXPECT_EQ(two.objects.at(0).id, "b");
    EXPECT_EQ(two.owning, std::vector<bool>{true});
    EXPECT_TRUE(two.more);
    EXPECT_EQ(ids<User>({}, {.tenant = kTenant, .people_of = "nobody's"}), "");
    EXPECT_EQ(ids<User>({}, {.tenant = kOther, .people_of = "g"}), "");
    EXPECT_EQ(ids<User>({}, {.tenant = kTenant, .people_of = "' OR 1=1 --"}), "");
    EXPECT_TRUE(page<User>({.tenant = kTenant, .members_of = "g"}, {}).owning.empty());
}

TEST_P(DirectoryListsContract, WithoutHiddenMembershipsOfOthers) {
    for (const auto* id : {"u", "v"}) add(named(id, id));
    for (const auto* id : {"hidden", "open", "theirs"}) {
        auto made = group(id, id);
        made.visibility = made.id == "open" ? "Private" : directory::kHiddenMembership;
        add(made);
        ASSERT_TRUE(store().add_member(kTenant, id, "u", soon_));
    }
    ASSERT_TRUE(store().add_member(kTenant, "theirs", "v", soon_));
    using directory::Group;
    const auto seen_by = [&](const std::string& user) {
        return ids<Group>({}, {.tenant = kTenant,
                               .joined_by = "u",
                               .without_hidden = true,
                               .except_joined_by = user});
    };
    EXPECT_EQ(ids<Group>({}, {.tenant = kTenant, .joined_by = "u"}), "hidden open theirs");
    EXPECT_EQ(seen_by(""), "open");
    EXPECT_EQ(seen_by("nobody"), "open");
    EXPECT_EQ(seen_by("V"), "open theirs");
    EXPECT_EQ(seen_by("u"), "hidden open theirs");
    EXPECT_EQ(page<Group>({.tenant = kTenant, .without_hidden = true}, {.count = true}).count, 1U);
}

TEST_P(DirectoryListsContract, ById) {
    for (const auto& [id, name] : std::vector<std::pair<std::string, std::string>>{
             {"b", "Adele"}, {"C", "adele"}, {"a", "Zoe"}, {"d", ""}})
        add(named(id, name));
    EXPECT_EQ(ids({.by_id = true}), "a b C d");
    EXPECT_EQ(ids({.descending = true, .by_id = true}), "d C b a");
    EXPECT_EQ(ids({.by_id = true, .after = directory::Cursor{"zzz", "b"}}), "C d");
    EXPECT_EQ(ids({.descending = true, .by_id = true, .after = directory::Cursor{"", "c"}}), "b a");
    EXPECT_EQ(ids({.by_id = true, .after = directory::Cursor{"", "A"}, .top = 1}), "b");
}

TEST_P(DirectoryListsContract, NothingCrossesTenants) {
    for (const auto* tenant : {kTenant, kOther}) {
        auto adele = user("u", "adele@x", tenant);
        adele.display_name = tenant;
        add(adele);
        add(group("g", tenant, tenant));
        add(contact("u", "c", "", tenant));
        add(folder("u", "f", "", tenant));
    }
    ASSERT_TRUE(store().add_member(kOther, "g", "u", soon_));
    const auto tenants_of = [&]<class Object>(const directory::Scope& scope,
                                              const directory::Query& query) {
        std::set<std::string> tenants;
        for (const auto& object : page<Object>(scope, query).objects) tenants.insert(object.tenant);
        return tenants;
    };
    using directory::Contact;
    using directory::User;
    const std::set<std::string> mine{kTenant}, none;
    const directory::Search all{{{.words = {"1"}}}, {{.words = {"2"}}}, {{.words = {"adele"}}}};
    EXPECT_EQ(tenants_of.template operator()<User>({.tenant = kTenant}, {}), mine);
    EXPECT_EQ(tenants_of.template operator()<User>({.tenant = kTenant}, {.search = all}), mine);
    EXPECT_EQ(tenants_of.template operator()<User>({.tenant = kTenant, .members_of = "g"}, {}),
              none);
    EXPECT_EQ(
        tenants_of.template operator()<directory::Group>({.tenant = kTenant, .joined_by = "u"}, {}),
        none);
    const directory::Query named_c{.search = {{{{.words = {"C"}}}}}};
    EXPECT_EQ(tenants_of.template operator()<Contact>({.tenant = kTenant, .mailbox = "u"}, named_c),
              mine);
    EXPECT_EQ(ids({}, {.tenant = "' OR 1=1 --"}), "");
    EXPECT_EQ(ids({}, {.tenant = kTenant, .members_of = "' OR 1=1 --"}), "");
}

}  // namespace cameo::store::contract
