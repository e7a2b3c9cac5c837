#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "photo/history.h"
#include "store/contract/store_bed.h"

// The suite of photo::History, which every catalog passes. In the store's own test program:
//     INSTANTIATE_TEST_SUITE_P(Sqlite, HistoryContract, testing::Values(sqlite_bed));
namespace cameo::store::contract {

class HistoryContract : public StoreFixture {
  protected:
    using Keys = std::vector<std::string>;

    HistoryContract() { add_owner(owner_); }

    photo::Photo put(const OwnerKey& owner, std::int64_t modified, const std::string& run = "") {
        add_owner(owner);
        auto photo = sample_photo(at(modified));
        photo.origin.run = run;
        photo.crop = {.x = 1, .y = 2, .side = 90, .rotate = 180};
        const auto version = catalog().put(owner, photo, {}, soon_, replacement(run));
        EXPECT_TRUE(version) << (version ? "" : version.error().detail);
        photo.version = version.value_or(0);
        return photo;
    }
    static photo::Replacement replacement(const std::string& run = "") {
        return {.keeps_former = true, .by = "bob@contoso.com", .run = run};
    }
    std::vector<photo::FormerPhoto> former(const OwnerKey& owner) {
        return catalog().former_photos(owner, soon_).value();
    }
    std::optional<photo::Photo> find(const OwnerKey& owner) {
        return catalog().find(owner, soon_).value();
    }
    Keys retired() {
        auto keys = catalog().retired(at(1LL << 50), 1'000, soon_).value();
        std::ranges::sort(keys);
        return keys;
    }
    static Keys sorted(Keys keys) {
        std::ranges::sort(keys);
        return keys;
    }
    Result<std::int64_t> restore(const std::string& id,
                                 const photo::WriteCondition& condition = {}) {
        return catalog().restore(owner_, id, {.source = "restored", .by = "eve"}, at(9'000),
                                 condition, replacement(), soon_);
    }
    photo::Run add_run(const std::string& id, std::int64_t started = 5'000,
                       const std::string& tenant = kTenant) {
        photo::Run run{.id = id,
                       .tenant = tenant,
                       .name = "photos of " + id,
                       .started = at(started),
                       .started_by = "admin@contoso.com"};
        EXPECT_TRUE(catalog().add_run(run, soon_));
        return run;
    }
    // Undoes all that photos_of_run gives.
    photo::Undone undo(const photo::Run& run) {
        EXPECT_TRUE(catalog().mark_undone(run.tenant, run.id, at(8'000), soon_).value());
        std::vector<photo::UndoStep> steps;
        for (const auto& one : catalog().photos_of_run(run, std::nullopt, 100, soon_).value())
            steps.push_back({one.owner, one.blob_key, one.before ? one.before->id : ""});
        return catalog()
            .undo(run, steps, {.source = "restored", .by = "eve"}, at(8'000), replacement(), soon_)
            .value();
    }
    OwnerKey other(int number) {
        return {kTenant, OwnerKind::user,
                "aaaaaaaa-0000-4000-8000-0000000001" + std::to_string(number + 10)};
    }

    OwnerKey owner_{kTenant, OwnerKind::user, "aaaaaaaa-0000-4000-8000-000000000001"};
    photo::WriteCondition unless_locked_{.unless_locked = true};
};

TEST_P(HistoryContract, AReplacedPhotoBecomesAFormerPhotoWithAllItsMembers) {
    auto old = put(owner_, 1'000);
    const auto present = put(owner_, 2'000);
    const auto kept = former(owner_);
    ASSERT_EQ(kept.size(), 1U);
    old.version = 0;
    EXPECT_EQ(kept[0].photo, old);
    EXPECT_EQ(kept[0].owner, owner_);
    EXPECT_EQ(kept[0].id.size(), 32U);
    EXPECT_EQ(kept[0].replaced, at(2'000));
    EXPECT_EQ(kept[0].replaced_by, "bob@contoso.com");
    EXPECT_EQ(kept[0].replaced_run, "");
    EXPECT_EQ(find(owner_), present);
    EXPECT_TRUE(retired().empty());
    EXPECT_EQ(catalog().find_former(owner_, kept[0].id, soon_).value(), kept[0]);
}

TEST_P(HistoryContract, ARemovedPhotoBecomesAFormerPhoto) {
    put(owner_, 1'000);
    ASSERT_TRUE(catalog().remove(owner_, {}, at(3'000), soon_, replacement()).value());
    ASSERT_EQ(former(owner_).size(), 1U);
    EXPECT_EQ(former(owner_)[0].replaced, at(3'000));
    EXPECT_EQ(former(owner_)[0].replaced_by, "bob@contoso.com");
    EXPECT_TRUE(retired().empty());
}

TEST_P(HistoryContract, AReplacementThatKeepsNoFormerPhotoRetiresTheBlob) {
    const auto old = put(owner_, 1'000);
    ASSERT_TRUE(catalog().put(owner_, sample_photo(), {}, soon_));
    EXPECT_TRUE(former(owner_).empty());
    EXPECT_EQ(retired(), Keys{old.blob_key});
}

TEST_P(HistoryContract, ThePhotoThatKeepsItsBlobMakesNoFormerPhoto) {
    auto photo = put(owner_, 1'000);
    photo.origin.source = "import";
    ASSERT_TRUE(catalog().put(owner_, photo, {}, soon_, replacement()));
    EXPECT_TRUE(former(owner_).empty());
    EXPECT_TRUE(retired().empty());
}

TEST_P(HistoryContract, FormerPhotosAreListedByOwnerTheLastReplacedFirst) {
    const auto first = put(owner_, 1'000);
    const auto second = put(owner_, 2'000);
    const auto third = put(owner_, 2'000);
    put(owner_, 2'000);
    put(other(1), 1'000);
    put(other(1), 2'000);
    Keys order;
    for (const auto& one : former(owner_)) order.push_back(one.photo.blob_key);
    EXPECT_EQ(order, (Keys{third.blob_key, second.blob_key, first.blob_key}));
    EXPECT_FALSE(catalog().find_former(other(1), former(owner_)[0].id, soon_).value());
    EXPECT_FALSE(catalog().find_former(owner_, "", soon_).value());
}

TEST_P(HistoryContract, AllFormerPhotosAreListedInPages) {
    for (int i = 0; i < 5; ++i) put(i < 3 ? owner_ : other(1), 1'000 + i);
    Keys ids;
    std::string after;
    while (true) {
        const auto page = catalog().list_former(after, 2, soon_).value();
        if (page.empty()) break;
        EXPECT_LE(page.size(), 2U);
        for (const auto& one : page) ids.push_back(one.id);
        after = ids.back();
    }
    EXPECT_EQ(ids.size(), 3U);
    EXPECT_EQ(ids, sorted(ids));
}

TEST_P(HistoryContract, AnOwnerHasAtMostAHundredFormerPhotos) {
    const auto oldest = put(owner_, 1);
    for (std::size_t i = 0; i < photo::kMostFormerPhotos; ++i)
        put(owner_, 2 + static_cast<std::int64_t>(i));
    EXPECT_TRUE(retired().empty());
    put(owner_, 500);
    EXPECT_EQ(former(owner_).size(), photo::kMostFormerPhotos);
    EXPECT_EQ(retired(), Keys{oldest.blob_key});
}

TEST_P(HistoryContract, TheBlobOfAFormerPhotoIsKnown) {
    const auto old = put(owner_, 1'000);
    const auto present = put(owner_, 2'000);
    EXPECT_EQ(
        catalog().unknown_blobs({old.blob_key, "unheard of", present.blob_key}, soon_).value(),
        Keys{"unheard of"});
}

TEST_P(HistoryContract, ARestoredPhotoIsThePhotoAgainUnderItsOldEtag) {
    const auto old = put(owner_, 1'000);
    const auto present = put(owner_, 2'000);
    const auto id = former(owner_)[0].id;
    const auto version = restore(id);
    ASSERT_TRUE(version) << version.error().detail;
    auto wanted = old;
    wanted.modified = at(9'000);
    wanted.origin = {.source = "restored", .by = "eve"};
    wanted.version = *version;
    EXPECT_EQ(find(owner_), wanted);
    EXPECT_GT(*version, present.version);
    ASSERT_EQ(former(owner_).size(), 1U);
    EXPECT_EQ(former(owner_)[0].photo.blob_key, present.blob_key);
    EXPECT_TRUE(retired().empty());
    EXPECT_EQ(restore(id).error().fault, Fault::no_photo);
}

TEST_P(HistoryContract, TheOldestOfAHundredFormerPhotosCanBeRestored) {
    const auto oldest = put(owner_, 1);
    for (std::size_t i = 0; i < photo::kMostFormerPhotos; ++i)
        put(owner_, 2 + static_cast<std::int64_t>(i));
    ASSERT_TRUE(restore(former(owner_).back().id));
    EXPECT_EQ(find(owner_)->blob_key, oldest.blob_key);
    EXPECT_TRUE(retired().empty());
    EXPECT_EQ(former(owner_).size(), photo::kMostFormerPhotos);
}

TEST_P(HistoryContract, ARestoreWhoseConditionFailsChangesNothing) {
    put(owner_, 1'000);
    const auto present = put(owner_, 2'000);
    const auto id = former(owner_)[0].id;
    EXPECT_EQ(restore(id, {.any_of = Keys{"A"}}).error().fault, Fault::precondition_failed);
    EXPECT_EQ(restore(id, {.must_not_exist = true}).error().fault, Fault::precondition_failed);
    EXPECT_EQ(restore("none", {.any_of = Keys{"A"}}).error().fault, Fault::no_photo);
    EXPECT_EQ(find(owner_), present);
    EXPECT_EQ(former(owner_).size(), 1U);
    EXPECT_TRUE(restore(id, {.any_of = Keys{present.etag}}));
}

TEST_P(HistoryContract, ARestoreIsAChangeOfThePhoto) {
    put(owner_, 1'000);
    ASSERT_TRUE(catalog().remove(owner_, {}, at(2'000), soon_, replacement()).value());
    const auto last = catalog().last_change(soon_).value();
    ASSERT_TRUE(restore(former(owner_)[0].id));
    const auto changes = catalog().changes(last, 10, soon_).value();
    ASSERT_TRUE(changes);
    ASSERT_EQ(changes->size(), 1U);
    EXPECT_EQ((*changes)[0].what, photo::Change::What::photo_put);
    EXPECT_EQ((*changes)[0].owner, owner_);
    EXPECT_TRUE(former(owner_).empty());
}

TEST_P(HistoryContract, AFormerPhotoThatIsRemovedLeavesARetiredBlob) {
    const auto old = put(owner_, 1'000);
    put(owner_, 2'000);
    const auto id = former(owner_)[0].id;
    EXPECT_FALSE(catalog().remove_former(other(1), id, {}, at(3'000), soon_).value());
    EXPECT_TRUE(catalog().remove_former(owner_, id, {}, at(3'000), soon_).value());
    EXPECT_FALSE(catalog().remove_former(owner_, id, {}, at(3'000), soon_).value());
    EXPECT_TRUE(former(owner_).empty());
    EXPECT_EQ(retired(), Keys{old.blob_key});
    EXPECT_EQ(catalog().retired(at(3'001), 10, soon_).value(), Keys{old.blob_key});
    EXPECT_TRUE(catalog().retired(at(3'000), 10, soon_).value().empty());
}

TEST_P(HistoryContract, OldFormerPhotosArePrunedInBatchesTheOldestFirst) {
    const auto first = put(owner_, 1'000);
    const auto second = put(owner_, 2'000);
    const auto third = put(owner_, 3'000);
    put(owner_, 4'000);
    EXPECT_EQ(catalog().prune_former(at(2'000), at(9'000), 10, soon_).value(), 0U);
    EXPECT_EQ(catalog().prune_former(at(4'000), at(9'000), 1, soon_).value(), 1U);
    EXPECT_EQ(retired(), Keys{first.blob_key});
    EXPECT_EQ(catalog().prune_former(at(4'000), at(9'000), 10, soon_).value(), 1U);
    EXPECT_EQ(retired(), sorted({first.blob_key, second.blob_key}));
    EXPECT_TRUE(catalog().retired(at(9'000), 10, soon_).value().empty());
    ASSERT_EQ(former(owner_).size(), 1U);
    EXPECT_EQ(former(owner_)[0].photo.blob_key, third.blob_key);
}

TEST_P(HistoryContract, AFormerPhotoOfAWrongClockCountsAsReplacedNow) {
    put(owner_, 1'000);
    put(owner_, 90'000);
    EXPECT_EQ(catalog().prune_former(at(1'000), at(5'000), 10, soon_).value(), 0U);
    EXPECT_EQ(former(owner_)[0].replaced, at(5'000));
    EXPECT_EQ(catalog().prune_former(at(5'001), at(9'000), 10, soon_).value(), 1U);
}

TEST_P(HistoryContract, AnErasureRemovesThePhotoTheFormerOnesAndNamesAllBlobs) {
    const auto early = put(owner_, 500);
    const auto old = put(owner_, 1'000);
    const auto present = put(owner_, 2'000);
    ASSERT_TRUE(
        catalog().remove_former(owner_, former(owner_).back().id, {}, at(2'500), soon_).value());
    const auto theirs = put(other(1), 1'000);
    ASSERT_TRUE(catalog().remove(other(1), {}, at(1'500), soon_).value());
    const auto erased = catalog().erase(owner_, {}, at(3'000), soon_).value();
    EXPECT_EQ(sorted(erased.blob_keys), sorted({early.blob_key, old.blob_key, present.blob_key}));
    EXPECT_EQ(erased.photos.size(), 2U);
    EXPECT_FALSE(find(owner_));
    EXPECT_TRUE(former(owner_).empty());
    EXPECT_EQ(retired(), sorted({early.blob_key, old.blob_key, present.blob_key, theirs.blob_key}));
    const auto again = catalog().erase(owner_, {}, at(4'000), soon_).value();
    EXPECT_EQ(again.blob_keys.size(), 3U) << "until they are forgotten";
    ASSERT_TRUE(catalog().forget_retired(again.blob_keys, soon_));
    EXPECT_TRUE(catalog().erase(owner_, {}, at(5'000), soon_).value().blob_keys.empty());
    OwnerKey missing = owner_;
    missing.id = "nobody";
    EXPECT_EQ(catalog().erase(missing, {}, at(1), soon_).error().fault, Fault::no_owner);
}

TEST_P(HistoryContract, AnErasureRecordsTheChangeOfAPhotoOnlyOnce) {
    put(owner_, 1'000);
    const auto last = catalog().last_change(soon_).value();
    ASSERT_TRUE(catalog().erase(owner_, {}, at(3'000), soon_));
    ASSERT_TRUE(catalog().erase(owner_, {}, at(3'000), soon_));
    const auto changes = catalog().changes(last, 10, soon_).value();
    ASSERT_EQ(changes->size(), 1U);
    EXPECT_EQ((*changes)[0].what, photo::Change::What::photo_removed);
}

TEST_P(HistoryContract, FormerPhotosAndTheLockEndWithTheirOwner) {
    const auto old = put(owner_, 1'000);
    const auto present = put(owner_, 2'000);
    ASSERT_TRUE(catalog().set_lock(owner_, true, soon_));
    ASSERT_TRUE(store().users().remove(kTenant, owner_.id, at(3'000), soon_).value());
    EXPECT_TRUE(former(owner_).empty());
    EXPECT_EQ(retired(), sorted({old.blob_key, present.blob_key}));
    add_owner(owner_);
    EXPECT_FALSE(catalog().is_locked(owner_, soon_).value());
    EXPECT_TRUE(catalog().erase(owner_, {}, at(4'000), soon_).value().blob_keys.empty())
        << "retired blobs of an earlier owner belong to nobody";
}

TEST_P(HistoryContract, FormerPhotosOfAPersonsContactsAndOfAGroupEndWithThem) {
    const OwnerKey contact{kTenant, OwnerKind::contact, "c"};
    const OwnerKey group{kTenant, OwnerKind::group, "g"};
    for (const auto& owner : {contact, group}) {
        put(owner, 1'000);
        put(owner, 2'000);
        ASSERT_TRUE(catalog().remove(owner, {}, at(3'000), soon_, replacement()).value());
    }
    ASSERT_TRUE(store().users().remove(kTenant, "mailbox", at(4'000), soon_).value());
    EXPECT_EQ(retired().size(), 2U);
    EXPECT_EQ(former(group).size(), 2U);
    ASSERT_TRUE(store().groups().remove(kTenant, "g", at(4'000), soon_).value());
    EXPECT_EQ(retired().size(), 4U);
    EXPECT_TRUE(catalog().list_former("", 10, soon_).value().empty());
}

TEST_P(HistoryContract, ALockRefusesWritesThatAskForIt) {
    const auto photo = put(owner_, 1'000);
    put(owner_, 2'000);
    const auto id = former(owner_)[0].id;
    EXPECT_FALSE(catalog().is_locked(owner_, soon_).value());
    ASSERT_TRUE(catalog().set_lock(owner_, true, soon_));
    ASSERT_TRUE(catalog().set_lock(owner_, true, soon_));
    EXPECT_TRUE(catalog().is_locked(owner_, soon_).value());
    EXPECT_FALSE(catalog().is_locked(other(1), soon_).value());
    EXPECT_EQ(fault_of_put(owner_, unless_locked_), Fault::denied);
    EXPECT_EQ(catalog().remove(owner_, unless_locked_, at(1), soon_).error().fault, Fault::denied);
    EXPECT_EQ(restore(id, unless_locked_).error().fault, Fault::denied);
    EXPECT_EQ(catalog().erase(owner_, unless_locked_, at(1), soon_).error().fault, Fault::denied);
    EXPECT_EQ(former(owner_).size(), 1U);
    EXPECT_TRUE(restore(id)) << "an administrator's";
    EXPECT_EQ(find(owner_)->etag, photo.etag);
    ASSERT_TRUE(catalog().set_lock(owner_, false, soon_));
    EXPECT_TRUE(catalog().put(owner_, sample_photo(), unless_locked_, soon_));
}

TEST_P(HistoryContract, ALockIsDecidedBeforeTheConditionAndAfterTheOwner) {
    ASSERT_TRUE(catalog().set_lock(owner_, true, soon_));
    const photo::WriteCondition both{.must_exist = true, .unless_locked = true};
    EXPECT_EQ(fault_of_put(owner_, both), Fault::denied);
    EXPECT_EQ(catalog().remove(owner_, both, at(1), soon_).error().fault, Fault::denied);
    OwnerKey missing = owner_;
    missing.id = "nobody";
    EXPECT_EQ(fault_of_put(missing, both), Fault::no_owner);
    EXPECT_EQ(catalog().set_lock(missing, true, soon_).error().fault, Fault::no_owner);
}

TEST_P(HistoryContract, RunsAreListedByTenantTheLastStartedFirst) {
    auto first = add_run("r1", 1'000);
    auto second = add_run("r2", 3'000);
    auto third = add_run("r3", 3'000);
    auto theirs = add_run("r4", 2'000, kOther);
    put(owner_, 4'000, "r1");
    put(other(1), 4'000, "r1");
    first.photos = 2;
    using Runs = std::vector<photo::Run>;
    EXPECT_EQ(catalog().runs(kTenant, 10, soon_).value(), (Runs{third, second, first}));
    EXPECT_EQ(catalog().runs(kTenant, 1, soon_).value(), Runs{third});
    EXPECT_EQ(catalog().runs(kOther, 10, soon_).value(), Runs{theirs});
    EXPECT_EQ(catalog().find_run(kTenant, "r1", soon_).value(), first);
    EXPECT_FALSE(catalog().find_run(kOther, "r1", soon_).value());
    EXPECT_FALSE(catalog().find_run(kTenant, "", soon_).value());
}

TEST_P(HistoryContract, APutForARunThatIsUnknownForeignOrUndoneIsRefused) {
    add_run("r1");
    add_run("theirs", 5'000, kOther);
    add_run("undone");
    ASSERT_TRUE(catalog().mark_undone(kTenant, "undone", at(6'000), soon_).value());
    for (const auto* run : {"none", "theirs", "undone"}) {
        const auto put = catalog().put(owner_, sample_photo(), {}, soon_, replacement(run));
        ASSERT_FALSE(put) << run;
        EXPECT_EQ(put.error().fault, Fault::malformed);
    }
    EXPECT_FALSE(find(owner_));
    EXPECT_TRUE(catalog().put(owner_, sample_photo(), {}, soon_, replacement("r1")));
}

TEST_P(HistoryContract, AnUndoneRunKeepsTheTimeOfTheFirstCall) {
    add_run("r1");
    EXPECT_FALSE(catalog().mark_undone(kOther, "r1", at(6'000), soon_).value());
    EXPECT_TRUE(catalog().mark_undone(kTenant, "r1", at(6'000), soon_).value());
    EXPECT_TRUE(catalog().mark_undone(kTenant, "r1", at(7'000), soon_).value());
    EXPECT_EQ(catalog().find_run(kTenant, "r1", soon_).value()->undone, at(6'000));
}

TEST_P(HistoryContract, AnUndoGivesThePhotoFromBeforeTheRunOrNone) {
    const auto before = put(owner_, 1'000);
    const auto run = add_run("r1");
    put(owner_, 5'000, "r1");
    put(owner_, 6'000, "r1");  // twice in the same run
    put(other(1), 6'000, "r1");
    const auto undone = undo(run);
    EXPECT_EQ(undone.restored, 1U);
    EXPECT_EQ(undone.removed, 1U);
    EXPECT_EQ(undone.kept, 0U);
    EXPECT_EQ(find(owner_)->blob_key, before.blob_key);
    EXPECT_EQ(find(owner_)->etag, before.etag);
    EXPECT_EQ(find(owner_)->origin.run, "");
    EXPECT_FALSE(find(other(1)));
    EXPECT_EQ(former(owner_).size(), 2U);
    EXPECT_EQ(former(other(1)).size(), 1U);
    EXPECT_TRUE(retired().empty());
    EXPECT_EQ(catalog().changed_since_run(run, soon_).value(), 0U);
    const auto again = undo(run);
    EXPECT_EQ(again.restored + again.removed + again.kept, 0U);
}

TEST_P(HistoryContract, AnUndoKeepsAPhotoThatWasChangedSince) {
    put(owner_, 1'000);
    const auto run = add_run("r1");
    put(owner_, 5'000, "r1");
    const auto later = put(owner_, 6'000);
    put(other(1), 5'000, "r1");
    const auto of_run = put(other(1), 6'000);
    ASSERT_TRUE(catalog().remove(other(1), {}, at(6'500), soon_, replacement()).value());
    const auto undone = undo(run);
    EXPECT_EQ(undone.restored + undone.removed + undone.kept, 0U);
    EXPECT_EQ(catalog().changed_since_run(run, soon_).value(), 2U);
    EXPECT_EQ(find(owner_), later);
    EXPECT_FALSE(find(other(1)));
}

TEST_P(HistoryContract, AStepWhosePhotoOrFormerPhotoHasChangedIsKept) {
    put(owner_, 1'000);
    const auto run = add_run("r1");
    const auto mine = put(owner_, 5'000, "r1");
    const auto undo_one = [&](const photo::UndoStep& step) {
        return catalog().undo(run, {step}, {}, at(8'000), replacement(), soon_).value();
    };
    EXPECT_EQ(undo_one({owner_, "another blob", former(owner_)[0].id}).kept, 1U);
    EXPECT_EQ(undo_one({owner_, mine.blob_key, "gone"}).kept, 1U);
    EXPECT_EQ(undo_one({other(1), mine.blob_key, ""}).kept, 1U);
    EXPECT_EQ(find(owner_), mine);
}

TEST_P(HistoryContract, PhotosOfARunTellWhetherThereWasOneBeforeAndComeInPages) {
    put(owner_, 1'000);
    const auto run = add_run("r1");
    put(owner_, 5'000, "r1");
    put(owner_, 6'000, "r1");
    put(other(1), 5'000, "r1");
    put(other(2), 5'000);
    ASSERT_EQ(catalog().prune_former(at(5'500), at(9'000), 10, soon_).value(), 1U);
    const auto first = catalog().photos_of_run(run, std::nullopt, 1, soon_).value();
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].owner, owner_);
    EXPECT_TRUE(first[0].replaced) << "also where the photo from before is gone";
    EXPECT_FALSE(first[0].before);
    const auto second = catalog().photos_of_run(run, owner_, 10, soon_).value();
    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0].owner, other(1));
    EXPECT_FALSE(second[0].replaced);
}

TEST_P(HistoryContract, OldRunsArePrunedOnceNoFormerPhotoNamesThem) {
    put(owner_, 1'000);
    add_run("replaced", 1'000);
    add_run("added", 1'000);
    add_run("young", 9'000);
    put(owner_, 2'000, "replaced");
    put(other(1), 2'000, "added");
    EXPECT_EQ(catalog().prune_runs(at(1'000), 10, soon_).value(), 0U);
    EXPECT_EQ(catalog().prune_runs(at(5'000), 10, soon_).value(), 1U);
    EXPECT_FALSE(catalog().find_run(kTenant, "added", soon_).value());
    ASSERT_EQ(catalog().prune_former(at(2'001), at(9'000), 10, soon_).value(), 1U);
    EXPECT_EQ(catalog().prune_runs(at(5'000), 10, soon_).value(), 1U);
    EXPECT_TRUE(catalog().find_run(kTenant, "young", soon_).value());
}

TEST_P(HistoryContract, KeepsItsDataWhenReopened) {
    put(owner_, 1'000);
    const auto run = add_run("r1");
    put(owner_, 2'000, "r1");
    ASSERT_TRUE(catalog().set_lock(owner_, true, soon_));
    const auto kept = former(owner_);
    if (!bed_->reopen()) GTEST_SKIP() << "not a durable catalog";
    EXPECT_EQ(former(owner_), kept);
    EXPECT_TRUE(catalog().is_locked(owner_, soon_).value());
    EXPECT_EQ(catalog().find_run(kTenant, "r1", soon_).value()->photos, 1U);
    EXPECT_TRUE(catalog().photos_of_run(run, std::nullopt, 10, soon_).value()[0].before);
}

TEST_P(HistoryContract, EveryCallHasADeadline) {
    auto& history = catalog();
    const photo::Run run{.id = "r1", .tenant = kTenant};
    EXPECT_EQ(history.former_photos(owner_, passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.find_former(owner_, "", passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.list_former("", 1, passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.restore(owner_, "", {}, at(1), {}, {}, passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.remove_former(owner_, "", {}, at(1), passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.prune_former(at(1), at(1), 1, passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.erase(owner_, {}, at(1), passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.scrub(passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.set_lock(owner_, true, passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.is_locked(owner_, passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.add_run(run, passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.find_run(kTenant, "", passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.runs(kTenant, 1, passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.mark_undone(kTenant, "", at(1), passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.photos_of_run(run, {}, 1, passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.undo(run, {}, {}, at(1), {}, passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.changed_since_run(run, passed_).error().fault, Fault::busy);
    EXPECT_EQ(history.prune_runs(at(1), 1, passed_).error().fault, Fault::busy);
    EXPECT_TRUE(history.scrub(soon_));
}

}  // namespace cameo::store::contract
