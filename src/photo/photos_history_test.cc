#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "photo/photos.h"
#include "store/contract/failing_blob_store.h"
#include "store/memory/memory_blob_store.h"
#include "store/memory/memory_store.h"

namespace cameo::photo {
namespace {

using store::contract::FailingBlobStore;

// Makes two renditions whose bytes are those of the upload.
class CopyingRenderer final : public ImageRenderer {
  public:
    Result<RenderedPhoto> render(ByteView upload, const RenderOptions&, Deadline) override {
        ++renders;
        const Bytes bytes(upload.begin(), upload.end());
        return RenderedPhoto{{{{48, 48}, bytes}, {{64, 64}, bytes}}};
    }
    int renders = 0;
};

class PhotosHistoryTest : public testing::Test {
  protected:
    Photos make_photos(BlobStore& blobs, std::chrono::days former_photo_days) {
        return {catalog_,
                blobs,
                gc_lock_,
                renderer_,
                clock_,
                [](const Photo& photo, const Rendition&) { return photo.etag; },
                {.rendition_cache_bytes = 16 << 20,
                 .photo_cache_entries = 1600,
                 .former_photo_days = former_photo_days}};
    }
    Result<Photos::Put> put(std::string_view bytes, const WriteCondition& condition = {},
                            const std::string& run = "") {
        clock_.advance(std::chrono::seconds(1));
        return photos_.put(
            owner_,
            {.bytes = as_bytes(bytes), .origin = {.source = "api", .by = "ann", .run = run}},
            condition, soon_);
    }
    std::string shown(Photos& photos) {
        const auto content = photos.find_content(
            owner_, [](const Photo& photo) { return &photo.largest(); }, Wait::until(soon_));
        return content ? std::string(as_text((**content)->jpeg)) : "none";
    }
    std::vector<FormerPhoto> former() { return catalog_.former_photos(owner_, soon_).value(); }
    std::size_t blob_count() { return blobs_.list("", 1'000, soon_)->size(); }
    void damage(const std::string& blob_key) {
        ASSERT_TRUE(blobs_.remove(blob_key, soon_));
        ASSERT_TRUE(blobs_.put(blob_key, as_bytes("damaged"), soon_));
    }
    Photo present() { return catalog_.find(owner_, soon_).value().value(); }

    store::memory::MemoryCatalog catalog_;
    store::memory::MemoryBlobStore blobs_;
    CopyingRenderer renderer_;
    ManualClock clock_{Instant(std::chrono::milliseconds(1'800'000'000'000))};
    GcLock gc_lock_{catalog_, clock_};
    Photos photos_ = make_photos(blobs_, std::chrono::days(30));
    OwnerKey owner_{"t", OwnerKind::user, "u"};
    Deadline soon_ = deadline_in(std::chrono::seconds(10));
    const WriteCondition unless_locked_{.unless_locked = true};
};

TEST_F(PhotosHistoryTest, AReplacedAndARemovedPhotoBecomeFormerPhotos) {
    ASSERT_TRUE(put("one"));
    ASSERT_TRUE(put("two"));
    ASSERT_TRUE(photos_.remove(owner_, {}, soon_, "bob"));
    const auto kept = former();
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].replaced_by, "bob");
    EXPECT_EQ(kept[1].replaced_by, "ann");
    const auto largest = [](const Photo& photo) { return &photo.largest(); };
    const auto content = photos_.read_former(owner_, kept[1].id, largest, soon_);
    ASSERT_TRUE(content);
    EXPECT_EQ(as_text(content->jpeg), "one");
    EXPECT_EQ(content->content_type, "image/jpeg");
    const auto none = [](const Photo&) { return nullptr; };
    EXPECT_EQ(photos_.read_former(owner_, kept[1].id, none, soon_).error().fault, Fault::no_photo);
    EXPECT_EQ(photos_.read_former(owner_, "x", largest, soon_).error().fault, Fault::no_photo);
}

TEST_F(PhotosHistoryTest, IdenticalBytesMakeNoFormerPhoto) {
    ASSERT_TRUE(put("one"));
    EXPECT_EQ(put("one"), Photos::Put::unchanged);
    EXPECT_TRUE(former().empty());
}

TEST_F(PhotosHistoryTest, ADamagedBlobThatIsStoredAnewMakesNoFormerPhoto) {
    ASSERT_TRUE(put("one"));
    const auto before = present();
    damage(before.blob_key);
    EXPECT_EQ(put("one"), Photos::Put::stored);
    EXPECT_EQ(present().etag, before.etag);
    EXPECT_TRUE(former().empty());
    EXPECT_EQ(catalog_.retired(Instant::max(), 10, soon_)->size(), 1U);
}

TEST_F(PhotosHistoryTest, APhotoWhoseBytesAreLostMakesNoFormerPhoto) {
    ASSERT_TRUE(put("one"));
    damage(present().blob_key);
    ASSERT_TRUE(put("two"));
    EXPECT_TRUE(former().empty());
    ASSERT_TRUE(blobs_.remove(present().blob_key, soon_));
    ASSERT_TRUE(photos_.remove(owner_, {}, soon_));
    EXPECT_TRUE(former().empty());
}

TEST_F(PhotosHistoryTest, APhotoThatCannotBeReadBecomesAFormerPhoto) {
    ASSERT_TRUE(put("one"));
    FailingBlobStore failing(blobs_, [](auto call, auto&) {
        const bool fails = call == FailingBlobStore::Call::read;
        return fails ? std::optional(Error{Fault::internal, "EIO"}) : std::nullopt;
    });
    auto photos = make_photos(failing, std::chrono::days(30));
    ASSERT_TRUE(photos.put(owner_, {.bytes = as_bytes("two")}, {}, soon_));
    ASSERT_TRUE(photos.remove(owner_, {}, soon_));
    EXPECT_EQ(former().size(), 2U);
}

TEST_F(PhotosHistoryTest, ARepairMakesNoFormerPhoto) {
    ASSERT_TRUE(put("one"));
    ASSERT_TRUE(put("two", {.blob_key = present().blob_key}));
    ASSERT_TRUE(photos_.remove(owner_, {.blob_key = present().blob_key}, soon_));
    EXPECT_TRUE(former().empty());
}

TEST_F(PhotosHistoryTest, WithoutDaysNoFormerPhotoIsKept) {
    auto photos = make_photos(blobs_, std::chrono::days(0));
    ASSERT_TRUE(photos.put(owner_, {.bytes = as_bytes("one")}, {}, soon_));
    ASSERT_TRUE(photos.put(owner_, {.bytes = as_bytes("two")}, {}, soon_));
    ASSERT_TRUE(photos.remove(owner_, {}, soon_));
    EXPECT_TRUE(former().empty());
}

TEST_F(PhotosHistoryTest, APhotoOfAContactIsNotKept) {
    const OwnerKey contact{"t", OwnerKind::contact, "c"};
    for (const auto* bytes : {"one", "two"})
        ASSERT_TRUE(photos_.put(contact, {.bytes = as_bytes(std::string_view(bytes))}, {}, soon_));
    EXPECT_TRUE(catalog_.list_former("", 10, soon_)->empty());
}

TEST_F(PhotosHistoryTest, ARestoredPhotoIsReadAtOnceAndIsNotRenderedAgain) {
    ASSERT_TRUE(put("one"));
    const auto etag = present().etag;
    ASSERT_TRUE(put("two"));
    EXPECT_EQ(shown(photos_), "two");
    const int renders = renderer_.renders;
    ASSERT_TRUE(photos_.restore(owner_, former()[0].id, "eve", {}, soon_));
    EXPECT_EQ(shown(photos_), "one");
    EXPECT_EQ(present().etag, etag);
    EXPECT_EQ(present().origin, (Origin{.source = "restored", .by = "eve"}));
    EXPECT_EQ(renderer_.renders, renders);
    EXPECT_EQ(put("one"), Photos::Put::unchanged) << "the same upload";
}

TEST_F(PhotosHistoryTest, AFormerPhotoThatIsNotWholeIsNotRestored) {
    ASSERT_TRUE(put("one"));
    ASSERT_TRUE(put("two"));
    const auto one = former()[0];
    damage(one.photo.blob_key);
    EXPECT_EQ(photos_.restore(owner_, one.id, "eve", {}, soon_).error().fault, Fault::internal);
    const auto largest = [](const Photo& photo) { return &photo.largest(); };
    EXPECT_EQ(photos_.read_former(owner_, one.id, largest, soon_).error().fault, Fault::internal);
    EXPECT_EQ(shown(photos_), "two");
    EXPECT_EQ(former().size(), 1U);
}

TEST_F(PhotosHistoryTest, ALockIsCheckedBeforeAnUploadIsRendered) {
    ASSERT_TRUE(put("one"));
    ASSERT_TRUE(photos_.set_lock(owner_, true, soon_));
    for (const auto* bytes : {"two", "one"}) {
        const auto refused = put(bytes, unless_locked_);
        ASSERT_FALSE(refused) << bytes;
        EXPECT_EQ(refused.error().fault, Fault::denied);
        EXPECT_EQ(refused.error().detail, kLocked);
    }
    EXPECT_EQ(renderer_.renders, 1);
    EXPECT_EQ(blob_count(), 1U);
    EXPECT_EQ(photos_.remove(owner_, unless_locked_, soon_).error().fault, Fault::denied);
    EXPECT_EQ(photos_.erase(owner_, unless_locked_, soon_).error().fault, Fault::denied);
    EXPECT_TRUE(put("two"));
}

TEST_F(PhotosHistoryTest, AnUploadForAnUnknownOrUndoneRunIsNotRendered) {
    EXPECT_EQ(put("one", {}, "no run").error().fault, Fault::malformed);
    const auto run = photos_.start_run("t", "photos", "eve", soon_);
    ASSERT_TRUE(run);
    ASSERT_TRUE(photos_.undo_run(*run, "eve", soon_));
    EXPECT_EQ(put("one", {}, run->id).error().fault, Fault::malformed);
    EXPECT_EQ(renderer_.renders, 0);
    EXPECT_EQ(blob_count(), 0U);
}

TEST_F(PhotosHistoryTest, AnErasureDeletesTheBlobsAtOnceAndForgetsWhatWasCached) {
    ASSERT_TRUE(put("one"));
    EXPECT_EQ(shown(photos_), "one");
    ASSERT_TRUE(put("two"));
    EXPECT_EQ(shown(photos_), "two");
    ASSERT_TRUE(photos_.remove_former(owner_, former()[0].id, {}, soon_));
    ASSERT_TRUE(put("three"));
    EXPECT_EQ(blob_count(), 3U);
    ASSERT_TRUE(photos_.erase(owner_, {}, soon_));
    EXPECT_EQ(blob_count(), 0U);
    EXPECT_EQ(shown(photos_), "none");
    EXPECT_TRUE(former().empty());
    EXPECT_TRUE(catalog_.retired(Instant::max(), 10, soon_)->empty());
    EXPECT_TRUE(photos_.erase(owner_, {}, soon_)) << "again";
}

TEST_F(PhotosHistoryTest, AnErasureDuringALeaseIsRefusedAndChangesNothing) {
    ASSERT_TRUE(put("one"));
    ASSERT_TRUE(put("two"));
    ASSERT_TRUE(gc_lock_.take_lease("of a backup"));
    const auto refused = photos_.erase(owner_, {}, soon_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::busy);
    EXPECT_EQ(shown(photos_), "two");
    EXPECT_EQ(former().size(), 1U);
    EXPECT_EQ(blob_count(), 2U);
    ASSERT_TRUE(gc_lock_.end_lease("of a backup"));
    ASSERT_TRUE(photos_.erase(owner_, {}, soon_));
    EXPECT_EQ(blob_count(), 0U);
}

TEST_F(PhotosHistoryTest, AnErasureThatCannotDeleteABlobIsCompletedByTheNext) {
    bool fails = true;
    FailingBlobStore failing(blobs_, [&](auto call, auto&) {
        const bool refused = fails && call == FailingBlobStore::Call::remove;
        return refused ? std::optional(Error{Fault::internal, "disk I/O error"}) : std::nullopt;
    });
    auto photos = make_photos(failing, std::chrono::days(30));
    ASSERT_TRUE(put("one"));
    EXPECT_EQ(photos.erase(owner_, {}, soon_).error().fault, Fault::internal);
    EXPECT_EQ(shown(photos), "none");
    EXPECT_EQ(catalog_.retired(Instant::max(), 10, soon_)->size(), 1U) << "for the sweep";
    fails = false;
    ASSERT_TRUE(photos.erase(owner_, {}, soon_));
    EXPECT_EQ(blob_count(), 0U);
}

TEST_F(PhotosHistoryTest, AnUndoneRunGivesBackTheFormerPhotoAndRemovesNewOnes) {
    const OwnerKey other{"t", OwnerKind::user, "other"};
    ASSERT_TRUE(put("one"));
    const auto run = photos_.start_run("t", "photos", "eve", soon_).value();
    ASSERT_TRUE(put("two", {}, run.id));
    ASSERT_TRUE(
        photos_.put(other, {.bytes = as_bytes("new"), .origin = {.run = run.id}}, {}, soon_));
    EXPECT_EQ(shown(photos_), "two");
    const auto undone = photos_.undo_run(run, "eve", soon_);
    ASSERT_TRUE(undone);
    EXPECT_EQ(undone->restored, 1U);
    EXPECT_EQ(undone->removed, 1U);
    EXPECT_EQ(undone->kept, 0U);
    EXPECT_EQ(shown(photos_), "one");
    EXPECT_FALSE(catalog_.find(other, soon_).value());
    const auto again = photos_.undo_run(run, "eve", soon_).value();
    EXPECT_EQ(again.restored + again.removed + again.kept, 0U);
}

TEST_F(PhotosHistoryTest, AnUndoneRunKeepsAPhotoWhoseFormerOneIsLostOrWasNotKept) {
    const OwnerKey other{"t", OwnerKind::user, "other"};
    const auto run = photos_.start_run("t", "photos", "eve", soon_).value();
    ASSERT_TRUE(put("one"));
    ASSERT_TRUE(put("two", {}, run.id));
    damage(former()[0].photo.blob_key);
    auto photos = make_photos(blobs_, std::chrono::days(0));
    ASSERT_TRUE(photos.put(other, {.bytes = as_bytes("one")}, {}, soon_));
    ASSERT_TRUE(
        photos.put(other, {.bytes = as_bytes("two"), .origin = {.run = run.id}}, {}, soon_));
    const auto undone = photos_.undo_run(run, "eve", soon_).value();
    EXPECT_EQ(undone.kept, 2U);
    EXPECT_EQ(undone.restored + undone.removed, 0U);
    EXPECT_EQ(shown(photos_), "two");
    EXPECT_TRUE(catalog_.find(other, soon_).value());
}

TEST_F(PhotosHistoryTest, AnUndoOfManyOwnersTakesSeveralBatches) {
    constexpr int kOwners = 2 * Photos::kUndoBatch + 1;
    const auto run = photos_.start_run("t", "photos", "eve", soon_).value();
    for (int i = 0; i < kOwners; ++i) {
        const OwnerKey owner{"t", OwnerKind::user, std::to_string(i)};
        ASSERT_TRUE(
            photos_.put(owner, {.bytes = as_bytes("new"), .origin = {.run = run.id}}, {}, soon_));
    }
    EXPECT_EQ(photos_.undo_run(run, "eve", soon_)->removed, std::size_t{kOwners});
    EXPECT_TRUE(catalog_.list(std::nullopt, 10, soon_)->empty());
}

}  // namespace
}  // namespace cameo::photo
