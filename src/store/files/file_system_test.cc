#include "store/files/file_system.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <string>

#include "store/contract/temporary_folder.h"

namespace cameo::store::files {
namespace {

// While it lives, no file of this process may grow past `bytes`: a real write that fails midway.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit before_{};
    void (*handler_)(int);
};

class RealFileSystemTest : public testing::Test {
  protected:
    TemporaryFolder folder_;
    RealFileSystem system_;
};

TEST_F(RealFileSystemTest, AWriteThatFailsMidwaySaysWhere) {
    const auto file = folder_.path() / "big";
    auto created = system_.create(file);
    ASSERT_TRUE(created);
    const auto written = [&] {
        const FileSizeLimit limit(4096);
        return (*created)->write(Bytes(10'000));
    }();
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().fault, Fault::internal);
    EXPECT_NE(written.error().detail.find("write " + file.native()), std::string::npos);
}

TEST_F(RealFileSystemTest, EachCallThatFailsNamesThePath) {
    const auto missing = folder_.path() / "missing" / "file";
    for (const auto& detail :
         {system_.make_folder(missing).error().detail, system_.sync_folder(missing).error().detail,
          system_.create(missing).error().detail, system_.rename(missing, missing).error().detail,
          system_.remove(folder_.path()).error().detail}) {
        EXPECT_NE(detail.find(folder_.path().native()), std::string::npos) << detail;
        EXPECT_NE(detail.find(": "), std::string::npos) << detail;
    }
}

TEST_F(RealFileSystemTest, AMissingFileReadsAsAbsent) {
    EXPECT_FALSE(system_.read(folder_.path() / "missing", 0, 1).value());
    EXPECT_TRUE(system_.list(folder_.path() / "missing").value().empty());
    EXPECT_TRUE(system_.remove(folder_.path() / "missing"));
}

}  // namespace
}  // namespace cameo::store::files
