#include "transfer/backup.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <iterator>
#include <thread>

#include "store/contract/failing_blob_store.h"
#include "store/files/file_blob_store.h"
#include "transfer/backup_format.h"
#include "transfer/backup_target.h"
#include "transfer/restore.h"
#include "transfer/transfer_testing.h"

namespace cameo::transfer {
namespace {

namespace fs = std::filesystem;
using store::contract::FailingBlobStore;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The catalog file is only a name: the content is in memory and is copied at the same moment.
class BackupTest : public TransferTest {
  protected:
    BackupTest() {
        fs::create_directories(data_);
        write("data/signing-key.pem", "the key");
        for (const auto* id : {"1", "2"}) {
            add_user(id, std::string(id) + "@x");
            give_photo(id, std::string("photo ") + id);
        }
    }

    Result<BackupReport> run(const fs::path& target) {
        const auto lease = GcLease::take(photo_service_);
        return run(target, blobs_, **lease);
    }
    Result<BackupReport> run(const fs::path& target, photo::BlobStore& blobs, GcLease& lease) {
        const BackupSource source{
            .data = data_,
            .blobs = blobs,
            .copy_catalog = [this](const fs::path& file) -> Result<void> {
                std::ofstream(file) << "catalog " << ++copies_;
                for (const auto& owned : *catalog_.list(std::nullopt, 100, soon()))
                    copied_[copies_].push_back(owned);
                for (const auto& former : *catalog_.list_former("", 100, soon()))
                    copied_former_[copies_].push_back(former);
                return {};
            },
            .open_catalog = open_catalog(),
            .lease = lease,
            .program = "1.0",
            .now = clock_.now()};
        return back_up(source, target, on_progress_, stop_.get_token());
    }

    std::function<Result<std::shared_ptr<photo::Catalog>>(const fs::path&)> open_catalog() {
        return [this](const fs::path& file) -> Result<std::shared_ptr<photo::Catalog>> {
            int number = 0;
            std::string word;
            std::ifstream(file) >> word >> number;
            auto catalog = std::make_shared<store::memory::MemoryCatalog>();
            for (const auto& former : copied_former_[number]) {
                EXPECT_TRUE(catalog->put(former.owner, former.photo, {}, soon()));
                EXPECT_TRUE(catalog->remove(former.owner, {}, former.replaced, soon(),
                                            {.keeps_former = true}));
            }
            for (const auto& owned : copied_[number])
                EXPECT_TRUE(catalog->put(owned.owner, owned.photo, {}, soon()));
            return catalog;
        };
    }

    Result<RestoreReport> run_restore(const fs::path& from) {
        fs::create_directories(restored_);
        return restore(from, restored_,
                       {.open_catalog = open_catalog(),
                        .open_blobs =
                            [](const fs::path& folder) {
                                return std::make_shared<store::files::FileBlobStore>(folder);
                            }},
                       {[](const Progress&) {}, [](const Progress&) {}}, restore_stop_.get_token());
    }
    std::string restored_largest(const std::string& id) {
        const auto photo = photo_of(id);
        store::files::FileBlobStore blobs(restored_ / "blobs");
        const auto& rendition = photo->largest();
        const auto bytes = blobs.read(photo->blob_key, rendition.offset, rendition.length, soon());
        return bytes && *bytes ? std::string(as_text(**bytes)) : "none";
    }
    static std::string text_of(const fs::path& file) {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    static std::size_t blobs_in(const fs::path& folder) {
        std::size_t count = 0;
        for (const auto& entry : fs::recursive_directory_iterator(folder / "blobs"))
            count += entry.is_regular_file() ? 1 : 0;
        return count;
    }
    void expect_nothing_restored() {
        EXPECT_TRUE(fs::is_empty(restored_)) << fs::directory_iterator(restored_)->path();
    }

    fs::path data_ = folder_.path() / "data";
    fs::path tar_ = folder_.path() / "out" / "backup.tar";
    fs::path dir_ = folder_.path() / "out" / "backup";
    fs::path restored_ = folder_.path() / "restored";
    int copies_ = 0;
    std::map<int, std::vector<photo::Catalog::Owned>> copied_;
    std::map<int, std::vector<photo::FormerPhoto>> copied_former_;
    OnProgress on_progress_ = [](const Progress&) {};
    std::stop_source stop_;
    std::stop_source restore_stop_;
};

class BackupKinds : public BackupTest, public testing::WithParamInterface<const char*> {
  protected:
    BackupKinds() { fs::create_directories(folder_.path() / "out"); }
    fs::path target_ = folder_.path() / "out" / GetParam();
};
INSTANTIATE_TEST_SUITE_P(TarAndFolder, BackupKinds, testing::Values("b.tar", "b"));

TEST_P(BackupKinds, ARestoreHasTheContentsOfTheBackup) {
    const auto report = run(target_);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->photos, 2U);
    EXPECT_EQ(report->copied, 2U);
    const auto restored = run_restore(target_);
    ASSERT_TRUE(restored) << restored.error().detail;
    EXPECT_EQ(restored->photos, 2U);
    EXPECT_EQ(restored->bytes, report->bytes);
    EXPECT_EQ(restored->manifest.made, "2023-11-14T22:13:20Z");
    EXPECT_EQ(text_of(restored_ / "catalog.db"), "catalog 1");
    EXPECT_EQ(text_of(restored_ / "signing-key.pem"), "the key");
    EXPECT_EQ(restored_largest("1"), "64 photo 1");
    EXPECT_FALSE(fs::exists(restored_ / ".restoring"));
    EXPECT_FALSE(fs::exists(restored_ / "manifest.json"));
}

TEST_P(BackupKinds, FormerPhotosAreBackedUpCheckedAndRestored) {
    give_photo("1", "new");
    const auto former = catalog_.former_photos(owner("1"), soon())->front();
    const auto report = run(target_);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->photos, 2U);
    EXPECT_EQ(report->former_photos, 1U);
    EXPECT_EQ(report->copied, 3U);
    const auto restored = run_restore(target_);
    ASSERT_TRUE(restored) << restored.error().detail;
    EXPECT_EQ(restored->photos, 2U);
    EXPECT_EQ(restored->former_photos, 1U);
    store::files::FileBlobStore blobs(restored_ / "blobs");
    EXPECT_EQ(check_blob(blobs, former.photo, soon()).state, photo::BlobState::whole);
}

TEST_P(BackupKinds, ADamagedFormerPhotoIsReportedCopiedAndRestored) {
    give_photo("1", "new");
    const auto key = catalog_.former_photos(owner("1"), soon())->front().photo.blob_key;
    spoil_blob(key, "48 phot");
    const auto report = run(target_);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_THAT(report->damaged, ElementsAre(key));
    const auto restored = run_restore(target_);
    ASSERT_TRUE(restored) << restored.error().detail;
    EXPECT_EQ(restored->damaged, 1U);
}

TEST_P(BackupKinds, AllFilesArePrivate) {
    ASSERT_TRUE(run(target_));
    ASSERT_TRUE(run_restore(target_));
    for (const auto& root : {folder_.path() / "out" / GetParam(), restored_}) {
        std::vector<fs::path> all{root};
        if (fs::is_directory(root)) all.assign(fs::recursive_directory_iterator(root), {});
        for (const auto& path : all) {
            struct stat about{};
            ::stat(path.c_str(), &about);
            EXPECT_EQ(about.st_mode & 077U, 0U) << path;
        }
    }
}

TEST_P(BackupKinds, AStoreWithoutPhotosIsBackedUpToo) {
    for (const auto* id : {"1", "2"})
        ASSERT_TRUE(photo_service_.remove(owner(id), photo_of(id)->blob_key));
    ASSERT_TRUE(run(target_));
    const auto restored = run_restore(target_);
    ASSERT_TRUE(restored) << restored.error().detail;
    EXPECT_EQ(restored->photos, 0U);
}

TEST_P(BackupKinds, DamageInTheStoreIsReportedCopiedAndRestored) {
    const auto key = photo_of("1")->blob_key;
    spoil_blob(key, "48 photo 164 photo X");
    ASSERT_TRUE(blobs_.remove(photo_of("2")->blob_key, soon()));
    const auto report = run(target_);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_THAT(report->damaged, ElementsAre(key));
    EXPECT_THAT(report->missing, ElementsAre(photo_of("2")->blob_key));
    const auto restored = run_restore(target_);
    ASSERT_TRUE(restored) << restored.error().detail;
    EXPECT_EQ(restored->damaged, 2U);
    EXPECT_EQ(restored_largest("1"), "64 photo X");
}

TEST_P(BackupKinds, ATruncatedBlobIsReportedAndCopiedUnchanged) {
    const auto key = photo_of("1")->blob_key;
    spoil_blob(key, "48 photo 164 ph");
    const auto report = run(target_);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_THAT(report->damaged, ElementsAre(key));
    EXPECT_EQ(report->copied, 2U);
    const auto restored = run_restore(target_);
    ASSERT_TRUE(restored) << restored.error().detail;
    EXPECT_EQ(restored->damaged, 1U);
    EXPECT_EQ(text_of(restored_ / blob_file(key)), "48 photo 164 ph");
}

// A store from which only one blob can be read.
FailingBlobStore partly_readable(photo::BlobStore& blobs, std::string readable) {
    return {blobs,
            [readable = std::move(readable)](auto call, const auto& key) -> std::optional<Error> {
                if (call != FailingBlobStore::Call::read || key == readable) return std::nullopt;
                return Error{Fault::internal, "Input/output error"};
            }};
}

TEST_P(BackupKinds, AnUnreadableBlobIsReportedWithTheReason) {
    auto blobs = partly_readable(blobs_, photo_of("1")->blob_key);
    const auto report = run(target_, blobs, **GcLease::take(photo_service_));
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_THAT(report->unreadable, ElementsAre(photo_of("2")->blob_key + ": Input/output error"));
    EXPECT_THAT(report->damaged, IsEmpty());
    EXPECT_EQ(run_restore(target_)->damaged, 1U);
}

TEST_P(BackupKinds, IfNoBlobIsReadableTheEarlierBackupIsKept) {
    ASSERT_TRUE(run(target_));
    for (const auto* id : {"1", "2"}) give_photo(id, std::string("newer ") + id);
    auto blobs = partly_readable(blobs_, "");
    const auto report = run(target_, blobs, **GcLease::take(photo_service_));
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().detail, HasSubstr("mounted"));
    ASSERT_TRUE(run_restore(target_));
    EXPECT_EQ(text_of(restored_ / "catalog.db"), "catalog 1");
}

// A server that is restarted: the faults of renew_lease, in order, before it succeeds.
class RestartedPhotoService final : public ForwardingPhotoService {
  public:
    RestartedPhotoService(PhotoService& service, std::vector<Fault> faults)
        : ForwardingPhotoService(service), faults_(std::move(faults)) {}
    Result<void> renew_lease(const std::string&) override {
        if (next_ == faults_.size()) return {};
        return fail(faults_[next_++], "The server was restarted.");
    }

  private:
    std::vector<Fault> faults_;
    std::size_t next_ = 0;
};

TEST_P(BackupKinds, ALostLeaseFailsItAndKeepsTheEarlierBackup) {
    ASSERT_TRUE(run(target_));
    for (const auto& answers :
         {std::vector{Fault::conflict}, std::vector{Fault::busy, Fault::busy, Fault::conflict}}) {
        RestartedPhotoService service(photo_service_, answers);
        const auto lease = GcLease::take(service);
        const auto report = run(target_, blobs_, **lease);
        ASSERT_FALSE(report);
        EXPECT_EQ(report.error().fault, Fault::conflict);
    }
    ASSERT_TRUE(run_restore(target_));
    EXPECT_EQ(text_of(restored_ / "catalog.db"), "catalog 1");
}

TEST_P(BackupKinds, ARestartOfTheServerInTimeChangesNothing) {
    RestartedPhotoService service(photo_service_, std::vector(4, Fault::busy));
    const auto lease = GcLease::take(service);
    const auto report = run(target_, blobs_, **lease);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->copied, 2U);
}

TEST_P(BackupKinds, AStopKeepsTheEarlierBackup) {
    ASSERT_TRUE(run(target_));
    give_photo("1", "newer");
    on_progress_ = [this](const Progress&) { stop_.request_stop(); };
    const auto stopped = run(target_);
    ASSERT_TRUE(stopped);
    EXPECT_TRUE(stopped->stopped);
    const auto restored = run_restore(target_);
    ASSERT_TRUE(restored) << restored.error().detail;
    EXPECT_EQ(text_of(restored_ / "catalog.db"), "catalog 1");
}

TEST_P(BackupKinds, AnUnwritableTargetIsReportedAndLeavesNoFile) {
    write("file", "x");
    const auto target = folder_.path() / "file" / GetParam();
    const auto report = run(target);
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().detail, HasSubstr("file"));
}

TEST_P(BackupKinds, ABackupIntoTheDataFolderIsRefused) {
    EXPECT_EQ(run(data_ / GetParam()).error().fault, Fault::conflict);
}

TEST_P(BackupKinds, AStoppedRestoreLeavesNothing) {
    ASSERT_TRUE(run(target_));
    restore_stop_.request_stop();
    const auto restored = run_restore(target_);
    ASSERT_TRUE(restored);
    EXPECT_TRUE(restored->stopped);
    expect_nothing_restored();
}

TEST_F(BackupTest, AFolderIsBroughtUpToDate) {
    ASSERT_TRUE(run(dir_));
    const auto old_key = photo_of("1")->blob_key;
    give_photo("1", "newer");
    const auto former = catalog_.former_photos(owner("1"), soon())->front().id;
    ASSERT_TRUE(photos_.remove_former(owner("1"), former, {}, soon()));
    clock_.advance(std::chrono::hours(1));
    const auto second = run(dir_);
    ASSERT_TRUE(second) << second.error().detail;
    EXPECT_EQ(second->copied, 1U);
    EXPECT_EQ(second->removed, 1U);
    EXPECT_FALSE(fs::exists(dir_ / blob_file(old_key)));
    const auto restored = run_restore(dir_);
    ASSERT_TRUE(restored) << restored.error().detail;
    EXPECT_EQ(restored_largest("1"), "64 newer");
}

TEST_F(BackupTest, ARepairedBlobIsCopiedAgain) {
    const auto key = photo_of("1")->blob_key;
    spoil_blob(key, "48 photo 164 photo X");
    ASSERT_TRUE(run(dir_));
    spoil_blob(key, "48 photo 164 photo 1");
    const auto second = run(dir_);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->copied, 1U);
    EXPECT_TRUE(second->damaged.empty());
    const auto restored = run_restore(dir_);
    ASSERT_TRUE(restored) << restored.error().detail;
    EXPECT_EQ(restored->damaged, 0U);
}

TEST_F(BackupTest, IfInterruptedBeforeItsCatalogTheOldBackupIsValid) {
    ASSERT_TRUE(run(dir_));
    // The files of a killed second backup: more blobs, and a newer catalog before its rename.
    write("out/backup/blobs/aa/bb/" + ("aabb" + std::string(28, '0')) + ".blob", "more");
    write("out/backup/blobs/aa/bb/.x.blob.part", "half");
    write("out/backup/catalog.db.new", "catalog 9");
    write("out/backup/manifest.json.new", text_of(dir_ / "manifest.json"));
    ASSERT_TRUE(run_restore(dir_));
    EXPECT_EQ(text_of(restored_ / "catalog.db"), "catalog 1");
    const auto third = run(dir_);
    ASSERT_TRUE(third) << third.error().detail;
    EXPECT_EQ(third->removed, 2U);
    EXPECT_EQ(blobs_in(dir_), 2U);
}

TEST_F(BackupTest, IfInterruptedBetweenItsLastTwoRenamesTheNewBackupIsValid) {
    ASSERT_TRUE(run(dir_));
    const auto old_manifest = text_of(dir_ / "manifest.json");
    give_photo("1", "newer");
    ASSERT_TRUE(run(dir_));
    fs::rename(dir_ / "manifest.json", dir_ / "manifest.json.new");
    write("out/backup/manifest.json", old_manifest);
    const auto restored = run_restore(dir_);
    ASSERT_TRUE(restored) << restored.error().detail;
    EXPECT_EQ(restored_largest("1"), "64 newer");
}

TEST_F(BackupTest, AFolderWithOtherFilesIsNotChanged) {
    write("out/backup/holiday.jpg", "x");
    const auto report = run(dir_);
    EXPECT_EQ(report.error().fault, Fault::conflict);
    EXPECT_THAT(report.error().detail, HasSubstr("holiday.jpg"));
    EXPECT_EQ(text_of(dir_ / "holiday.jpg"), "x");
}

TEST_F(BackupTest, AnythingMissingOrChangedIsNotRestored) {
    ASSERT_TRUE(run(dir_));
    const auto blob = dir_ / blob_file(photo_of("1")->blob_key);
    const auto whole = text_of(blob);
    const auto refused = [&](const std::string& what) {
        const auto restored = run_restore(dir_);
        ASSERT_FALSE(restored) << what;
        EXPECT_THAT(restored.error().detail, HasSubstr(what));
        expect_nothing_restored();
    };
    std::ofstream(blob) << "short";
    refused("missing or damaged");
    fs::remove(blob);
    refused("missing or damaged");
    std::ofstream(blob) << whole;
    std::ofstream(dir_ / "catalog.db") << "catalog 2";
    refused("manifest");
    fs::remove(dir_ / "manifest.json");
    refused("no manifest.json");
}

TEST_F(BackupTest, ATruncatedTarIsNotRestored) {
    fs::create_directories(tar_.parent_path());
    ASSERT_TRUE(run(tar_));
    const auto size = fs::file_size(tar_);
    for (const auto share :
         {size - 1'500, size / 2, size / 3, std::uintmax_t{700}, std::uintmax_t{0}}) {
        fs::resize_file(tar_, share);
        const auto restored = run_restore(tar_);
        EXPECT_FALSE(restored) << share;
        expect_nothing_restored();
    }
}

class TarTargets : public BackupTest {
  protected:
    TarTargets() { fs::create_directories(tar_.parent_path()); }
    std::unique_ptr<BackupTarget> open() {
        auto target = open_tar_target(tar_);
        EXPECT_TRUE(target) << target.error().detail;
        return std::move(*target);
    }
    Result<void> finish(BackupTarget& target) {
        std::ofstream(target.scratch()) << "catalog";
        return target.finish(as_bytes("key"), {});
    }
    // A tar file ends in 1,024 zeros.
    bool is_whole() { return text_of(tar_).ends_with(std::string(1'024, '\0')); }
    std::size_t files() {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(tar_.parent_path()), fs::directory_iterator()));
    }
};

TEST_F(TarTargets, AFinishedBackupDoesNotAffectOneThatBeganLater) {
    auto first = open();
    ASSERT_TRUE(finish(*first));
    const auto second = open();
    first.reset();
    const auto finished = finish(*second);
    EXPECT_TRUE(finished) << finished.error().detail;
    EXPECT_TRUE(is_whole());
}

TEST_F(TarTargets, AFileWrittenConcurrentlyIsNotReplaced) {
    auto target = open();
    write("out/backup.tar", "another's");
    const auto finished = finish(*target);
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().fault, Fault::conflict);
    target.reset();
    EXPECT_EQ(text_of(tar_), "another's");
    EXPECT_EQ(files(), 1U);
}

// Two backups end together: the second opens the partial file just before the first renames it.
TEST_F(TarTargets, AFinishedFileThatStillHasItsPartialNameIsNotTruncated) {
    ASSERT_TRUE(finish(*open()));
    const auto whole = text_of(tar_);
    fs::create_hard_link(tar_, tar_.parent_path() / ".backup.tar.part");
    open().reset();
    EXPECT_TRUE(text_of(tar_) == whole);
    EXPECT_EQ(files(), 1U);
}

TEST_F(TarTargets, OneRunsAtATimeAndFilesOfAKilledOneAreRemoved) {
    const auto first = open();
    const auto second = open_tar_target(tar_);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().detail, HasSubstr("another process is backing up"));
    write("out/.backup.tar.0123.part", "half");
    write("out/.backup.tar.0123.part-catalog", "half");
    EXPECT_TRUE(finish(*first));
    open().reset();
    EXPECT_EQ(files(), 1U);
}

TEST_F(TarTargets, ConcurrentBackupsLeaveAWholeFile) {
    std::atomic<int> finished = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int round = 0; round < 25; ++round)
                    if (const auto target = open_tar_target(tar_); target && finish(**target))
                        ++finished;
            });
    }
    EXPECT_GT(finished, 0);
    EXPECT_TRUE(is_whole());
    EXPECT_EQ(files(), 1U);
}

// A tar file made by the test.
class HostileTar : public BackupTest {
  protected:
    struct Entry {
        std::string name;
        std::string text;
        unsigned type = AE_IFREG;
        std::string link;
    };
    Result<RestoreReport> restore_tar(const std::vector<Entry>& entries) {
        const auto file = folder_.path() / "hostile.tar";
        auto* writer = archive_write_new();
        archive_write_set_format_pax_restricted(writer);
        archive_write_open_filename(writer, file.c_str());
        for (const auto& made : entries) {
            auto* entry = archive_entry_new();
            archive_entry_set_pathname(entry, made.name.c_str());
            archive_entry_set_filetype(entry, made.type);
            archive_entry_set_size(entry, static_cast<la_int64_t>(made.text.size()));
            archive_entry_set_perm(entry, 0777);
            if (made.type == AE_IFLNK)
                archive_entry_set_symlink(entry, made.link.c_str());
            else if (!made.link.empty())
                archive_entry_set_hardlink(entry, made.link.c_str());
            archive_write_header(writer, entry);
            archive_write_data(writer, made.text.data(), made.text.size());
            archive_entry_free(entry);
        }
        archive_write_free(writer);
        return run_restore(file);
    }
};

TEST_F(HostileTar, OnlyTheNamesOfABackupBecomeFiles) {
    const auto key = "abcd" + std::string(28, '0');
    for (const auto& name : std::vector<std::string>{
             "../evil", "/tmp/cameo-evil", "blobs/../../evil", "evil", "catalog.db/x", "./../evil",
             "blobs/ab/cd/" + key, "blobs/ab/ce/" + key + ".blob", "blobs/" + key + ".blob",
             "blobs/ab/cd/../cd/" + key + ".blob",
             "blobs/AB/CD/ABCD" + std::string(28, '0') + ".blob"}) {
        const auto restored = restore_tar({{name, "x"}});
        ASSERT_FALSE(restored) << name;
        EXPECT_EQ(restored.error().fault, Fault::malformed);
        EXPECT_THAT(restored.error().detail, HasSubstr(name));
        expect_nothing_restored();
    }
    EXPECT_FALSE(fs::exists(folder_.path() / "evil"));
}

TEST_F(HostileTar, LinksDevicesAndDuplicatesAreRefused) {
    EXPECT_FALSE(restore_tar({{"catalog.db", "", AE_IFLNK, "/etc/passwd"}}));
    EXPECT_FALSE(
        restore_tar({{"catalog.db", "x"}, {"signing-key.pem", "", AE_IFREG, "catalog.db"}}));
    EXPECT_FALSE(restore_tar({{"catalog.db", "", AE_IFIFO}}));
    const auto twins = restore_tar({{"catalog.db", "a"}, {"./catalog.db", "b"}});
    ASSERT_FALSE(twins);
    EXPECT_THAT(twins.error().detail, HasSubstr("twice"));
    expect_nothing_restored();
}

TEST_F(HostileTar, InvalidManifestsAreRefused) {
    for (
        const auto* manifest :
        {"", "{", "[]", R"({"format":2})", R"({"format":1})",
         R"({"format":1,"program":1,"made":"","photos":0,"bytes":0,"catalog_sha256":"","damaged":[]})"})
        EXPECT_FALSE(restore_tar(
            {{"catalog.db", "a"}, {"signing-key.pem", "k"}, {"manifest.json", manifest}}))
            << manifest;
}

// Versions built with fmt 9 wrote the local time followed by Z.
TEST_F(BackupTest, AManifestWithLocalTimeIsRestored) {
    ASSERT_TRUE(run(dir_));
    auto manifest = parse_manifest(text_of(dir_ / "manifest.json"));
    ASSERT_TRUE(manifest);
    EXPECT_EQ(manifest->made, "2023-11-14T22:13:20Z");
    manifest->made = "2023-11-15T03:58:20Z";
    std::ofstream(dir_ / "manifest.json") << to_json(*manifest);
    const auto restored = run_restore(dir_);
    ASSERT_TRUE(restored) << restored.error().detail;
    EXPECT_EQ(restored->manifest.made, "2023-11-15T03:58:20Z");
    EXPECT_EQ(restored_largest("2"), "64 photo 2");
}

TEST_F(BackupTest, TheTargetOfARestoreMustBeEmpty) {
    EXPECT_TRUE(check_is_free(folder_.path() / "missing"));
    const auto free = folder_.path() / "free";
    fs::create_directories(free);
    EXPECT_TRUE(check_is_free(free));
    write("free/lock", "1");
    EXPECT_TRUE(check_is_free(free));
    write("free/.restoring/catalog.db", "x");
    write("free/blobs/tmp/x", "x");
    EXPECT_TRUE(check_is_free(free)) << "a restore that was killed";
    write("free/catalog.db", "x");
    EXPECT_FALSE(check_is_free(free)) << "somebody's data";
    fs::remove(free / "catalog.db");
    write("free/mine", "x");
    EXPECT_THAT(check_is_free(free).error().detail, HasSubstr("mine"));
    EXPECT_FALSE(check_is_free(free / "mine"));
}

TEST_F(BackupTest, AnInterruptedRestoreCanBeRunAgain) {
    ASSERT_TRUE(run(dir_));
    write("restored/.restoring/catalog.db", "half");
    write("restored/blobs/aa/bb/stale.blob", "stale");
    const auto restored = run_restore(dir_);
    ASSERT_TRUE(restored) << restored.error().detail;
    EXPECT_FALSE(fs::exists(restored_ / "blobs/aa/bb/stale.blob"));
    EXPECT_EQ(restored_largest("2"), "64 photo 2");
}

TEST(Manifest, IsParsedAsItWasWritten) {
    const Manifest manifest{.program = "1 \"x\"",
                            .made = "2025-02-13T10:17:05Z",
                            .photos = 18'446'744'073'709'551'615U,
                            .bytes = 5,
                            .catalog_sha256 = "ab",
                            .damaged = {"k1", "k2"}};
    EXPECT_EQ(parse_manifest(to_json(manifest)), manifest);
}

}  // namespace
}  // namespace cameo::transfer
