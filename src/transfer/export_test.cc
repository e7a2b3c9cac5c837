#include "transfer/export.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "transfer/transfer_testing.h"

namespace cameo::transfer {
namespace {

using testing::HasSubstr;

class ExportTest : public TransferTest {
  protected:
    ExportReport run(ExportOptions options = {}) {
        options.tenant = kTenant;
        options.folder = out_;
        auto report = export_photos(
            {directory_, catalog_, blobs_}, options, [](const Progress&) {}, stop_.get_token());
        EXPECT_TRUE(report) << report.error().detail;
        return std::move(*report);
    }
    std::string read(const std::string& name) const {
        std::ifstream stream(out_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    struct stat about(const std::string& name) const {
        struct stat found{};
        ::stat((out_ / name).c_str(), &found);
        return found;
    }

    std::filesystem::path out_ = folder_.path() / "out" / "deep";
    std::stop_source stop_;
};

TEST_F(ExportTest, WritesTheLargestSizeOfEveryPhoto) {
    add_user("1", "a@x");
    add_user("2", "b@x");
    give_photo("1", "ada");
    const auto report = run();
    EXPECT_EQ(report.written, 1U);
    EXPECT_EQ(report.without_photo, 1U);
    EXPECT_EQ(read("a@x.jpg"), "64 ada");
    EXPECT_EQ(about("a@x.jpg").st_mode & 0777U, 0600U);
    EXPECT_EQ(about("a@x.jpg").st_mtime, 1'700'000'000);
}

TEST_F(ExportTest, ASecondRunDoesNotWriteEqualFiles) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    run();
    const auto inode = about("a@x.jpg").st_ino;
    EXPECT_EQ(run().unchanged, 1U);
    EXPECT_EQ(about("a@x.jpg").st_ino, inode);
    give_photo("1", "new");
    EXPECT_EQ(run().written, 1U);
    EXPECT_EQ(read("a@x.jpg"), "64 new");
}

TEST_F(ExportTest, ASizeIsSelectedAndOwnersWithoutItAreListed) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    EXPECT_EQ(run({.size = photo::Size{48, 48}}).written, 1U);
    EXPECT_EQ(read("a@x.jpg"), "48 ada");
    const auto report = run({.size = photo::Size{648, 648}});
    ASSERT_EQ(report.lacks_size.size(), 1U);
    EXPECT_THAT(report.lacks_size[0].detail, HasSubstr("64x64"));
}

TEST_F(ExportTest, OwnersWithTheSameFileNameAreOmittedAndListed) {
    add_user("1", "a@x", "Same@x");
    add_user("2", "b@x", "same@X");
    give_photo("1", "ada");
    give_photo("2", "bob");
    const auto report = run({.name = *matching::Pattern::parse("mail", OwnerKind::user)});
    EXPECT_EQ(report.written, 0U);
    ASSERT_EQ(report.clashing.size(), 2U);
    EXPECT_THAT(report.clashing[0].detail, HasSubstr("b@x"));
}

TEST_F(ExportTest, NoNameLeavesTheFolder) {
    add_group("1", "../../../evil");
    add_group("2", "a\nb");
    give_photo("1", "evil", OwnerKind::group);
    give_photo("2", "line", OwnerKind::group);
    EXPECT_EQ(
        run({.kind = OwnerKind::group, .name = matching::Pattern::default_for(OwnerKind::group)})
            .written,
        2U);
    EXPECT_EQ(read("_._.._.._evil.jpg"), "64 evil");
    EXPECT_EQ(read("a_b.jpg"), "64 line");
}

TEST_F(ExportTest, OwnersWithoutANameAreListed) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    const auto report = run({.name = *matching::Pattern::parse("mail", OwnerKind::user)});
    EXPECT_EQ(report.nameless.size(), 1U);
}

TEST_F(ExportTest, DamagedAndMissingBytesAreReportedAndNeverWritten) {
    add_user("1", "a@x");
    add_user("2", "b@x");
    give_photo("1", "ada");
    give_photo("2", "bob");
    spoil_blob(photo_of("1")->blob_key, "48 ada64 adX");
    ASSERT_TRUE(blobs_.remove(photo_of("2")->blob_key, soon()));
    const auto report = run();
    ASSERT_EQ(report.damaged.size(), 2U);
    EXPECT_THAT(report.damaged[0].detail, HasSubstr("checksum"));
    EXPECT_THAT(report.damaged[1].detail, HasSubstr("missing"));
    EXPECT_EQ(read("a@x.jpg"), "");
    EXPECT_TRUE(std::filesystem::is_empty(out_));
}

TEST_F(ExportTest, AStopEndsItBetweenFiles) {
    add_user("1", "a@x");
    give_photo("1", "ada");
    stop_.request_stop();
    EXPECT_TRUE(run().stopped);
    EXPECT_EQ(read("a@x.jpg"), "");
}

TEST_F(ExportTest, AFolderThatCannotBeMadeIsReported) {
    write("file", "x");
    const auto report = export_photos({directory_, catalog_, blobs_},
                                      {.tenant = kTenant, .folder = folder_.path() / "file" / "x"},
                                      [](const Progress&) {}, {});
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().detail, HasSubstr("file"));
}

}  // namespace
}  // namespace cameo::transfer
