#include "access/builtin_issuer.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/ids.h"

namespace cameo::access {
namespace {

using ::testing::HasSubstr;

TEST(SigningKeyFile, IsTheSameAfterARestart) {
    const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".pem");
    const auto made = SigningKey::create(file);
    ASSERT_TRUE(made);
    const auto loaded = SigningKey::load(file);
    ASSERT_TRUE(loaded) << loaded.error().detail;
    EXPECT_EQ(loaded->id(), made->id());
    EXPECT_EQ(loaded->public_jwk(), made->public_jwk());
    std::filesystem::permissions(file, std::filesystem::perms(0644));
    const auto open_to_all = SigningKey::load(file);
    ASSERT_FALSE(open_to_all);
    EXPECT_THAT(open_to_all.error().detail, HasSubstr("chmod 600"));
    std::filesystem::remove(file);
}

TEST(SigningKeyFile, AMissingOrForeignOneIsRefused) {
    EXPECT_FALSE(SigningKey::load("/nonexistent/key.pem"));
    EXPECT_FALSE(SigningKey::load("/dev/null"));
}

// The limit on a file's size fails a write as a full disk does.
class SmallFiles {
  public:
    explicit SmallFiles(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~SmallFiles() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    SmallFiles(const SmallFiles&) = delete;
    SmallFiles& operator=(const SmallFiles&) = delete;

  private:
    rlimit before_{};
    void (*handler_)(int);
};

TEST(SigningKeyFile, AFullDiskIsReportedAndDoesNotPreventALaterStart) {
    const auto folder = std::filesystem::temp_directory_path() / new_guid();
    std::filesystem::create_directory(folder);
    const auto file = folder / "signing-key.pem";
    {
        const SmallFiles limit(100);
        const auto made = SigningKey::create(file);
        ASSERT_FALSE(made);
        EXPECT_THAT(made.error().detail, HasSubstr("signing-key.pem"));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    EXPECT_TRUE(SigningKey::create(file));
    EXPECT_TRUE(SigningKey::load(file));
    std::filesystem::remove_all(folder);
}

// A crash in the middle of the write leaves the temporary file, of any length.
TEST(SigningKeyFile, APartialFileOfACrashIsReplaced) {
    const auto folder = std::filesystem::temp_directory_path() / new_guid();
    std::filesystem::create_directory(folder);
    const auto file = folder / "signing-key.pem";
    std::ofstream(folder / ".signing-key.pem.part") << "-----BEGIN PRIVATE KEY-----\nMII";
    EXPECT_TRUE(SigningKey::create(file));
    EXPECT_TRUE(SigningKey::load(file));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
    std::filesystem::remove_all(folder);
}

TEST(SigningKeyFile, AnExistingOneIsNeverReplaced) {
    const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".pem");
    const auto made = SigningKey::create(file);
    ASSERT_TRUE(made);
    EXPECT_FALSE(SigningKey::create(file));
    EXPECT_EQ(SigningKey::load(file)->id(), made->id());
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace cameo::access
