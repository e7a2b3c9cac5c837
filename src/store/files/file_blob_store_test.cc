#include "store/files/file_blob_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "store/contract/blob_store_contract.h"
#include "store/contract/temporary_folder.h"

namespace cameo::store {
namespace {

class FilesBed final : public contract::BlobStoreBed {
  public:
    FilesBed() { store_.emplace(folder_.path() / "blobs"); }
    photo::BlobStore& store() override { return *store_; }
    bool reopen() override {
        store_.emplace(folder_.path() / "blobs");
        return true;
    }

  private:
    TemporaryFolder folder_;
    std::optional<files::FileBlobStore> store_;
};

std::unique_ptr<contract::BlobStoreBed> files_bed() { return std::make_unique<FilesBed>(); }

}  // namespace

namespace contract {
INSTANTIATE_TEST_SUITE_P(Files, BlobStoreContract, testing::Values(files_bed));
}  // namespace contract

namespace files {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

const std::string kKey = "abcd0000000000000000000000000001";

class FileBlobStoreTest : public testing::Test {
  protected:
    static unsigned mode_of(const fs::path& file) {
        struct stat status{};
        EXPECT_EQ(stat(file.c_str(), &status), 0) << file;
        return status.st_mode & 0777U;
    }
    void write(const fs::path& file, std::string_view text) {
        std::ofstream(root_ / file, std::ios::binary) << text;
    }
    bool put(const std::string& key) { return store_.put(key, Bytes(10, 1), soon_).has_value(); }

    TemporaryFolder folder_;
    fs::path root_ = folder_.path() / "blobs";
    FileBlobStore store_{root_};
    Deadline soon_ = deadline_in(60s);
};

TEST_F(FileBlobStoreTest, PutsEachBlobWhereTheFormatSaysForItsOwnerAlone) {
    ASSERT_TRUE(put(kKey));
    EXPECT_EQ(fs::file_size(root_ / "ab/cd" / (kKey + ".blob")), 10U);
    EXPECT_EQ(mode_of(root_ / "ab/cd" / (kKey + ".blob")), 0600U);
    for (const char* folder : {"", "ab", "ab/cd", "tmp"}) EXPECT_EQ(mode_of(root_ / folder), 0700U);
    EXPECT_TRUE(fs::is_empty(root_ / "tmp"));
}

TEST_F(FileBlobStoreTest, AKeyIsNeverAPath) {
    write("secret", "do not read or remove");
    for (const std::string key :
         {"", "../secret", "secret", "abcd/../../../secret", "..",
          "ABCD0000000000000000000000000001", "abcd000000000000000000000000000",
          "abcd0000000000000000000000000001a", "../../../../../../../etc/passwd0"}) {
        EXPECT_EQ(store_.put(key, Bytes(1), soon_).error().fault, Fault::internal) << key;
        EXPECT_EQ(store_.read(key, 0, 1, soon_).error().fault, Fault::internal) << key;
        EXPECT_EQ(store_.remove(key, soon_).error().fault, Fault::internal) << key;
        EXPECT_EQ(store_.set_aside(key, soon_).error().fault, Fault::internal) << key;
        EXPECT_EQ(store_.bring_back(key, soon_).error().fault, Fault::internal) << key;
    }
    EXPECT_TRUE(fs::exists(root_ / "secret"));
}

TEST_F(FileBlobStoreTest, ListsOnlyBlobs) {
    ASSERT_TRUE(put(kKey));
    fs::create_directories(root_ / "ab/xy");
    fs::create_directories(root_ / "ab/cd" / (std::string(32, '0') + ".blob"));
    write("tmp/" + kKey, "half");
    write("README", "");
    write("ab/cd/notes.txt", "");
    write("ab/cd/abcd.blob", "");
    const auto listed = store_.list("", 100, soon_);
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->size(), 1U);
    EXPECT_EQ(listed->front().key, kKey);
}

TEST_F(FileBlobStoreTest, RemovesOldTemporaryFilesWhenItStartsAndKeepsRecentOnes) {
    write("tmp/old", "half a blob");
    write("tmp/recent", "half a blob");
    fs::last_write_time(root_ / "tmp/old", fs::file_time_type::clock::now() - 2h);
    const FileBlobStore next(root_);
    EXPECT_FALSE(fs::exists(root_ / "tmp/old"));
    EXPECT_TRUE(fs::exists(root_ / "tmp/recent"));
}

TEST_F(FileBlobStoreTest, TheAgeOfABlobFromTheFutureIsZero) {
    const std::string other = "abcd0000000000000000000000000002";
    ASSERT_TRUE(put(kKey) && put(other));
    const auto now = fs::file_time_type::clock::now();
    fs::last_write_time(root_ / "ab/cd" / (kKey + ".blob"), now - 2h);
    fs::last_write_time(root_ / "ab/cd" / (other + ".blob"), now + 2h);
    const auto listed = store_.list("", 100, soon_);
    ASSERT_EQ(listed->size(), 2U);
    EXPECT_GE(listed->at(0).age, 2h - 1s);
    EXPECT_LE(listed->at(0).age, 2h + 60s);
    EXPECT_EQ(listed->at(1).age, 0s);
}

TEST_F(FileBlobStoreTest, ABlobThatCannotBeReadIsNeitherMissingNorShort) {
    const auto expect_unreadable = [&] {
        const auto got = store_.read(kKey, 0, 10, soon_);
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().fault, Fault::internal);
        EXPECT_NE(got.error().detail.find(root_.native()), std::string::npos);
    };
    ASSERT_TRUE(put(kKey));
    const auto file = root_ / "ab/cd" / (kKey + ".blob");
    fs::remove(file);
    fs::create_directory(file);  // EISDIR
    expect_unreadable();
    fs::remove(file);
    fs::create_symlink(file, file);  // ELOOP
    expect_unreadable();
    fs::remove_all(root_ / "ab");
    write("ab", "not a folder");  // ENOTDIR
    expect_unreadable();
    fs::remove(root_ / "ab");
    EXPECT_FALSE(store_.read(kKey, 0, 10, soon_)->has_value());
    fs::rename(root_, folder_.path() / "away");  // not mounted
    expect_unreadable();
    EXPECT_EQ(store_.list("", 10, soon_).error().fault, Fault::internal);
    EXPECT_EQ(store_.list_set_aside("", 10, soon_).error().fault, Fault::internal);
}

TEST_F(FileBlobStoreTest, ABlobSetAsideIsInLostWithANewAge) {
    ASSERT_TRUE(put(kKey));
    fs::last_write_time(root_ / "ab/cd" / (kKey + ".blob"),
                        fs::file_time_type::clock::now() - 240h);
    ASSERT_TRUE(store_.set_aside(kKey, soon_));
    EXPECT_EQ(fs::file_size(root_ / "lost/ab/cd" / (kKey + ".blob")), 10U);
    EXPECT_EQ(mode_of(root_ / "lost/ab"), 0700U);
    const auto aside = store_.list_set_aside("", 10, soon_);
    ASSERT_EQ(aside->size(), 1U);
    EXPECT_LT(aside->front().age, 60s);
}

TEST_F(FileBlobStoreTest, ARootThatCannotBeMadeFailsEachPutWithItsName) {
    write("file", "not a folder");
    FileBlobStore lost(root_ / "file/blobs");
    const auto put = lost.put(kKey, Bytes(1), soon_);
    ASSERT_FALSE(put);
    EXPECT_NE(put.error().detail.find("file/blobs"), std::string::npos) << put.error().detail;
}

}  // namespace
}  // namespace files
}  // namespace cameo::store
