#include "photo/photos.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "photo/sweep.h"
#include "store/contract/failing_blob_store.h"
#include "store/memory/memory_blob_store.h"
#include "store/memory/memory_store.h"

namespace cameo::photo {
namespace {

using store::contract::FailingBlobStore;

// Makes 48x48 and 64x64 from any upload, with bytes made from the upload; rejects "bad".
class FakeRenderer final : public ImageRenderer {
  public:
    Result<RenderedPhoto> render(ByteView upload, const RenderOptions& options, Deadline) override {
        ++renders;
        last = options;
        if (as_text(upload) == "bad") return fail(Fault::invalid_image, "The picture is bad.");
        const std::string text(as_text(upload));
        const auto bytes = [](const std::string& s) { return Bytes(s.begin(), s.end()); };
        return RenderedPhoto{
            {{{48, 48}, bytes("small " + text)}, {{64, 64}, bytes(prefix + "big " + text)}}};
    }
    int renders = 0;
    RenderOptions last;
    std::string prefix;
};

// Fails each put as a catalog does at its deadline.
class BusyCatalog final : public store::memory::MemoryCatalog {
  public:
    Result<std::int64_t> put(const OwnerKey&, const Photo&, const WriteCondition&,
                             Deadline) override {
        return fail(Fault::busy, "late");
    }
};

// The sweep of orphans runs after the blob is written and before its row is.
class SweepingCatalog final : public store::memory::MemoryCatalog {
  public:
    SweepingCatalog(BlobStore& blobs, const Clock& clock) : gc_lock(*this, clock), blobs_(blobs) {}

    Result<std::int64_t> put(const OwnerKey& owner, const Photo& photo,
                             const WriteCondition& condition, Deadline deadline) override {
        last_key = photo.blob_key;
        EXPECT_TRUE(sweep_orphans(*this, blobs_, gc_lock, std::chrono::seconds(-1)));
        return MemoryCatalog::put(owner, photo, condition, deadline);
    }
    GcLock gc_lock;
    std::string last_key;

  private:
    BlobStore& blobs_;
};

// Its disk fails while a put is committed.
class FailingCommitCatalog final : public store::memory::MemoryCatalog {
  public:
    Result<std::int64_t> put(const OwnerKey&, const Photo&, const WriteCondition&,
                             Deadline) override {
        return fail(Fault::outcome_unknown, "disk I/O error");
    }
};

class PhotosTest : public testing::Test {
  protected:
    Photos make_photos() {
        return {catalog_,
                blobs_,
                gc_lock_,
                renderer_,
                clock_,
                [](const Photo& photo, const Rendition&) { return "headers " + photo.etag; },
                {.rendition_cache_bytes = 16 << 20, .photo_cache_entries = 1600}};
    }

    Result<Photos::Put> put(Photos& photos, std::string_view upload,
                            const WriteCondition& condition = {}) {
        return photos.put(owner_, {.bytes = as_bytes(upload), .origin = {.source = "test"}},
                          condition, soon_);
    }

    std::shared_ptr<const Photo> find_photo(Photos& photos) {
        return *photos.find_photo(owner_, Wait::until(soon_)).value();
    }
    Result<CacheResult<CachedRendition>> find_largest(Photos& photos) {
        return photos.find_content(
            owner_, [](const Photo& photo) { return &photo.largest(); }, Wait::until(soon_));
    }
    std::string largest(Photos& photos) {
        const auto content = find_largest(photos);
        return content ? std::string(as_text((**content)->jpeg)) : content.error().detail;
    }

    std::string etag(Photos& photos) {
        const auto photo = find_photo(photos);
        return photo ? photo->etag : "";
    }

    store::memory::MemoryCatalog catalog_;
    store::memory::MemoryBlobStore blobs_;
    FakeRenderer renderer_;
    ManualClock clock_{Instant(std::chrono::milliseconds(1'800'000'000'000))};
    GcLock gc_lock_{catalog_, clock_};
    Photos photos_ = make_photos();
    OwnerKey owner_{"t", OwnerKind::user, "u"};
    Deadline soon_ = deadline_in(std::chrono::seconds(10));
};

TEST_F(PhotosTest, APutPhotoIsReadAtOnce) {
    ASSERT_EQ(put(photos_, "one"), Photos::Put::stored);
    EXPECT_EQ(largest(photos_), "big one");
    ASSERT_EQ(put(photos_, "two"), Photos::Put::stored);
    EXPECT_EQ(largest(photos_), "big two");
}

TEST_F(PhotosTest, IsReadFromTheStoresAfterARestart) {
    ASSERT_TRUE(put(photos_, "one"));
    auto restarted = make_photos();
    EXPECT_EQ(largest(restarted), "big one");
    EXPECT_EQ(etag(restarted), etag(photos_));
}

TEST_F(PhotosTest, TheIdenticalBytesKeepPhotoAndEtagAndAreNotRenderedAgain) {
    ASSERT_TRUE(put(photos_, "one"));
    const auto before = etag(photos_);
    EXPECT_EQ(put(photos_, "one"), Photos::Put::unchanged);
    EXPECT_EQ(etag(photos_), before);
    EXPECT_EQ(renderer_.renders, 1);
}

TEST_F(PhotosTest, AnotherCropOfTheSameBytesIsAnotherPhoto) {
    const Crop crop{1, 2, 60, 90};
    const auto put_crop = [&](std::optional<Crop> square) {
        return photos_.put(owner_, {.bytes = as_bytes("one"), .crop = square}, {}, soon_);
    };
    ASSERT_EQ(put_crop(crop), Photos::Put::stored);
    EXPECT_EQ(renderer_.last.crop, crop);
    EXPECT_FALSE(renderer_.last.is_preview);
    const auto before = etag(photos_);
    EXPECT_EQ(put_crop(crop), Photos::Put::unchanged);
    EXPECT_EQ(etag(photos_), before);
    for (const std::optional<Crop> other :
         {std::optional(Crop{1, 2, 60, 180}), std::optional(Crop{1, 3, 60, 90}),
          std::optional<Crop>()}) {
        const auto last = etag(photos_);
        EXPECT_EQ(put_crop(other), Photos::Put::stored);
        EXPECT_NE(etag(photos_), last);
        EXPECT_EQ(find_photo(photos_)->crop, other);
    }
}

TEST_F(PhotosTest, APreviewStoresNothing) {
    const auto preview = photos_.preview(as_bytes("one"), soon_);
    ASSERT_TRUE(preview);
    EXPECT_TRUE(renderer_.last.is_preview);
    EXPECT_EQ(find_photo(photos_), nullptr);
    EXPECT_EQ(photos_.preview(as_bytes("bad"), soon_).error().fault, Fault::invalid_image);
}

// The same upload again, after the blob of the first was changed.
class SameUploadAgainTest : public PhotosTest {
  protected:
    void SetUp() override {
        ASSERT_TRUE(put(photos_, "one"));
        before_ = *find_photo(photos_);
    }
    void spoil(std::string_view bytes) {
        ASSERT_TRUE(blobs_.remove(before_.blob_key, soon_));
        ASSERT_TRUE(blobs_.put(before_.blob_key, as_bytes(bytes), soon_));
    }
    void expect_stored_anew() {
        EXPECT_EQ(put(photos_, "one"), Photos::Put::stored);
        const auto after = *find_photo(photos_);
        EXPECT_NE(after.blob_key, before_.blob_key);
        EXPECT_EQ(after.etag, before_.etag) << "the bytes are the same";
        EXPECT_GE(after.modified, before_.modified) << "the old blob is retired from then on";
        auto restarted = make_photos();
        EXPECT_EQ(largest(restarted), "big one");
        EXPECT_EQ(put(photos_, "one"), Photos::Put::unchanged);
    }
    Photo before_;
};

TEST_F(SameUploadAgainTest, OverAMissingBlobIsStoredAgain) {
    ASSERT_TRUE(blobs_.remove(before_.blob_key, soon_));
    clock_.advance(std::chrono::hours(1));
    expect_stored_anew();
}

TEST_F(SameUploadAgainTest, OverADamagedBlobIsStoredAgain) {
    spoil("small onebig onX");
    expect_stored_anew();
}

TEST_F(SameUploadAgainTest, OverATruncatedBlobIsStoredAgain) {
    spoil("small one");
    expect_stored_anew();
}

TEST_F(SameUploadAgainTest, OverAnUnreadableBlobIsStoredAgain) {
    FailingBlobStore failing(blobs_, [this](FailingBlobStore::Call call, const std::string& key) {
        return call == FailingBlobStore::Call::read && key == before_.blob_key
                   ? std::optional(Error{Fault::internal, "Input/output error"})
                   : std::nullopt;
    });
    Photos photos(catalog_, failing, gc_lock_, renderer_, clock_,
                  [](const Photo&, const Rendition&) { return ""; }, {});
    EXPECT_EQ(put(photos, "one"), Photos::Put::stored);
    EXPECT_EQ(largest(photos), "big one");
}

TEST_F(SameUploadAgainTest, MadeDifferentlyNowGetsANewEtag) {
    ASSERT_TRUE(blobs_.remove(before_.blob_key, soon_));
    renderer_.prefix = "another version's ";
    EXPECT_EQ(put(photos_, "one"), Photos::Put::stored);
    EXPECT_NE(etag(photos_), before_.etag);
}

TEST_F(PhotosTest, AnUploadThatFindsTheCatalogBusyLeavesNoBlob) {
    BusyCatalog busy;
    Photos photos(busy, blobs_, gc_lock_, renderer_, clock_,
                  [](const Photo&, const Rendition&) { return ""; }, {});
    const auto refused = put(photos, "one");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::busy);
    EXPECT_TRUE(blobs_.list("", 10, soon_)->empty());
}

// After a restart the catalog may have the row.
TEST_F(PhotosTest, ABlobWhoseCommitHasAnUnknownOutcomeIsNoOrphan) {
    FailingCommitCatalog catalog;
    GcLock gc_lock(catalog, clock_);
    Photos photos(catalog, blobs_, gc_lock, renderer_, clock_,
                  [](const Photo&, const Rendition&) { return ""; }, {});
    const auto put_once = put(photos, "one");
    ASSERT_FALSE(put_once);
    EXPECT_EQ(put_once.error().fault, Fault::outcome_unknown);
    const auto swept = sweep_orphans(catalog, blobs_, gc_lock, std::chrono::seconds(-1));
    ASSERT_TRUE(swept);
    EXPECT_EQ(swept->removed + swept->set_aside, 0U);
    EXPECT_EQ(blobs_.list("", 10, soon_)->size(), 1U);
    EXPECT_TRUE(blobs_.list_set_aside("", 10, soon_)->empty());
}

// A clock that is set forward makes a blob old at once.
TEST_F(PhotosTest, ABlobThatWaitsForItsRowIsNoOrphanHoweverOldItIs) {
    SweepingCatalog catalog(blobs_, clock_);
    Photos photos(catalog, blobs_, catalog.gc_lock, renderer_, clock_,
                  [](const Photo&, const Rendition&) { return ""; }, {});
    ASSERT_TRUE(put(photos, "one"));
    Photos restarted(catalog, blobs_, catalog.gc_lock, renderer_, clock_,
                     [](const Photo&, const Rendition&) { return ""; }, {});
    EXPECT_EQ(largest(restarted), "big one");
    ASSERT_TRUE(catalog.remove(owner_, {}, clock_.now(), soon_).value());
    ASSERT_TRUE(catalog.forget_retired({catalog.last_key}, soon_));
    EXPECT_EQ(blobs_.list("", 10, soon_)->size(), 1U);
    ASSERT_TRUE(sweep_orphans(catalog, blobs_, catalog.gc_lock, std::chrono::seconds(-1)));
    EXPECT_TRUE(blobs_.list("", 10, soon_)->empty()) << "its write has ended";
}

TEST_F(PhotosTest, OtherBytesGetANewEtag) {
    ASSERT_TRUE(put(photos_, "one"));
    const auto before = etag(photos_);
    ASSERT_TRUE(put(photos_, "two"));
    EXPECT_NE(etag(photos_), before);
    EXPECT_EQ(etag(photos_).size(), 32U);
}

TEST_F(PhotosTest, TheSamePhotoOfTwoOwnersHasTwoEtags) {
    ASSERT_TRUE(put(photos_, "one"));
    const auto mine = etag(photos_);
    owner_.tenant = "t2";
    ASSERT_TRUE(put(photos_, "one"));
    EXPECT_NE(etag(photos_), mine);
}

TEST_F(PhotosTest, ARejectedUploadLeavesThePhotoUnchanged) {
    ASSERT_TRUE(put(photos_, "one"));
    const auto refused = put(photos_, "bad");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::invalid_image);
    EXPECT_EQ(largest(photos_), "big one");
}

TEST_F(PhotosTest, AFailedConditionChangesNothingAndRendersNothing) {
    ASSERT_TRUE(put(photos_, "one"));
    const auto refused = put(photos_, "two", {.any_of = std::vector<std::string>{"other"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::precondition_failed);
    EXPECT_EQ(renderer_.renders, 1);
    EXPECT_EQ(largest(photos_), "big one");
    EXPECT_TRUE(put(photos_, "two", {.any_of = std::vector<std::string>{etag(photos_)}}));
}

TEST_F(PhotosTest, ARemovedPhotoIsGoneAtOnce) {
    ASSERT_TRUE(put(photos_, "one"));
    ASSERT_TRUE(photos_.remove(owner_, {}, soon_));
    EXPECT_EQ(find_photo(photos_), nullptr);
    const auto again = photos_.remove(owner_, {}, soon_);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().fault, Fault::no_photo);
}

TEST_F(PhotosTest, WhatWasReadIsCached) {
    EXPECT_FALSE(photos_.find_photo(owner_, Wait::memory_only()).value());
    ASSERT_EQ(find_photo(photos_), nullptr);
    EXPECT_EQ(photos_.find_photo(owner_, Wait::memory_only()).value(), CacheResult<Photo>(nullptr))
        << "a known absence";
    ASSERT_TRUE(put(photos_, "one"));
    const auto choose = [](const Photo& photo) { return &photo.largest(); };
    EXPECT_FALSE(photos_.find_content(owner_, choose, Wait::memory_only()).value());
    const auto photo = find_photo(photos_);
    const auto cached = photos_.find_content(owner_, choose, Wait::memory_only()).value();
    ASSERT_TRUE(cached) << "a photo just put is warm";
    EXPECT_EQ((*cached)->headers, "headers " + photo->etag);
}

TEST_F(PhotosTest, BytesThatDoNotMatchTheirCrcAreNotServed) {
    ASSERT_TRUE(put(photos_, "one"));
    auto photo = *find_photo(photos_);
    photo.renditions.back().crc32c ^= 1;
    ASSERT_TRUE(catalog_.put(owner_, photo, {}, soon_));
    auto restarted = make_photos();
    const auto content = find_largest(restarted);
    ASSERT_FALSE(content);
    EXPECT_EQ(content.error().fault, Fault::internal);
}

TEST_F(PhotosTest, AReaderWhoseBlobIsGoneReadsTheCatalogAgain) {
    ASSERT_TRUE(put(photos_, "one"));
    auto reader = make_photos();
    ASSERT_TRUE(find_photo(reader));   // caches the first version
    ASSERT_TRUE(put(photos_, "two"));  // another process replaces it
    clock_.advance(std::chrono::hours(2));
    ASSERT_EQ(
        sweep_retired(catalog_, blobs_, gc_lock_, clock_.now(), std::chrono::hours(1))->removed,
        1U);
    EXPECT_EQ(largest(reader), "big two");
}

TEST_F(PhotosTest, AMissingBlobIsAnInternalFaultAndNotAMissingPhoto) {
    ASSERT_TRUE(put(photos_, "one"));
    ASSERT_TRUE(blobs_.remove(find_photo(photos_)->blob_key, soon_));
    auto restarted = make_photos();
    const auto content = find_largest(restarted);
    ASSERT_FALSE(content);
    EXPECT_EQ(content.error().fault, Fault::internal);
}

TEST_F(PhotosTest, ASizeThatIsNotChosenIsNoPhoto) {
    ASSERT_TRUE(put(photos_, "one"));
    const auto content =
        photos_.find_content(owner_, [](const Photo&) { return nullptr; }, Wait::until(soon_));
    ASSERT_FALSE(content);
    EXPECT_EQ(content.error().fault, Fault::no_photo);
}

}  // namespace
}  // namespace cameo::photo
