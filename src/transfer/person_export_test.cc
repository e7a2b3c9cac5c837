#include "transfer/person_export.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <map>
#include <string>

#include "transfer/transfer_testing.h"

namespace cameo::transfer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class PersonExportTest : public TransferTest {
  protected:
    PersonExportTest() {
        add_user("1", "ada@x", "ada@mail.x");
        add_user("2", "bob@x");
        add_group("g", "Board");
        directory::Store& store = directory_;
        EXPECT_TRUE(store.add_member(kTenant, "g", "1", soon()));
        EXPECT_TRUE(store.add_owner(kTenant, "g", "1", soon()));
        EXPECT_TRUE(store.set_manager(kTenant, "1", "2", soon()));
        EXPECT_TRUE(
            directory_.contacts().add({.tenant = kTenant,
                                       .mailbox = "1",
                                       .id = "../../etc",
                                       .parent_folder_id = directory::default_folder_id("1"),
                                       .display_name = "Carol"},
                                      soon()));
    }
    Result<PersonExportReport> run(const std::string& id = "1") {
        const auto person = directory_.users().find(kTenant, id, soon());
        return export_person({directory_, catalog_, blobs_}, **person, file_);
    }
    // The files of the zip, by name.
    std::map<std::string, std::string> files() {
        std::map<std::string, std::string> found;
        auto* reader = archive_read_new();
        archive_read_support_format_zip(reader);
        EXPECT_EQ(archive_read_open_filename(reader, file_.c_str(), 1 << 16), ARCHIVE_OK);
        archive_entry* entry = nullptr;
        while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
            std::string text(1'000'000, ' ');
            const auto read = archive_read_data(reader, text.data(), text.size());
            text.resize(static_cast<std::size_t>(read));
            found[archive_entry_pathname(entry)] = text;
        }
        archive_read_free(reader);
        return found;
    }

    std::filesystem::path file_ = folder_.path() / "ada.zip";
};

TEST_F(PersonExportTest, HasTheEntryTheGroupsTheContactsAndEverySizeOfEveryPhoto) {
    give_photo("1", "first");
    give_photo("1", "second");
    give_photo("../../etc", "carol", OwnerKind::contact);
    give_photo("2", "bob");
    const auto report = run();
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_TRUE(report->damaged.empty());
    const auto all = files();
    EXPECT_EQ(report->files, all.size());
    const auto former = catalog_.former_photos(owner("1"), soon())->front().id;
    EXPECT_EQ(all.at("photo/48x48.jpg"), "48 second");
    EXPECT_EQ(all.at("photo/64x64.jpg"), "64 second");
    EXPECT_EQ(all.at("former-photos/" + former + "/64x64.jpg"), "64 first");
    EXPECT_EQ(all.at("contacts/1/64x64.jpg"), "64 carol");
    EXPECT_EQ(all.size(), 7U);
    const auto data = boost::json::parse(all.at("person.json")).as_object();
    EXPECT_EQ(data.at("entry").at("userPrincipalName"), "ada@x");
    EXPECT_EQ(data.at("entry").at("mail"), "ada@mail.x");
    EXPECT_EQ(data.at("memberOf").at(0).at("displayName"), "Board");
    EXPECT_EQ(data.at("ownedGroups").at(0).at("id"), "g");
    EXPECT_EQ(data.at("manager"), "2");
    EXPECT_EQ(data.at("contacts").at(0).at("displayName"), "Carol");
    EXPECT_EQ(data.at("photo").at("source"), "test");
    EXPECT_EQ(data.at("photoLocked"), false);
    EXPECT_EQ(data.at("formerPhotos").at(0).at("id").as_string(), former);
    EXPECT_THAT(all.at("person.json"), Not(HasSubstr("bob@x")));
    struct stat about{};
    ASSERT_EQ(::stat(file_.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(PersonExportTest, APersonWithoutAPhotoHasTheEntryOnly) {
    ASSERT_TRUE(run("2"));
    const auto all = files();
    ASSERT_EQ(all.size(), 1U);
    const auto data = boost::json::parse(all.at("person.json")).as_object();
    EXPECT_TRUE(data.at("photo").is_null());
    EXPECT_TRUE(data.at("manager").is_null());
    EXPECT_TRUE(data.at("contacts").as_array().empty());
}

TEST_F(PersonExportTest, DamagedBytesAreLeftOutAndNamed) {
    give_photo("1", "ada");
    spoil_blob(photo_of("1")->blob_key, "48 ada64 adX");
    const auto report = run();
    ASSERT_TRUE(report);
    EXPECT_THAT(report->damaged, ElementsAre("photo/64x64.jpg"));
    EXPECT_EQ(files().count("photo/48x48.jpg"), 1U);
}

TEST_F(PersonExportTest, AFileThatCannotBeWrittenIsAnErrorAndLeavesNothing) {
    file_ = folder_.path() / "missing" / "ada.zip";
    EXPECT_EQ(run().error().fault, Fault::internal);
    file_ = folder_.path() / "a folder";
    std::filesystem::create_directories(file_ / "full");
    EXPECT_EQ(run().error().fault, Fault::internal);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / ".a folder.part"));
}

}  // namespace
}  // namespace cameo::transfer
