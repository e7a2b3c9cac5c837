#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "store/contract/store_bed.h"

// The suite of what a store records of its changes: docs/storage.md, "Changes".
namespace cameo::store::contract {

class ChangesContract : public StoreFixture {
  protected:
    using What = photo::Change::What;

    std::vector<photo::Change> changes(std::int64_t after = 0, std::size_t limit = 10'000) {
        return catalog().changes(after, limit, soon_).value().value();
    }
    bool is_known(std::int64_t position) {
        return catalog().changes(position, 10, soon_).value().has_value();
    }
    // Those since the last call, as `what:id`, in the order of their seq.
    std::string recorded() {
        std::string text;
        for (const auto& change : changes(seen_)) {
            EXPECT_GT(change.seq, seen_);
            seen_ = change.seq;
            text += (text.empty() ? "" : " ") + std::to_string(static_cast<int>(change.what)) +
                    ':' + change.owner.id;
        }
        return text;
    }
    // The same, sorted: where the order within one transaction is the store's own.
    std::string recorded_in_any_order() {
        std::vector<std::string> each;
        std::istringstream words(recorded());
        for (std::string word; words >> word;) each.push_back(word);
        std::ranges::sort(each);
        std::string text;
        for (const auto& word : each) text += (text.empty() ? "" : " ") + word;
        return text;
    }
    void add_people() {
        for (const auto* id : {"u", "v"}) add(user(id, std::string(id) + "@x"));
        add(group("g"));
        recorded();
    }

    const OwnerKey user_{kTenant, OwnerKind::user, "u"};
    std::int64_t seen_ = 0;
};

TEST_P(ChangesContract, AChangeNamesItsOwnerKindAndTime) {
    const auto before = SystemClock().now();
    add(user("u", "u@x"));
    const auto photo = put_photo(user_, at(5'000));
    ASSERT_TRUE(catalog().remove(user_, {}, at(6'000), soon_).value());
    const auto all = changes();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].owner, user_);
    EXPECT_EQ(all[0].what, What::owner_added);
    EXPECT_GE(all[0].at, before);
    EXPECT_EQ(all[1],
              (photo::Change{
                  .seq = photo.version, .owner = user_, .what = What::photo_put, .at = at(5'000)}));
    EXPECT_EQ(all[2].what, What::photo_removed);
    EXPECT_EQ(all[2].at, at(6'000));
}

TEST_P(ChangesContract, EveryKindOfOwnerIsRecordedAndNoFolder) {
    add(user("u", "u@x"));
    add(group("g"));
    add(contact("u", "c"));
    add(folder("u", "f"));
    EXPECT_EQ(recorded(), "1:u 1:g 1:c");
    (void)change<directory::User>("U", [](auto& user) { user.job_title = "Clerk"; });
    (void)change<directory::Group>("G", [](auto& group) { group.display_name = "H"; });
    (void)change<directory::Contact>("c", [](auto& contact) { contact.surname = "S"; });
    (void)change<directory::ContactFolder>("f", [](auto& folder) { folder.display_name = "H"; });
    EXPECT_EQ(recorded(), "2:u 2:g 2:c");
    (void)change<directory::User>("u", [](auto& user) { user.job_title = "Clerk"; });
    EXPECT_EQ(recorded(), "") << "nothing changed";
}

TEST_P(ChangesContract, MembershipsAndOwnershipsAreChangesOfTheGroup) {
    add_people();
    ASSERT_TRUE(store().add_member(kTenant, "G", "U", soon_));
    ASSERT_TRUE(store().add_owner(kTenant, "g", "u", soon_));
    ASSERT_TRUE(store().add_owner(kTenant, "g", "v", soon_));
    EXPECT_EQ(recorded(), "4:g 5:g 5:g");
    EXPECT_TRUE(store().remove_member(kTenant, "g", "u", soon_).value());
    EXPECT_TRUE(store().remove_owner(kTenant, "G", "v", soon_).value());
    EXPECT_EQ(recorded(), "4:g 5:g");
    EXPECT_FALSE(store().remove_member(kTenant, "g", "u", soon_).value());
    EXPECT_FALSE(store().remove_owner(kTenant, "g", "v", soon_).value());
    EXPECT_FALSE(store().remove_owner(kTenant, "g", "u", soon_)) << "the last one";
    EXPECT_FALSE(store().add_owner(kTenant, "g", "u", soon_));
    EXPECT_EQ(recorded(), "");
    ASSERT_TRUE(store().add_group(group("h"), {"u"}, {"u", "v"}, soon_));
    EXPECT_EQ(recorded_in_any_order(), "1:h 4:h 5:h");
    ASSERT_TRUE(store().add_group(group("i"), {}, {}, soon_));
    EXPECT_EQ(recorded(), "1:i");
}

TEST_P(ChangesContract, ARemovalRecordsEachOwnerPhotoAndGroupThatItTouches) {
    add_people();
    add(folder("u", "f"));
    add(contact("u", "c"));
    add(contact("u", "d", "f"));
    ASSERT_TRUE(store().add_member(kTenant, "g", "u", soon_));
    ASSERT_TRUE(store().add_owner(kTenant, "g", "u", soon_));
    put_photo(user_);
    put_photo({kTenant, OwnerKind::contact, "c"});
    recorded();
    ASSERT_TRUE(store().users().remove(kTenant, "U", at(9), soon_).value());
    EXPECT_EQ(recorded_in_any_order(), "3:c 3:d 3:u 4:g 5:g 7:c 7:u");
    ASSERT_TRUE(store().groups().remove(kTenant, "G", at(9), soon_).value());
    EXPECT_EQ(recorded(), "3:g");
}

TEST_P(ChangesContract, AWriteThatFailsRecordsNothing) {
    add_people();
    put_photo(user_);
    recorded();
    EXPECT_EQ(fault_of_add(user("u", "w@x")), Fault::conflict);
    EXPECT_EQ(fault_of_put(user_, {.must_not_exist = true}), Fault::precondition_failed);
    EXPECT_EQ(fault_of_put({kTenant, OwnerKind::user, "w"}), Fault::no_owner);
    EXPECT_FALSE(store().add_group(group("h"), {"u"}, {"nobody"}, soon_));
    EXPECT_FALSE(store().users().change(
        kTenant, "u", [](auto&) -> Result<void> { return fail(Fault::malformed, ""); }, soon_));
    EXPECT_FALSE(store().users().remove(kTenant, "w", at(1), soon_).value());
    EXPECT_EQ(recorded(), "");
}

TEST_P(ChangesContract, APhotosVersionAscendsAlsoOverADelete) {
    add_people();
    const auto first = put_photo(user_);
    const auto second = put_photo(user_);
    EXPECT_GT(second.version, first.version);
    ASSERT_TRUE(catalog().remove(user_, {}, at(1), soon_).value());
    const auto third = put_photo(user_);
    EXPECT_GT(third.version, second.version);
    EXPECT_EQ(catalog().find(user_, soon_).value()->version, third.version);
    EXPECT_EQ(catalog().list({}, 1, soon_).value().front().photo.version, third.version);
    bed_->reopen();
    EXPECT_EQ(catalog().find(user_, soon_).value()->version, third.version);
}

TEST_P(ChangesContract, ChangesComeInPages) {
    add_people();
    for (int i = 0; i < 5; ++i) put_photo(user_, at(i));
    const auto all = changes();
    for (const std::size_t limit : {1U, 3U, 100U}) {
        std::vector<photo::Change> read;
        std::int64_t after = 0;
        for (auto page = changes(after, limit); !page.empty(); page = changes(after, limit)) {
            EXPECT_LE(page.size(), limit);
            read.insert(read.end(), page.begin(), page.end());
            after = page.back().seq;
        }
        EXPECT_EQ(read, all);
    }
    EXPECT_TRUE(changes(0, 0).empty());
    EXPECT_TRUE(changes(all.back().seq).empty());
}

TEST_P(ChangesContract, OldChangesArePrunedUpToTheFirstRecentOne) {
    const auto now = SystemClock().now() + std::chrono::days(365);
    const auto old = now - photo::kChangesKept;
    add(user("u", "u@x"));  // a year ago
    for (const auto when : {old, now + 1h, old + 1ms, old, now}) put_photo(user_, when);
    const auto all = changes();
    ASSERT_EQ(all.size(), 6U);
    EXPECT_EQ(catalog().prune_changes(now, 2, soon_).value(), 2U);
    EXPECT_EQ(changes(all[1].seq).front(), all[2]);
    EXPECT_EQ(catalog().prune_changes(now, 100, soon_).value(), 1U) << "ahead of the clock";
    EXPECT_EQ(changes(all[2].seq).front(), all[3]);
    EXPECT_EQ(catalog().prune_changes(now, 100, soon_).value(), 0U);
    EXPECT_EQ(changes(all[2].seq).size(), 3U) << "no gap";
}

TEST_P(ChangesContract, AReaderWhosePositionIsOlderThanTheOldestKeptChangeIsTold) {
    EXPECT_TRUE(is_known(0)) << "there was no change yet";
    const auto now = SystemClock().now() + std::chrono::days(365);
    add(user("u", "u@x"));
    for (const auto when : {now - photo::kChangesKept, now - 1h, now}) put_photo(user_, when);
    const auto all = changes();
    ASSERT_EQ(catalog().prune_changes(now, 100, soon_).value(), 2U);
    EXPECT_FALSE(is_known(0));
    EXPECT_FALSE(is_known(all[0].seq));
    EXPECT_EQ(changes(all[1].seq), std::vector(all.begin() + 2, all.end()));
    EXPECT_EQ(changes(all[2].seq), std::vector{all[3]});
    EXPECT_TRUE(is_known(all[3].seq));
    EXPECT_FALSE(is_known(all[3].seq + 1)) << "of another catalog";
    EXPECT_FALSE(is_known(-1));
    ASSERT_EQ(catalog().prune_changes(now + 2 * photo::kChangesKept, 100, soon_).value(), 2U);
    bed_->reopen();
    EXPECT_FALSE(is_known(all[2].seq)) << "every change was pruned";
    EXPECT_TRUE(changes(all[3].seq).empty());
    EXPECT_FALSE(is_known(all[3].seq + 1));
}

TEST_P(ChangesContract, AClockThatWasSetBackPrunesNothing) {
    const auto now = SystemClock().now();
    add(user("u", "u@x"));
    put_photo(user_, now);
    const auto all = changes();
    EXPECT_EQ(catalog().prune_changes(now - std::chrono::days(365), 100, soon_).value(), 0U);
    EXPECT_EQ(changes(), all);
}

TEST_P(ChangesContract, ASeqIsNeverUsedAgain) {
    add_people();
    const auto last = put_photo(user_).version;
    const auto later = SystemClock().now() + std::chrono::days(365);
    EXPECT_GT(catalog().prune_changes(later, 10'000, soon_).value(), 0U);
    EXPECT_TRUE(changes(last).empty());
    bed_->reopen();
    EXPECT_EQ(put_photo(user_).version, last + 1);
}

TEST_P(ChangesContract, ADeadlineThatHasPassedIsBusy) {
    EXPECT_EQ(catalog().changes(0, 1, passed_).error().fault, Fault::busy);
    EXPECT_EQ(catalog().prune_changes(at(1), 1, passed_).error().fault, Fault::busy);
}

}  // namespace cameo::store::contract
