#include "server/data_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/contract/sample_photo.h"
#include "store/contract/temporary_folder.h"

namespace cameo::server {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

unsigned mode_of(const std::filesystem::path& path) {
    struct stat about{};
    return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 0777U : 0U;
}

class DataFolderTest : public testing::Test {
  protected:
    store::TemporaryFolder parent_;
    std::filesystem::path folder_ = parent_.path() / "data";
};

TEST_F(DataFolderTest, TheFirstStartMakesTheTenantAndAPrivateKey) {
    const auto opened = open_data_folder(folder_);
    ASSERT_TRUE(opened) << opened.error().detail;
    ASSERT_EQ(opened->tenants.size(), 1U);
    EXPECT_EQ(opened->tenants[0].name, "default");
    EXPECT_EQ(mode_of(folder_ / "signing-key.pem"), 0600U);
    EXPECT_EQ(mode_of(folder_), 0700U);
}

TEST_F(DataFolderTest, AFolderOfAnotherUserIsRefused) {
    EXPECT_TRUE(check_is_own(folder_)) << "one that is not there yet";
    ASSERT_TRUE(std::filesystem::create_directory(folder_));
    EXPECT_TRUE(check_is_own(folder_));
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
    ASSERT_EQ(::chown(folder_.c_str(), 65534, 65534), 0);
    const auto own = check_is_own(folder_);
    ASSERT_FALSE(own);
    EXPECT_THAT(own.error().detail, HasSubstr("belongs to user 65534, and this is user 0"));
}

TEST_F(DataFolderTest, ASecondStartFindsTheSameTenantAndKey) {
    auto first = open_data_folder(folder_);
    ASSERT_TRUE(first);
    const auto tenants = first->tenants;
    const auto key = first->key.id();
    first = fail(Fault::internal, "closed");
    const auto second = open_data_folder(folder_);
    ASSERT_TRUE(second) << second.error().detail;
    EXPECT_EQ(second->tenants, tenants);
    EXPECT_EQ(second->key.id(), key);
}

TEST_F(DataFolderTest, ConfiguredTenantsAreMadeOnceAndFoundLater) {
    const std::vector<config::TenantSettings> configured{
        {.name = "contoso"}, {.name = "home", .kind = directory::TenantKind::personal}};
    auto first = open_data_folder(folder_, configured);
    ASSERT_TRUE(first) << first.error().detail;
    const auto tenants = first->tenants;
    ASSERT_EQ(tenants.size(), 2U);
    EXPECT_EQ(tenants[1].kind, directory::TenantKind::personal);
    const auto issuer = read_data_folder(folder_);
    ASSERT_TRUE(issuer);
    EXPECT_THAT(issuer->tenants, UnorderedElementsAreArray(tenants));
    first = fail(Fault::internal, "closed");
    const auto second = open_data_folder(folder_);
    ASSERT_TRUE(second) << second.error().detail;
    EXPECT_THAT(second->tenants, UnorderedElementsAreArray(tenants));
}

TEST_F(DataFolderTest, AConfiguredIdThatDiffersFromTheTenantsStopsTheStart) {
    ASSERT_TRUE(open_data_folder(folder_));
    const std::vector<config::TenantSettings> configured{
        {.name = "default", .id = "0f8fad5b-d9cb-469f-a165-70867728950e"}};
    const auto opened = open_data_folder(folder_, configured);
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().detail, HasSubstr("the tenant 'default'"));
}

// A new key would invalidate every token, and a new catalog would hide every photo.
TEST_F(DataFolderTest, AKeyOrACatalogOfUnknownStatusIsNotMadeAgain) {
    ASSERT_TRUE(open_data_folder(folder_));
    for (const auto* name : {"signing-key.pem", "catalog.db"}) {
        const auto file = folder_ / name;
        const auto away = folder_ / "away";
        std::filesystem::rename(file, away);
        std::filesystem::create_symlink(file, file);  // ELOOP
        const auto opened = open_data_folder(folder_);
        ASSERT_FALSE(opened) << name;
        EXPECT_THAT(opened.error().detail, HasSubstr(std::string(name) + ": Too many levels"));
        EXPECT_TRUE(std::filesystem::is_symlink(file)) << name;
        std::filesystem::rename(away, file);
    }
    EXPECT_TRUE(open_data_folder(folder_));
}

TEST_F(DataFolderTest, WithoutItsCatalogAFolderWithBlobsOrAKeyIsRefused) {
    ASSERT_TRUE(open_data_folder(folder_));
    const auto blob = folder_ / "blobs/ab/cd" / (std::string(32, 'a') + ".blob");
    const auto catalog = folder_ / "catalog.db";
    const auto expect_refused = [&](const char* what) {
        const auto opened = open_data_folder(folder_);
        ASSERT_FALSE(opened) << what;
        EXPECT_THAT(opened.error().detail, HasSubstr("cameo restore")) << what;
        EXPECT_THAT(opened.error().detail, HasSubstr("--new-catalog")) << what;
        EXPECT_EQ(check_has_catalog(folder_).error().detail, opened.error().detail);
        EXPECT_FALSE(std::filesystem::exists(catalog) && std::filesystem::file_size(catalog) > 0);
    };
    for (const auto* side : {"", "-wal", "-shm"}) std::filesystem::remove(catalog.native() + side);
    expect_refused("a key");
    std::ofstream(catalog).flush();
    expect_refused("a key, and an empty catalog");
    std::filesystem::remove(catalog);
    std::filesystem::remove(folder_ / "signing-key.pem");
    std::filesystem::create_directories(blob.parent_path());
    std::ofstream(blob) << "bytes";
    expect_refused("a blob");
    std::filesystem::create_directories(folder_ / "blobs/lost/ab/cd");
    std::filesystem::rename(blob, folder_ / "blobs/lost/ab/cd" / blob.filename());
    expect_refused("a lost blob");
    EXPECT_TRUE(open_data_folder(folder_, {}, NewCatalog::yes));
    EXPECT_TRUE(open_data_folder(folder_));
    EXPECT_THAT(open_data_folder(folder_, {}, NewCatalog::yes).error().detail,
                HasSubstr("without --new-catalog"));
}

TEST_F(DataFolderTest, ANewFolderMayContainEmptyFolders) {
    std::filesystem::create_directories(folder_ / "blobs/lost+found");
    std::filesystem::create_directories(folder_ / "dev-ca");
    EXPECT_TRUE(open_data_folder(folder_));
}

TEST_F(DataFolderTest, ACatalogWithPhotosNeedsTheFolderOfBlobs) {
    {
        const auto opened = open_data_folder(folder_);
        ASSERT_TRUE(opened);
        ASSERT_TRUE(opened->database->directory().users().add(
            {.tenant = "t", .id = "1", .user_principal_name = "1@x", .display_name = "1"},
            deadline_in(std::chrono::seconds(60))));
        ASSERT_TRUE(opened->database->catalog().put({"t", OwnerKind::user, "1"},
                                                    store::contract::sample_photo(), {},
                                                    deadline_in(std::chrono::seconds(60))));
    }
    std::filesystem::rename(folder_ / "blobs", folder_ / "away");
    const auto opened = open_data_folder(folder_);
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().detail, HasSubstr("Mount its file system"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "blobs"));
    std::filesystem::create_directory(folder_ / "blobs");
    EXPECT_TRUE(open_data_folder(folder_));
}

TEST_F(DataFolderTest, AFolderInUseIsRefused) {
    const auto first = open_data_folder(folder_);
    ASSERT_TRUE(first);
    const auto second = open_data_folder(folder_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().fault, Fault::conflict);
    EXPECT_THAT(second.error().detail, HasSubstr(folder_.string()));
}

TEST_F(DataFolderTest, TokensCanBeIssuedWhileAServerRuns) {
    const auto server = open_data_folder(folder_);
    ASSERT_TRUE(server);
    const auto issuer = read_data_folder(folder_);
    ASSERT_TRUE(issuer) << issuer.error().detail;
    EXPECT_EQ(issuer->key.id(), server->key.id());
    EXPECT_EQ(issuer->tenants, server->tenants);
}

TEST_F(DataFolderTest, WithoutDataTheErrorOfIssuingTokensHasAdvice) {
    const auto issuer = read_data_folder(folder_);
    ASSERT_FALSE(issuer);
    EXPECT_THAT(issuer.error().detail, HasSubstr("cameo serve --data"));
}

TEST_F(DataFolderTest, AFileIsNotADataFolder) {
    const auto opened = open_data_folder("/dev/null");
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().detail, HasSubstr("/dev/null"));
}

}  // namespace

}  // namespace cameo::server
