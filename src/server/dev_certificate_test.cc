#include "server/dev_certificate.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "base/ids.h"

namespace cameo::server {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Instant kNow{std::chrono::seconds(1'800'000'000)};

class DevCaTest : public ::testing::Test {
  protected:
    void TearDown() override { fs::remove_all(data); }

    Result<DevCa> make(const std::vector<std::string>& names = {}, bool new_ca = false) const {
        return make_dev_certificate(data, names, new_ca, kNow);
    }

    static std::string text_of(const fs::path& file) {
        std::ifstream stream(file);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    static int mode_of(const fs::path& path) {
        struct stat about{};
        ::stat(path.c_str(), &about);
        return static_cast<int>(about.st_mode & 0777U);
    }

    fs::path data = fs::temp_directory_path() / ("cameo-dev-ca-" + new_guid());
    DevCaFiles files = dev_ca_files(data);
};

TEST_F(DevCaTest, MakesAPrivateFolder) {
    const auto made = make();
    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_TRUE(made->is_new);
    EXPECT_THAT(made->names, ElementsAre("localhost", "127.0.0.1", "::1"));
    EXPECT_EQ(mode_of(data), 0700);
    EXPECT_EQ(mode_of(files.ca.parent_path()), 0700);
    for (const auto& file : {files.ca, files.ca_key, files.certificate, files.key})
        EXPECT_EQ(mode_of(file), 0600) << file;
}

TEST_F(DevCaTest, RenewsTheCertificateAndKeepsTheCa) {
    ASSERT_TRUE(make({"faces.example"}));
    const auto ca = text_of(files.ca);
    const auto ca_key = text_of(files.ca_key);
    const auto before = text_of(files.certificate);
    const auto again = make();
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->is_new);
    EXPECT_THAT(again->names, ElementsAre("localhost", "127.0.0.1", "::1", "faces.example"));
    EXPECT_TRUE(make({"FACES.example"}));
    EXPECT_EQ(text_of(files.ca), ca);
    EXPECT_EQ(text_of(files.ca_key), ca_key);
    EXPECT_NE(text_of(files.certificate), before);
}

TEST_F(DevCaTest, ChangesTheCaOnlyOnRequest) {
    ASSERT_TRUE(make());
    const auto ca = text_of(files.ca);
    const auto refused = make({"faces.example"});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().detail, HasSubstr("must not sign for faces.example; --new-ca"));
    EXPECT_EQ(text_of(files.ca), ca);
    const auto made = make({"faces.example"}, true);
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->is_new);
    EXPECT_NE(text_of(files.ca), ca);
}

TEST_F(DevCaTest, TheErrorNamesTheReason) {
    EXPECT_THAT(make({"a b"}).error().detail, HasSubstr("'a b' is no host name"));
    ASSERT_TRUE(make());
    std::ofstream(files.ca) << "garbage";
    EXPECT_THAT(make().error().detail, HasSubstr("ca.pem is no development certificate authority"));
    fs::remove(files.ca_key);
    EXPECT_THAT(make().error().detail, HasSubstr("cannot read"));
    EXPECT_TRUE(make({}, true));
}

}  // namespace

}  // namespace cameo::server
