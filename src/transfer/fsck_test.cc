#include "transfer/fsck.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "store/contract/failing_blob_store.h"
#include "store/files/file_blob_store.h"
#include "transfer/transfer_testing.h"

namespace cameo::transfer {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class FsckTest : public TransferTest {
  protected:
    std::vector<Problem> check() {
        auto report = check_photos({directory_, catalog_, blobs_}, [](const Progress&) {}, {});
        EXPECT_TRUE(report) << report.error().detail;
        return std::move(report->problems);
    }
    // Finds exactly one problem, repairs it, and returns the repair's text; then there is none.
    std::string repair(const std::string& text) {
        const auto problems = check();
        EXPECT_EQ(problems.size(), 1U);
        if (problems.empty()) return "";
        EXPECT_THAT(problems[0].text, HasSubstr(text));
        EXPECT_FALSE(problems[0].remedy.empty());
        const auto repaired = problems[0].repair(photo_service_);
        EXPECT_TRUE(repaired) << repaired.error().detail;
        EXPECT_THAT(check(), IsEmpty());
        return repaired ? *repaired : "";
    }
};

TEST_F(FsckTest, ASoundStoreHasNoProblems) {
    add_user("1", "a@x");
    add_group("2", "Board");
    give_photo("1", "ada");
    give_photo("2", "board", OwnerKind::group);
    give_photo("1", "ada again");  // its first photo is a former one
    ASSERT_TRUE(photos_.remove(owner("2", OwnerKind::group), {}, soon()));
    ASSERT_TRUE(photos_.remove_former(
        owner("2", OwnerKind::group),
        catalog_.former_photos(owner("2", OwnerKind::group), soon())->front().id, {}, soon()));
    give_photo("2", "board", OwnerKind::group);  // and the blob of its first photo is retired
    auto report = check_photos({directory_, catalog_, blobs_}, [](const Progress&) {}, {});
    ASSERT_TRUE(report);
    EXPECT_THAT(report->problems, IsEmpty());
    EXPECT_EQ(report->photos, 2U);
    EXPECT_EQ(report->former_photos, 1U);
    EXPECT_EQ(report->renditions, 6U);
    EXPECT_EQ(report->bytes, 2U * (std::string("48 ada again").size() +
                                   std::string("48 board").size() + std::string("48 ada").size()));
}

TEST_F(FsckTest, AFormerPhotoThatIsNotWholeIsRemoved) {
    add_user("1", "a@x");
    const auto key_of_former = [this] {
        return catalog_.former_photos(owner("1"), soon())->front().photo.blob_key;
    };
    give_photo("1", "ada");
    give_photo("1", "ada again");
    spoil_blob(key_of_former(), "48 ada64 adX");
    EXPECT_EQ(repair("A former photo of user 1 is damaged"), "removed the former photo");
    EXPECT_EQ(largest_of("1"), "64 ada again");
    give_photo("1", "ada at last");
    ASSERT_TRUE(blobs_.remove(key_of_former(), soon()));
    EXPECT_EQ(repair("A former photo of user 1 is missing"), "removed the former photo");
    EXPECT_EQ(largest_of("1"), "64 ada at last");
    EXPECT_TRUE(catalog_.list_former("", 10, soon())->empty());
}

TEST_F(FsckTest, TheRemovalOfEveryPhotoNeedsForceWhereFormerPhotosAreWhole) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    give_photo("1", "ada again");
    ASSERT_TRUE(blobs_.remove(photo_of("1")->blob_key, soon()));
    const auto report = check_photos({directory_, catalog_, blobs_}, [](const Progress&) {}, {});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->removals(), 1U);
    EXPECT_EQ(report->all(), 2U);
    EXPECT_TRUE(report->needs_force());
}

TEST_F(FsckTest, AFormerPhotoThatCannotBeReadIsReportedOnly) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    give_photo("1", "ada again");
    const auto key = catalog_.former_photos(owner("1"), soon())->front().photo.blob_key;
    store::contract::FailingBlobStore failing(blobs_, [&](auto call, const std::string& blob) {
        const bool fails = call == store::contract::FailingBlobStore::Call::read && blob == key;
        return fails ? std::optional(Error{Fault::internal, "EIO"}) : std::nullopt;
    });
    const auto report = check_photos({directory_, catalog_, failing}, [](const Progress&) {}, {});
    ASSERT_TRUE(report);
    ASSERT_EQ(report->problems.size(), 1U);
    EXPECT_THAT(report->problems[0].text, HasSubstr("A former photo of user 1 cannot be read"));
    EXPECT_FALSE(report->problems[0].repair);
}

TEST_F(FsckTest, ABlobOfAFormerPhotoIsRemovedFromTheRetiredBlobs) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    const auto photo = *photo_of("1");
    ASSERT_TRUE(catalog_.remove(owner("1"), {}, clock_.now(), soon()));
    ASSERT_TRUE(catalog_.put(owner("1"), photo, {}, soon()));
    ASSERT_TRUE(catalog_.remove(owner("1"), {}, clock_.now(), soon(), {.keeps_former = true}));
    repair("on the list of those to be deleted");
    EXPECT_EQ(catalog_.former_photos(owner("1"), soon())->size(), 1U);
}

TEST_F(FsckTest, APhotoWithoutItsOwnerIsRemoved) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    const auto photo = *photo_of("1");
    ASSERT_TRUE(directory_.users().remove(kTenant, "1", clock_.now(), soon()));
    catalog_.put_without_owner(owner("1"), photo);
    ASSERT_TRUE(catalog_.forget_retired({photo.blob_key}, soon()));
    repair("user 1, but no such owner in the directory");
    EXPECT_FALSE(photo_of("1"));
}

TEST_F(FsckTest, APhotoWithoutItsBlobIsRemoved) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    ASSERT_TRUE(blobs_.remove(photo_of("1")->blob_key, soon()));
    EXPECT_EQ(repair("user a@x are missing"), "removed the photo");
    EXPECT_FALSE(photo_of("1"));
}

TEST_F(FsckTest, ADamagedSizeIsMadeAgainFromTheLargestWholeOne) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    const auto etag = photo_of("1")->etag;
    spoil_blob(photo_of("1")->blob_key, "48 ada64 adX");
    EXPECT_EQ(repair("damaged in blob"), "made the photo again");
    EXPECT_EQ(largest_of("1"), "64 48 ada");
    EXPECT_NE(photo_of("1")->etag, etag);
    EXPECT_EQ(photo_of("1")->origin.source, "repair");
}

TEST_F(FsckTest, ATruncatedBlobKeepsItsWholeSizes) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    spoil_blob(photo_of("1")->blob_key, "48 ada64");
    EXPECT_EQ(repair("64x64"), "made the photo again");
    EXPECT_EQ(largest_of("1"), "64 48 ada");
}

TEST_F(FsckTest, APhotoWithoutAWholeSizeIsRemoved) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    spoil_blob(photo_of("1")->blob_key, "");
    EXPECT_EQ(repair("48x48, 64x64"), "removed the photo");
    EXPECT_FALSE(photo_of("1"));
}

TEST_F(FsckTest, ABlobInUseIsRemovedFromTheRetiredBlobs) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    const auto photo = *photo_of("1");
    ASSERT_TRUE(catalog_.remove(owner("1"), {}, clock_.now(), soon()));
    ASSERT_TRUE(catalog_.put(owner("1"), photo, {}, soon()));
    repair("on the list of those to be deleted");
    EXPECT_EQ(largest_of("1"), "64 ada");
}

TEST_F(FsckTest, AnOldOrphanIsRemovedAndARecentOneKept) {
    ASSERT_TRUE(blobs_.put(std::string(32, 'a'), as_bytes("orphan"), soon()));
    EXPECT_THAT(check(), IsEmpty());
    clock_.advance(std::chrono::hours(2));
    ASSERT_TRUE(blobs_.put(std::string(32, 'b'), as_bytes("young"), soon()));
    EXPECT_EQ(repair("1 blob belongs to no photo"), "removed 1");
    EXPECT_TRUE(blobs_.read(std::string(32, 'b'), 0, 5, soon())->has_value());
}

TEST_F(FsckTest, APhotoReplacedConcurrentlyIsNotRepaired) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    spoil_blob(photo_of("1")->blob_key, "48 ada64 adX");
    const auto problems = check();
    ASSERT_EQ(problems.size(), 1U);
    give_photo("1", "newer");
    EXPECT_EQ(problems[0].repair(photo_service_).error().fault, Fault::precondition_failed);
    EXPECT_EQ(largest_of("1"), "64 newer");
}

// Runs a function of the test just before each change of a repair.
class RacingPhotoService final : public ForwardingPhotoService {
  public:
    RacingPhotoService(PhotoService& service, std::function<void()> meanwhile)
        : ForwardingPhotoService(service), meanwhile_(std::move(meanwhile)) {}
    Result<photo::Photos::Put> put(const PutRequest& request, ByteView upload) override {
        meanwhile_();
        return ForwardingPhotoService::put(request, upload);
    }
    Result<void> remove(const OwnerKey& owner, const std::string& blob_key) override {
        meanwhile_();
        return ForwardingPhotoService::remove(owner, blob_key);
    }

  private:
    std::function<void()> meanwhile_;
};

// An upload of the same bytes keeps the etag, so the etag does not distinguish the repaired photo.
TEST_F(FsckTest, APhotoUploadedAgainConcurrentlyIsKept) {
    add_user("1", "a@x");
    for (const auto* spoilt : {"", "48 ada64 adX"}) {
        give_photo("1", "ada");
        spoil_blob(photo_of("1")->blob_key, spoilt);
        const auto etag = photo_of("1")->etag;
        const auto problems = check();
        ASSERT_EQ(problems.size(), 1U);
        RacingPhotoService racing(photo_service_, [&] { give_photo("1", "ada"); });
        EXPECT_EQ(problems[0].repair(racing).error().fault, Fault::precondition_failed);
        ASSERT_TRUE(photo_of("1"));
        EXPECT_EQ(photo_of("1")->etag, etag);
        EXPECT_EQ(largest_of("1"), "64 ada");
    }
}

TEST_F(FsckTest, OrphansStayWhileABackupRuns) {
    ASSERT_TRUE(blobs_.put(std::string(32, 'a'), as_bytes("orphan"), soon()));
    clock_.advance(std::chrono::hours(2));
    const auto problems = check();
    ASSERT_EQ(problems.size(), 1U);
    const auto lease = GcLease::take(photo_service_);
    ASSERT_TRUE(lease);
    EXPECT_EQ(problems[0].repair(photo_service_).error().fault, Fault::busy);
}

using store::contract::FailingBlobStore;

TEST_F(FsckTest, AnUnreadableBlobIsReportedAndNeverRepaired) {
    add_user("1", "a@x");
    add_user("2", "b@x");
    give_photo("1", "ada");
    give_photo("2", "ben");
    const auto unreadable = photo_of("1")->blob_key;
    bool fails = true;
    FailingBlobStore failing(blobs_, [&](FailingBlobStore::Call call, const std::string& key) {
        return fails && call == FailingBlobStore::Call::read && key == unreadable
                   ? std::optional(Error{Fault::internal, "read x: Input/output error"})
                   : std::nullopt;
    });
    auto report = check_photos({directory_, catalog_, failing}, [](const Progress&) {}, {});
    ASSERT_TRUE(report);
    ASSERT_EQ(report->problems.size(), 1U);
    EXPECT_THAT(report->problems[0].text, HasSubstr("photo of user a@x cannot be read from blob"));
    EXPECT_THAT(report->problems[0].text, HasSubstr("Input/output error"));
    EXPECT_FALSE(report->problems[0].repair);
    EXPECT_EQ(report->removals(), 0U);
    EXPECT_THAT(check(), IsEmpty());
}

TEST_F(FsckTest, ARepairReadsTheBlobAgain) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    const auto key = photo_of("1")->blob_key;
    ASSERT_TRUE(blobs_.remove(key, soon()));
    bool is_mounted = true;
    FailingBlobStore failing(blobs_, [&](auto, auto&) {
        return is_mounted ? std::nullopt : std::optional(Error{Fault::internal, "not mounted"});
    });
    auto report = check_photos({directory_, catalog_, failing}, [](const Progress&) {}, {});
    ASSERT_TRUE(report);
    ASSERT_EQ(report->problems.size(), 1U);
    is_mounted = false;
    EXPECT_THAT(report->problems[0].repair(photo_service_).error().detail,
                HasSubstr("not mounted"));
    is_mounted = true;
    ASSERT_TRUE(blobs_.put(key, as_bytes("48 ada64 ada"), soon()));
    EXPECT_EQ(report->problems[0].repair(photo_service_),
              "left unchanged: its bytes are whole now");
    EXPECT_EQ(largest_of("1"), "64 ada");
}

TEST_F(FsckTest, ACheckKeepsNoBytesForTheRepair) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    spoil_blob(photo_of("1")->blob_key, "48 ada64 adX");
    int reads = 0;
    FailingBlobStore counting(blobs_, [&](FailingBlobStore::Call call, auto&) {
        reads += call == FailingBlobStore::Call::read ? 1 : 0;
        return std::optional<Error>();
    });
    auto report = check_photos({directory_, catalog_, counting}, [](const Progress&) {}, {});
    ASSERT_TRUE(report);
    ASSERT_EQ(report->problems.size(), 1U);
    reads = 0;
    EXPECT_EQ(report->problems[0].repair(photo_service_), "made the photo again");
    EXPECT_GT(reads, 0);
}

TEST_F(FsckTest, AStoreThatCannotBeListedFailsTheCheck) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    store::files::FileBlobStore away(folder_.path() / "blobs");
    std::filesystem::remove_all(folder_.path() / "blobs");
    const auto report = check_photos({directory_, catalog_, away}, [](const Progress&) {}, {});
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().detail, HasSubstr("is it mounted?"));
}

TEST_F(FsckTest, RemovingManyPhotosNeedsForce) {
    const auto report = [this] {
        return *check_photos({directory_, catalog_, blobs_}, [](const Progress&) {}, {});
    };
    for (int i = 10; i < 25; ++i) {
        add_user(std::to_string(i), std::to_string(i) + "@x");
        give_photo(std::to_string(i), "face");
    }
    EXPECT_FALSE(report().needs_force());
    for (int i = 10; i < 20; ++i)
        ASSERT_TRUE(blobs_.remove(photo_of(std::to_string(i))->blob_key, soon()));
    EXPECT_EQ(report().removals(), 10U);
    EXPECT_FALSE(report().needs_force());
    spoil_blob(photo_of("20")->blob_key, "48 face64 facX");  // is rendered again, not removed
    EXPECT_FALSE(report().needs_force());
    spoil_blob(photo_of("21")->blob_key, "");
    EXPECT_EQ(report().removals(), 11U);
    EXPECT_TRUE(report().needs_force());
}

TEST_F(FsckTest, RemovingTheOnlyPhotoNeedsForce) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    ASSERT_TRUE(blobs_.remove(photo_of("1")->blob_key, soon()));
    const auto report = check_photos({directory_, catalog_, blobs_}, [](const Progress&) {}, {});
    EXPECT_TRUE(report->needs_force());
}

TEST_F(FsckTest, ABlobOfAPhotoThatWasSetAsideIsMovedBack) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    ASSERT_TRUE(blobs_.set_aside(photo_of("1")->blob_key, soon()));
    ASSERT_TRUE(blobs_.put(std::string(32, 'a'), as_bytes("orphan"), soon()));
    ASSERT_TRUE(blobs_.set_aside(std::string(32, 'a'), soon()));
    EXPECT_EQ(repair("1 blob of a photo is in blobs/lost"), "moved 1 back");
    EXPECT_EQ(blobs_.list_set_aside("", 10, soon())->size(), 1U);
    EXPECT_EQ(largest_of("1"), "64 ada");
}

class FolderCheckTest : public TransferTest {
  protected:
    FolderCheckTest() {
        ::chmod(data_.c_str(), 0700);
        write("blobs/tmp/old", "x");
        write("catalog.db", "x");
        for (const auto& entry : std::filesystem::recursive_directory_iterator(data_))
            ::chmod(entry.path().c_str(), entry.is_directory() ? 0700 : 0600);
    }
    void repair(const std::string& text) {
        const auto problems = check_folder(data_);
        ASSERT_EQ(problems.size(), 1U);
        EXPECT_THAT(problems[0].text, HasSubstr(text));
        EXPECT_TRUE(problems[0].repair(photo_service_));
        EXPECT_THAT(check_folder(data_), IsEmpty());
    }
    const std::filesystem::path& data_ = folder_.path();
};

TEST_F(FolderCheckTest, ASoundFolderHasNoProblems) { EXPECT_THAT(check_folder(data_), IsEmpty()); }

TEST_F(FolderCheckTest, ModesThatAllowOtherUsersAreRepaired) {
    ::chmod((data_ / "catalog.db").c_str(), 0640);
    repair("its mode is 0640");
    ::chmod((data_ / "blobs").c_str(), 0755);
    repair("its mode is 0755");
    ::chmod(data_.c_str(), 0711);
    repair("its mode is 0711");
    struct stat about{};
    ::stat((data_ / "catalog.db").c_str(), &about);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(FolderCheckTest, OnlyAnOldTemporaryFileIsReported) {
    const auto file = data_ / "blobs/tmp/old";
    std::filesystem::last_write_time(
        file, std::filesystem::file_time_type::clock::now() - std::chrono::hours(2));
    repair("interrupted write");
    EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace cameo::transfer
