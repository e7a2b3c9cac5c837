#include "transfer/import.h"

#include <gmock/gmock.h>

#include "transfer/picture_source.h"
#include "transfer/transfer_testing.h"

namespace cameo::transfer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ImportTest : public TransferTest {
  protected:
    ImportReport run(ImportOptions options = {}) {
        options.tenant = kTenant;
        const auto source = open_folder_source(folder_.path(), photo_service_.limits().bytes);
        const ImportPorts ports{directory_, catalog_, blobs_, photo_service(),
                                [](ByteView upload, const photo::RenderOptions&) {
                                    return as_text(upload).starts_with("bad")
                                               ? Result<void>(fail(Fault::invalid_image, "bad"))
                                               : Result<void>{};
                                }};
        auto report = import_photos(**source, ports, options, on_progress_, stop_.get_token());
        EXPECT_TRUE(report) << report.error().detail;
        return std::move(*report);
    }
    virtual PhotoService& photo_service() { return photo_service_; }

    static const ImportLine& line(const ImportReport& report, const std::string& picture) {
        return *std::ranges::find(report.lines, picture, &ImportLine::picture);
    }

    OnProgress on_progress_ = [](const Progress&) {};
    std::stop_source stop_;
};

TEST_F(ImportTest, TheSamePictureIsStoredAgainOverALostOrDamagedBlob) {
    for (const auto* id : {"1", "2", "3"}) {
        add_user(id, std::string(id) + "@x");
        write(std::string(id) + "@x.jpg", "face");
    }
    run();
    ASSERT_TRUE(blobs_.remove(photo_of("1")->blob_key, soon()));
    spoil_blob(photo_of("2")->blob_key, "48 face64 facX");
    const auto report = run();
    EXPECT_EQ(report.count(ImportOutcome::replaced), 2U);
    EXPECT_EQ(report.count(ImportOutcome::unchanged), 1U);
    EXPECT_EQ(largest_of("1"), "64 face");
    EXPECT_EQ(largest_of("2"), "64 face");
}

TEST_F(ImportTest, EveryKindOfOutcome) {
    for (const auto* id : {"1", "2", "3", "4", "5", "6"}) add_user(id, std::string(id) + "@x");
    give_photo("2", "old");
    give_photo("3", "same");
    write("1@x.jpg", "new");
    write("sub/deep/2@X.PNG", "newer");
    write("3@x.webp", "same");
    write("4@x.gif", "bad");
    write("5@x.jpeg", std::string(1'001, 'x'));
    write("nobody@x.heic", "new");
    write("notes.txt", "text");
    write(".hidden.jpg", "new");
    const auto report = run();
    EXPECT_EQ(line(report, "1@x.jpg").outcome, ImportOutcome::added);
    EXPECT_EQ(line(report, "sub/deep/2@X.PNG").outcome, ImportOutcome::replaced);
    EXPECT_EQ(line(report, "3@x.webp").outcome, ImportOutcome::unchanged);
    EXPECT_EQ(line(report, "4@x.gif").outcome, ImportOutcome::refused);
    EXPECT_EQ(line(report, "4@x.gif").detail, "The picture is bad.");
    EXPECT_THAT(line(report, "5@x.jpeg").detail, HasSubstr("1001 bytes; at most 1000"));
    EXPECT_EQ(line(report, "nobody@x.heic").outcome, ImportOutcome::unmatched);
    EXPECT_EQ(report.lines.size(), 6U);
    EXPECT_EQ(report.ignored, 2U);
    EXPECT_THAT(report.without_photo, ElementsAre("4@x", "5@x", "6@x"));
    EXPECT_EQ(largest_of("2"), "64 newer");
    EXPECT_EQ(photo_of("1")->origin.source, "import");
}

TEST_F(ImportTest, ADryRunReportsTheSameAndChangesNothing) {
    for (const auto* id : {"1", "2", "3"}) add_user(id, std::string(id) + "@x");
    give_photo("2", "old");
    write("1@x.jpg", "new");
    write("2@x.jpg", "newer");
    write("3@x.jpg", "bad");
    const auto report = run({.dry_run = true});
    EXPECT_EQ(line(report, "1@x.jpg").outcome, ImportOutcome::added);
    EXPECT_EQ(line(report, "2@x.jpg").outcome, ImportOutcome::replaced);
    EXPECT_EQ(line(report, "3@x.jpg").outcome, ImportOutcome::refused);
    EXPECT_THAT(report.without_photo, ElementsAre("3@x"));
    EXPECT_FALSE(photo_of("1"));
    EXPECT_EQ(largest_of("2"), "64 old");
}

TEST_F(ImportTest, AnAmbiguousNameIsSkippedAndListsBothOwners) {
    add_user("1", "a@x", "same@x");
    add_user("2", "b@x", "same@x");
    write("same@x.jpg", "new");
    const auto report = run({.pattern = *Pattern::parse("mail", OwnerKind::user)});
    EXPECT_EQ(report.lines[0].outcome, ImportOutcome::ambiguous);
    EXPECT_THAT(report.lines[0].detail, AllOf(HasSubstr("a@x"), HasSubstr("b@x")));
    EXPECT_FALSE(photo_of("1"));
}

TEST_F(ImportTest, SeveralPicturesForOnePersonAreAllSkipped) {
    add_user("1", "a@x");
    write("a@x.jpg", "one");
    write("a@x.png", "two");
    write("sub/A@x.jpg", "three");
    const auto report = run();
    EXPECT_EQ(report.count(ImportOutcome::ambiguous), 3U);
    EXPECT_THAT(line(report, "a@x.png").detail, HasSubstr("a@x.jpg"));
    EXPECT_FALSE(photo_of("1"));
}

TEST_F(ImportTest, TheStorageKindIsTheOwnersAndPartOfThePhoto) {
    add_user("1", "a@x");
    write("a@x.jpg", "same");
    EXPECT_EQ(run().count(ImportOutcome::added), 1U);
    ASSERT_TRUE(directory_.users().change(
        kTenant, "1",
        [](directory::User& user) -> Result<void> {
            user.photo_storage = PhotoStorage::directory;
            return {};
        },
        soon()));
    EXPECT_EQ(run().count(ImportOutcome::replaced), 1U);
    EXPECT_EQ(photo_of("1")->storage, PhotoStorage::directory);
    EXPECT_EQ(run().count(ImportOutcome::unchanged), 1U);
}

TEST_F(ImportTest, GroupsAreLoadedByTheSamePatterns) {
    add_group("g", "The Board");
    add_user("g", "the board");
    write("the board.jpg", "new");
    const auto report =
        run({.kind = OwnerKind::group, .pattern = Pattern::default_for(OwnerKind::group)});
    EXPECT_EQ(report.count(ImportOutcome::added), 1U);
    EXPECT_TRUE(photo_of("g", OwnerKind::group));
    EXPECT_FALSE(photo_of("g"));
}

TEST_F(ImportTest, ACropOfACsvFileIsPartOfThePhoto) {
    for (const auto* id : {"1", "2"}) add_user(id, std::string(id) + "@x");
    const auto run_csv = [&](const std::string& crop, bool dry_run = false) {
        write("all.csv", "id,photo,crop\n1,c2FtZQ==,\"" + crop + "\"\n2,c2FtZQ==,x=1\n");
        const auto csv = open_csv_source(folder_.path() / "all.csv", OwnerKind::user, "", {});
        EXPECT_TRUE(csv);
        const ImportPorts ports{directory_, catalog_, blobs_, photo_service(),
                                [](ByteView, const photo::RenderOptions& options) {
                                    return options.crop ? Result<void>{}
                                                        : fail(Fault::internal, "no crop");
                                }};
        return import_photos(*csv->source, ports,
                             {.tenant = kTenant, .pattern = csv->pattern, .dry_run = dry_run},
                             on_progress_, stop_.get_token())
            .value();
    };
    const auto looked_at = run_csv("x=0, y=0, side=50", true);
    EXPECT_EQ(looked_at.lines[0].outcome, ImportOutcome::added);
    EXPECT_EQ(looked_at.lines[1].outcome, ImportOutcome::refused);
    EXPECT_THAT(looked_at.lines[1].detail, HasSubstr("needs x, y and side"));
    EXPECT_FALSE(photo_of("1"));
    EXPECT_EQ(run_csv("x=0, y=0, side=50").lines[0].outcome, ImportOutcome::added);
    EXPECT_EQ(photo_of("1")->crop, (photo::Crop{0, 0, 50, 0}));
    EXPECT_EQ(run_csv("side=50, x=0, y=0, rotate=0").lines[0].outcome, ImportOutcome::unchanged);
    EXPECT_EQ(run_csv("x=0, y=1, side=50").lines[0].outcome, ImportOutcome::replaced);
    EXPECT_FALSE(photo_of("2"));
}

TEST_F(ImportTest, AStopFinishesUploadsInProgressAndASecondRunContinues) {
    for (int i = 0; i < 50; ++i) {
        add_user(std::to_string(i), std::to_string(i) + "@x");
        write(std::to_string(i) + "@x.jpg", "new");
    }
    on_progress_ = [this](const Progress& progress) {
        if (progress.done == 10) stop_.request_stop();
    };
    const auto first = run();
    EXPECT_GE(first.count(ImportOutcome::added), 10U);
    EXPECT_LE(first.count(ImportOutcome::added), 12U);
    EXPECT_EQ(first.count(ImportOutcome::added) + first.count(ImportOutcome::left), 50U);
    stop_ = {};
    on_progress_ = [](const Progress&) {};
    const auto second = run();
    EXPECT_EQ(second.count(ImportOutcome::unchanged), first.count(ImportOutcome::added));
    EXPECT_EQ(second.count(ImportOutcome::added), first.count(ImportOutcome::left));
}

TEST_F(ImportTest, ProgressCountsMatchedPictures) {
    for (const auto* id : {"1", "2"}) {
        add_user(id, std::string(id) + "@x");
        write(std::string(id) + "@x.jpg", "new");
    }
    write("nobody.jpg", "new");
    Progress last;
    on_progress_ = [&](const Progress& progress) { last = progress; };
    run();
    EXPECT_EQ(last.done, 2U);
    EXPECT_EQ(last.total, 2U);
    EXPECT_EQ(last.bytes, 6U);
}

TEST_F(ImportTest, HintsListOtherMatchingPatterns) {
    add_user("1", "a@x", "ada@x");
    add_user("2", "b@x", "bob@x");
    write("ada@x.jpg", "new");
    write("bob@x.jpg", "new");
    write("Display 1.jpg", "new");
    const auto source = open_folder_source(folder_.path(), 1'000);
    const auto hints = other_matches(**source, directory_, kTenant, OwnerKind::user);
    ASSERT_TRUE(hints);
    ASSERT_EQ(hints->size(), 2U);
    EXPECT_EQ((*hints)[0].match, "mail");
    EXPECT_EQ((*hints)[0].pictures, 2U);
    EXPECT_EQ((*hints)[1].match, "displayName");
}

// Fails as with a full disk or an ended server.
class BrokenPhotoService final : public ForwardingPhotoService {
  public:
    using ForwardingPhotoService::ForwardingPhotoService;
    Result<photo::Photos::Put> put(const PutRequest&, ByteView) override {
        ++puts;
        return std::unexpected(error);
    }

    std::atomic<int> puts = 0;
    Error error{Fault::internal, "No space left on device"};
};

class BrokenImportTest : public ImportTest {
  protected:
    void add_pictures() {
        for (int i = 0; i < 50; ++i) {
            add_user(std::to_string(i), std::to_string(i) + "@x");
            write(std::to_string(i) + "@x.jpg", "new");
        }
    }
    PhotoService& photo_service() override { return broken_; }
    BrokenPhotoService broken_{photo_service_};
};

TEST_F(BrokenImportTest, StopsEarlyWithTheReasonIfAllUploadsFail) {
    add_pictures();
    const auto report = run();
    EXPECT_EQ(report.gave_up, "No space left on device");
    EXPECT_LE(broken_.puts, 12);
    EXPECT_GT(report.count(ImportOutcome::left), 30U);
}

// A server of another version starts while an import runs.
TEST_F(BrokenImportTest, ARequestOfAnotherVersionIsNotAFaultOfThePicture) {
    broken_.error = {Fault::malformed, "The server is of version 2."};
    add_pictures();
    const auto report = run();
    EXPECT_EQ(report.gave_up, "The server is of version 2.");
    EXPECT_EQ(report.count(ImportOutcome::refused), 0U);
    EXPECT_GT(report.count(ImportOutcome::left), 30U);
}

TEST(FolderSource, AMissingFolderIsReported) {
    const auto source = open_folder_source("/nonexistent/folder", 1);
    ASSERT_FALSE(source);
    EXPECT_THAT(source.error().detail, HasSubstr("/nonexistent/folder"));
}

}  // namespace
}  // namespace cameo::transfer
