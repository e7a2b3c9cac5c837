#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "store/contract/store_bed.h"

// The suite that every catalog passes. In the store's own test program:
//     INSTANTIATE_TEST_SUITE_P(Sqlite, CatalogContract, testing::Values(sqlite_bed));
namespace cameo::store::contract {

class CatalogContract : public StoreFixture {
  protected:
    using Keys = std::vector<std::string>;

    CatalogContract() { add_owner(owner_); }

    std::optional<photo::Photo> find(const OwnerKey& owner) {
        const auto found = catalog().find(owner, soon_);
        EXPECT_TRUE(found) << (found ? "" : found.error().detail);
        return found.value_or(std::nullopt);
    }
    // Gives the photo as the catalog has it afterwards. Adds the owner where it is missing.
    photo::Photo put(const OwnerKey& owner, Instant modified = at(1'000)) {
        add_owner(owner);
        return put_photo(owner, modified);
    }
    photo::Photo put(const OwnerKey& owner, photo::Photo photo) {
        const auto version = catalog().put(owner, photo, {}, soon_);
        EXPECT_TRUE(version) << (version ? "" : version.error().detail);
        photo.version = version.value_or(0);
        return photo;
    }
    Keys retired(Instant before = at(1LL << 50), std::size_t limit = 1000) {
        return catalog().retired(before, limit, soon_).value();
    }
    static std::chrono::sys_seconds second(int number) {
        return std::chrono::sys_seconds(std::chrono::seconds(number));
    }
    Keys unknown(const Keys& keys) { return catalog().unknown_blobs(keys, soon_).value(); }

    OwnerKey owner_{"11111111-1111-4111-8111-111111111111", OwnerKind::user,
                    "aaaaaaaa-0000-4000-8000-000000000001"};
    photo::WriteCondition must_exist_{.must_exist = true};
    photo::WriteCondition must_not_exist_{.must_not_exist = true};
};

TEST_P(CatalogContract, FindsNothingForAnUnknownOwner) { EXPECT_FALSE(find(owner_)); }

TEST_P(CatalogContract, ReturnsEveryMemberOfThePhoto) {
    const auto photo = put(owner_);
    EXPECT_EQ(find(owner_), photo);
}

TEST_P(CatalogContract, KeepsEveryValueAtItsLimits) {
    auto photo = sample_photo(at(-1));
    photo.content_type = "image/gif; of=\"'quotes'\"";
    photo.origin = {};
    photo.storage = PhotoStorage::mailbox;
    photo.upload_hash.fill(0);
    constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
    photo.renditions.assign(
        255, {.size = {65'535, 1}, .offset = kMost, .length = kMost, .crc32c = kMost});
    photo = put(owner_, photo);
    EXPECT_EQ(find(owner_), photo);
}

TEST_P(CatalogContract, AReplacedPhotosBlobIsRetiredAtTheTimeOfTheNewOne) {
    const auto old = put(owner_, at(1'000));
    EXPECT_TRUE(retired().empty());
    const auto now = put(owner_, at(2'000));
    EXPECT_EQ(find(owner_), now);
    EXPECT_EQ(retired(at(2'001)), Keys{old.blob_key});
    EXPECT_TRUE(retired(at(2'000)).empty());
}

TEST_P(CatalogContract, ThePhotoThatKeepsItsBlobDoesNotRetireIt) {
    auto photo = put(owner_);
    photo.origin = {.source = "import", .by = "an-app", .run = "0123"};
    photo.crop = {.x = 120, .y = 80, .side = 900, .rotate = 90};
    photo = put(owner_, photo);
    EXPECT_EQ(find(owner_), photo);
    EXPECT_TRUE(retired().empty());
}

TEST_P(CatalogContract, ARemovedPhotoIsGoneAndItsBlobRetired) {
    const auto photo = put(owner_, at(1'000));
    EXPECT_TRUE(catalog().remove(owner_, {}, at(5'000), soon_).value());
    EXPECT_FALSE(find(owner_));
    EXPECT_TRUE(retired(at(5'000)).empty());
    EXPECT_EQ(retired(at(5'001)), Keys{photo.blob_key});
}

TEST_P(CatalogContract, RemovingAMissingPhotoIsFalseWhateverTheCondition) {
    EXPECT_FALSE(catalog().remove(owner_, {}, at(1), soon_).value());
    EXPECT_FALSE(catalog().remove(owner_, must_exist_, at(1), soon_).value());
    EXPECT_FALSE(catalog().remove(owner_, {.any_of = Keys{"A"}}, at(1), soon_).value());
    EXPECT_TRUE(retired().empty());
}

TEST_P(CatalogContract, ConditionsOfAPutWhereThereIsNoPhoto) {
    EXPECT_EQ(fault_of_put(owner_, must_exist_), Fault::precondition_failed);
    EXPECT_EQ(fault_of_put(owner_, {.any_of = Keys{"A"}}), Fault::precondition_failed);
    EXPECT_EQ(fault_of_put(owner_, {.any_of = Keys{}}), Fault::precondition_failed);
    EXPECT_FALSE(find(owner_));
    EXPECT_TRUE(catalog().put(owner_, sample_photo(),
                              {.none_of = Keys{"A"}, .unmodified_since = second(0)}, soon_));
    EXPECT_TRUE(catalog().remove(owner_, {}, at(1), soon_).value());
    EXPECT_TRUE(catalog().put(owner_, sample_photo(), must_not_exist_, soon_));
}

TEST_P(CatalogContract, ConditionsOfAPutWhereThereIsAPhoto) {
    const auto photo = put(owner_);
    EXPECT_EQ(fault_of_put(owner_, must_not_exist_), Fault::precondition_failed);
    EXPECT_EQ(fault_of_put(owner_, {.any_of = Keys{"A", ""}}), Fault::precondition_failed);
    EXPECT_EQ(fault_of_put(owner_, {.any_of = Keys{}}), Fault::precondition_failed);
    EXPECT_EQ(find(owner_), photo);
    EXPECT_TRUE(retired().empty());
    EXPECT_TRUE(catalog().put(owner_, sample_photo(), must_exist_, soon_));
    const auto etag = find(owner_)->etag;
    EXPECT_TRUE(catalog().put(owner_, sample_photo(), {.any_of = Keys{"A", etag}}, soon_));
    EXPECT_EQ(retired().size(), 2U);
}

TEST_P(CatalogContract, AWriteForAnotherEtagOrAnOlderPhotoIsRefused) {
    const auto photo = put(owner_, at(7'500));
    const photo::WriteCondition same_etag{.none_of = Keys{"A", photo.etag}};
    const photo::WriteCondition older{.unmodified_since = second(6)};
    for (const auto& condition : {same_etag, older})
        EXPECT_EQ(fault_of_put(owner_, condition), Fault::precondition_failed);
    EXPECT_EQ(find(owner_), photo);
    EXPECT_TRUE(
        catalog()
            .remove(owner_, {.none_of = Keys{"A"}, .unmodified_since = second(7)}, at(8'000), soon_)
            .value());
}

TEST_P(CatalogContract, ConditionsOfARemove) {
    const auto photo = put(owner_, at(7'500));
    for (const auto& condition : {must_not_exist_, photo::WriteCondition{.any_of = Keys{"A"}},
                                  photo::WriteCondition{.none_of = Keys{photo.etag}},
                                  photo::WriteCondition{.unmodified_since = second(6)}}) {
        const auto removed = catalog().remove(owner_, condition, at(1), soon_);
        ASSERT_FALSE(removed);
        EXPECT_EQ(removed.error().fault, Fault::precondition_failed);
    }
    EXPECT_EQ(find(owner_), photo);
    EXPECT_TRUE(retired().empty());
    EXPECT_TRUE(catalog().remove(owner_, {.any_of = Keys{photo.etag}}, at(1), soon_).value());
}

TEST_P(CatalogContract, AConditionOnTheBlobDistinguishesPhotosWithTheSameEtag) {
    const auto first = put(owner_);
    auto again = sample_photo();
    again.etag = first.etag;
    again = put(owner_, again);
    const photo::WriteCondition condition{.blob_key = first.blob_key};
    EXPECT_EQ(fault_of_put(owner_, condition), Fault::precondition_failed);
    const auto removed = catalog().remove(owner_, condition, at(1), soon_);
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().fault, Fault::precondition_failed);
    EXPECT_EQ(find(owner_), again);
    EXPECT_TRUE(catalog().remove(owner_, {.blob_key = again.blob_key}, at(1), soon_).value());
}

TEST_P(CatalogContract, APutWithoutItsOwnerIsRefusedBeforeItsCondition) {
    OwnerKey other = owner_;
    other.id = "aaaaaaaa-0000-4000-8000-000000000002";
    OwnerKey upper = owner_;
    upper.id = "AAAAAAAA-0000-4000-8000-000000000001";
    OwnerKey group = owner_;
    group.kind = OwnerKind::group;
    OwnerKey tenant = owner_;
    tenant.tenant = kOther;
    for (const auto& owner : {other, upper, group, tenant}) {
        EXPECT_EQ(fault_of_put(owner), Fault::no_owner) << owner.id;
        EXPECT_EQ(fault_of_put(owner, must_exist_), Fault::no_owner) << owner.id;
        EXPECT_FALSE(find(owner));
    }
    EXPECT_TRUE(retired().empty());
}

TEST_P(CatalogContract, OwnersDifferByTenantKindAndId) {
    std::vector<OwnerKey> owners{owner_, owner_, owner_, owner_};
    owners[1].tenant = "22222222-2222-4222-8222-222222222222";
    owners[2].kind = OwnerKind::group;
    owners[3].id = "aaaaaaaa-0000-4000-8000-000000000002";
    std::vector<photo::Photo> photos;
    for (const auto& owner : owners) {
        EXPECT_FALSE(find(owner));
        photos.push_back(put(owner));
    }
    for (std::size_t i = 0; i < owners.size(); ++i) EXPECT_EQ(find(owners[i]), photos[i]);
    ASSERT_TRUE(catalog().remove(owners[1], {}, at(1), soon_).value());
    EXPECT_EQ(find(owners[0]), photos[0]);
    EXPECT_EQ(find(owners[2]), photos[2]);
}

TEST_P(CatalogContract, AnIdIsOnlyText) {
    const std::vector<std::string> ids{"",
                                       "'",
                                       "a'; DROP TABLE photos; --",
                                       R"("double" \back\)",
                                       "%",
                                       "_",
                                       "..",
                                       "../../etc/passwd",
                                       "a/b",
                                       "AAMkAGI2==",
                                       "AAMkAGI2",
                                       "aamkagi2",
                                       " a ",
                                       "a\nb\tc",
                                       "J\xc3\xbcrgen \xe2\x98\xba \xf0\x9f\x98\x80",
                                       "J\xc3\x9cRGEN",
                                       std::string(5'000, 'x'),
                                       std::string(5'000, 'x') + "y"};
    std::vector<photo::Photo> photos;
    for (const auto& id : ids) photos.push_back(put({owner_.tenant, OwnerKind::contact, id}));
    for (std::size_t i = 0; i < ids.size(); ++i)
        EXPECT_EQ(find({owner_.tenant, OwnerKind::contact, ids[i]}), photos[i]) << ids[i];
    EXPECT_TRUE(retired().empty());
}

TEST_P(CatalogContract, RetiredBlobsComeOldestFirstInPagesAndAreForgotten) {
    Keys order;
    for (const std::int64_t when : {30, 10, 20}) {
        const auto photo = put(owner_, at(1));
        order.push_back(photo.blob_key);
        ASSERT_TRUE(catalog().remove(owner_, {}, at(when), soon_).value());
    }
    EXPECT_EQ(retired(), (Keys{order[1], order[2], order[0]}));
    EXPECT_EQ(retired(at(30)), (Keys{order[1], order[2]}));
    EXPECT_EQ(retired(at(1'000), 1), Keys{order[1]});
    EXPECT_TRUE(retired(at(1'000), 0).empty());
    EXPECT_TRUE(catalog().forget_retired({order[1], "unheard of", order[0]}, soon_));
    EXPECT_EQ(retired(), Keys{order[2]});
    EXPECT_TRUE(catalog().forget_retired({}, soon_));
}

TEST_P(CatalogContract, BlobsAreRetiredAtALatestTime) {
    const auto early = put(owner_, at(1));
    ASSERT_TRUE(catalog().remove(owner_, {}, at(10), soon_).value());
    const auto ahead = put(owner_, at(1));
    ASSERT_TRUE(catalog().remove(owner_, {}, at(1'000), soon_).value());
    ASSERT_TRUE(catalog().limit_retired(at(1'000), soon_));
    EXPECT_EQ(retired(at(1'000)), Keys{early.blob_key});
    ASSERT_TRUE(catalog().limit_retired(at(20), soon_));
    bed_->reopen();
    EXPECT_EQ(retired(at(20)), Keys{early.blob_key});
    EXPECT_EQ(retired(at(21)), (Keys{early.blob_key, ahead.blob_key}));
    ASSERT_TRUE(catalog().limit_retired(at(10), soon_));
    EXPECT_TRUE(retired(at(10)).empty());
    EXPECT_EQ(catalog().limit_retired(at(1), passed_).error().fault, Fault::busy);
}

TEST_P(CatalogContract, OnlyBlobsOfPhotosAndRetiredBlobsAreKnown) {
    const auto replaced = put(owner_);
    const auto present = put(owner_);
    EXPECT_EQ(unknown({"no1", replaced.blob_key, present.blob_key, "no2"}), (Keys{"no1", "no2"}));
    ASSERT_TRUE(catalog().forget_retired({replaced.blob_key}, soon_));
    EXPECT_EQ(unknown({replaced.blob_key, present.blob_key}), Keys{replaced.blob_key});
    EXPECT_TRUE(unknown({}).empty());
}

TEST_P(CatalogContract, ListsEveryPhotoByTenantKindAndIdInPages) {
    const auto& tenant = owner_.tenant;
    const std::vector<OwnerKey> order{
        {"0", OwnerKind::contact, "z"},      {tenant, OwnerKind::user, ""},
        {tenant, OwnerKind::user, "A"},      {tenant, OwnerKind::user, "a\xc3\xa9"},
        {tenant, OwnerKind::group, "A"},     {tenant, OwnerKind::contact, "A=="},
        {tenant, OwnerKind::contact, "a=="}, {"2", OwnerKind::user, "1"}};
    EXPECT_TRUE(catalog().list({}, 10, soon_).value().empty());
    std::vector<photo::Photo> photos(order.size());
    for (std::size_t i = order.size(); i-- > 0;) photos[i] = put(order[i]);
    for (const std::size_t limit : {1U, 3U, 8U, 100U}) {
        std::optional<OwnerKey> after;
        std::size_t seen = 0;
        for (std::size_t pages = 0; pages <= order.size(); ++pages) {
            const auto page = catalog().list(after, limit, soon_).value();
            if (page.empty()) break;
            EXPECT_LE(page.size(), limit);
            for (const auto& [owner, photo] : page) {
                ASSERT_LT(seen, order.size());
                EXPECT_EQ(owner, order[seen]);
                EXPECT_EQ(photo, photos[seen++]);
            }
            after = page.back().owner;
        }
        EXPECT_EQ(seen, order.size()) << limit;
    }
    EXPECT_TRUE(catalog().list({}, 0, soon_).value().empty());
    const OwnerKey absent{tenant, OwnerKind::user, "b"};
    EXPECT_EQ(catalog().list(absent, 1, soon_).value().front().owner, order[4]);
}

TEST_P(CatalogContract, ADeadlineThatHasPassedIsBusyAndChangesNothing) {
    const auto photo = put(owner_);
    EXPECT_EQ(catalog().find(owner_, passed_).error().fault, Fault::busy);
    EXPECT_EQ(catalog().put(owner_, sample_photo(), {}, passed_).error().fault, Fault::busy);
    EXPECT_EQ(catalog().remove(owner_, {}, at(1), passed_).error().fault, Fault::busy);
    EXPECT_EQ(catalog().retired(at(1), 1, passed_).error().fault, Fault::busy);
    EXPECT_EQ(catalog().forget_retired({}, passed_).error().fault, Fault::busy);
    EXPECT_EQ(catalog().list({}, 1, passed_).error().fault, Fault::busy);
    EXPECT_EQ(catalog().unknown_blobs({}, passed_).error().fault, Fault::busy);
    EXPECT_EQ(find(owner_), photo);
    EXPECT_TRUE(retired().empty());
}

TEST_P(CatalogContract, OfManyWritersWithOneConditionExactlyOneWins) {
    for (int round = 0; round < 10; ++round) {
        const auto before = find(owner_);
        photo::WriteCondition condition;
        if (before) condition.any_of = Keys{before->etag};
        condition.must_not_exist = !before;
        std::atomic<int> won = 0, refused = 0;
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&] {
                const auto put = catalog().put(owner_, sample_photo(), condition, soon_);
                if (put) ++won;
                if (!put && put.error().fault == Fault::precondition_failed) ++refused;
            });
        threads.clear();
        EXPECT_EQ(won, 1);
        EXPECT_EQ(refused, 7);
    }
    EXPECT_EQ(retired().size(), 9U);
}

TEST_P(CatalogContract, EachThreadReadsItsOwnWrites) {
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            const OwnerKey mine{owner_.tenant, OwnerKind::user, std::to_string(t)};
            add_owner(mine);
            for (int i = 0; i < 25; ++i) {
                auto photo = sample_photo();
                const auto version = catalog().put(mine, photo, {}, soon_);
                if (!version) ++wrong;
                photo.version = version.value_or(0);
                const auto found = catalog().find(mine, soon_);
                if (!found || *found != photo) ++wrong;
                if (i % 5 != 0) continue;
                if (!catalog().remove(mine, {}, at(1), soon_).value_or(false)) ++wrong;
                if (catalog().find(mine, soon_).value_or(photo)) ++wrong;
            }
        });
    threads.clear();
    EXPECT_EQ(wrong, 0);
}

TEST_P(CatalogContract, KeepsItsDataWhenReopened) {
    const auto old = put(owner_);
    const auto photo = put(owner_);
    const OwnerKey other{owner_.tenant, OwnerKind::group, "g"};
    put(other);
    ASSERT_TRUE(catalog().remove(other, {}, at(1), soon_));
    if (!bed_->reopen()) GTEST_SKIP() << "not a durable catalog";
    EXPECT_EQ(find(owner_), photo);
    EXPECT_FALSE(find(other));
    EXPECT_EQ(retired().size(), 2U);
    EXPECT_TRUE(unknown({old.blob_key, photo.blob_key}).empty());
}

TEST_P(CatalogContract, ALeaseLastsToItsEndAndCanBeRenewedUntilItIsRemoved) {
    ASSERT_TRUE(catalog().add_lease("a", at(100), soon_));
    ASSERT_TRUE(catalog().add_lease("b", at(100), soon_));
    bed_->reopen();
    EXPECT_EQ(catalog().remove_ended_leases(at(99), soon_).value(), 2U);
    EXPECT_TRUE(catalog().renew_lease("b", at(200), soon_).value());
    EXPECT_EQ(catalog().remove_ended_leases(at(100), soon_).value(), 1U);
    EXPECT_FALSE(catalog().renew_lease("a", at(300), soon_).value()) << "ended, so removed";
    EXPECT_TRUE(catalog().renew_lease("b", at(300), soon_).value());
    EXPECT_EQ(catalog().remove_ended_leases(at(299), soon_).value(), 1U);
    ASSERT_TRUE(catalog().remove_lease("b", soon_));
    EXPECT_EQ(catalog().remove_ended_leases(at(0), soon_).value(), 0U);
    EXPECT_EQ(catalog().add_lease("c", at(1), passed_).error().fault, Fault::busy);
    EXPECT_EQ(catalog().renew_lease("c", at(1), passed_).error().fault, Fault::busy);
}

TEST_P(CatalogContract, LeasesAreLimitedToALatestEnd) {
    ASSERT_TRUE(catalog().add_lease("a", at(300), soon_));
    ASSERT_TRUE(catalog().add_lease("b", at(50), soon_));
    ASSERT_TRUE(catalog().limit_leases(at(200), soon_));
    ASSERT_TRUE(catalog().limit_leases(at(100), soon_));
    ASSERT_TRUE(catalog().limit_leases(at(300), soon_));
    bed_->reopen();
    EXPECT_EQ(catalog().remove_ended_leases(at(49), soon_).value(), 2U);
    EXPECT_EQ(catalog().remove_ended_leases(at(99), soon_).value(), 1U);
    EXPECT_EQ(catalog().remove_ended_leases(at(100), soon_).value(), 0U);
}

TEST_P(CatalogContract, ALeaseThatIsRemovedIsGone) {
    ASSERT_TRUE(catalog().add_lease("a", at(100), soon_));
    ASSERT_TRUE(catalog().add_lease("a", at(200), soon_));
    ASSERT_TRUE(catalog().remove_lease("a", soon_));
    ASSERT_TRUE(catalog().remove_lease("a", soon_));
    EXPECT_FALSE(catalog().renew_lease("a", at(300), soon_).value());
    EXPECT_EQ(catalog().remove_lease("a", passed_).error().fault, Fault::busy);
}

}  // namespace cameo::store::contract
