#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace cameo {
namespace {

namespace fs = std::filesystem;

class WholeFile : public testing::Test {
  protected:
    WholeFile() {
        std::string name = fs::temp_directory_path() / "cameo-test-XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }
    void TearDown() override { fs::remove_all(folder_); }

    static std::string text_of(const fs::path& file) {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
    }

    fs::path folder_;
};

TEST_F(WholeFile, ReplacesAFileAndLeavesNoOther) {
    const auto file = folder_ / "x";
    std::ofstream(folder_ / ".x.part") << "of a process that was killed, and longer";
    for (const auto* text : {"first", "2"}) {
        ASSERT_TRUE(write_file_durably(file, as_bytes(text), 0600));
        EXPECT_EQ(text_of(file), text);
        EXPECT_EQ(files(), 1U);
    }
    struct stat about{};
    ASSERT_EQ(::stat(file.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

// If the temporary name is a link to the finished file, the file must not be truncated through it.
TEST_F(WholeFile, NeverWritesIntoAnExistingFile) {
    std::ofstream(folder_ / "x") << "finished";
    fs::create_hard_link(folder_ / "x", folder_ / ".y.part");
    ASSERT_TRUE(write_file(folder_ / "y", as_bytes("other"), 0600));
    EXPECT_EQ(text_of(folder_ / "x"), "finished");
    EXPECT_EQ(text_of(folder_ / "y"), "other");
}

TEST_F(WholeFile, AFailureIsReportedAndLeavesNothing) {
    const auto missing = write_file_durably(folder_ / "none" / "x", as_bytes("x"), 0600);
    ASSERT_FALSE(missing);
    EXPECT_TRUE(missing.error().detail.contains("No such file")) << missing.error().detail;
    fs::create_directories(folder_ / "x" / "y");  // cannot be replaced by a file
    EXPECT_FALSE(write_file_durably(folder_ / "x", as_bytes("x"), 0600));
    EXPECT_EQ(files(), 1U);
}

TEST_F(WholeFile, AFileWhoseStatusIsUnknownIsNotAbsent) {
    EXPECT_EQ(is_there(folder_ / "missing"), false);
    EXPECT_EQ(is_there(folder_ / "missing" / "below"), false);
    ASSERT_TRUE(write_file(folder_ / "a", {}, 0600));
    EXPECT_EQ(is_there(folder_ / "a"), true);
    EXPECT_EQ(is_there(folder_ / "a" / "below"), false);
    fs::create_symlink(folder_ / "cycle", folder_ / "cycle");  // ELOOP
    const auto looked = is_there(folder_ / "cycle");
    ASSERT_FALSE(looked);
    EXPECT_TRUE(looked.error().detail.contains("cycle: Too many levels of symbolic links"));
}

}  // namespace
}  // namespace cameo
