#include "app/config.h"

#include <gmock/gmock.h>

#include <fstream>

#include "store/contract/temporary_folder.h"

namespace cameo::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ConfigTest : public testing::Test {
  protected:
    Result<Config> load(const std::string& text) {
        std::ofstream(file_) << text;
        return load_config(file_);
    }

    void expect_refused(const std::string& text, const std::string& said) {
        const auto config = load(text);
        ASSERT_FALSE(config) << text;
        EXPECT_THAT(config.error().detail, AllOf(HasSubstr(said), HasSubstr("cameo.toml:")));
    }

    store::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "cameo.toml";
};

TEST_F(ConfigTest, AnEmptyFileGivesTheDefaults) {
    const auto config = load("");
    ASSERT_TRUE(config);
    EXPECT_EQ(config->limits.bytes, 4'000'000U);
    EXPECT_FALSE(config->graph.missing_metadata_is_1x1);
    EXPECT_TRUE(config->access_log);
}

TEST_F(ConfigTest, ReadsKeysOfTheTopAndOfTables) {
    const auto config = load(
        "public_url = 'https://faces.example/'\nmissing_metadata = '1x1'\noversize = 'nearest'\n"
        "[limits]\nupload_bytes = 1_000_000\n[http]\nidle_seconds = 5\n"
        "[cache]\nrenditions_mb = 3\n[log]\naccess = 'off'\n");
    ASSERT_TRUE(config) << config.error().detail;
    EXPECT_EQ(config->graph.public_url, "https://faces.example");
    EXPECT_TRUE(config->graph.missing_metadata_is_1x1);
    EXPECT_TRUE(config->graph.oversize_is_nearest);
    EXPECT_EQ(config->http.idle_timeout, std::chrono::seconds(5));
    EXPECT_EQ(config->photo_cache.rendition_cache_bytes, std::size_t{3} << 20);
    EXPECT_FALSE(config->access_log);
}

TEST_F(ConfigTest, TheUploadLimitReachesEveryRoomThatMeetsTheBytes) {
    const auto config = load("[limits]\nupload_bytes = 1_000_000\n");
    ASSERT_TRUE(config);
    EXPECT_EQ(config->limits.bytes, 1'000'000U);
    EXPECT_EQ(config->graph.upload_bytes, 1'000'000U);
    EXPECT_EQ(config->http.max_body_bytes, 1'000'000U);
}

TEST_F(ConfigTest, AnUnknownKeyIsRefusedByName) {
    expect_refused("[limits]\nuplaod_bytes = 5\n", "'limits.uplaod_bytes' is not known");
    expect_refused("colour = 1\n", "'colour' is not known");
    expect_refused("[colours]\nred = 1\n", "'colours' is not known");
}

TEST_F(ConfigTest, AWrongValueIsRefusedWithWhatItMustBe) {
    expect_refused("[limits]\nside = 'big'\n", "'limits.side' must be a whole number from 648");
    expect_refused("[limits]\nside = 10\n", "'limits.side' must be a whole number from 648");
    expect_refused("oversize = 'any'\n", R"('oversize' must be "404" or "nearest")");
    for (const auto* url : {"'x'", "''", "5", "'http://'", "'https://a b'", "'https://a?b'"})
        expect_refused("public_url = " + std::string(url), "'public_url' must be like");
    expect_refused("limits = 4\n", "'limits' is not known");
    expect_refused("cache_control = \"a\\r\\nb\"\n",
                   "'cache_control' must be a string of printable");
}

TEST_F(ConfigTest, WhatIsNoTomlIsRefusedWithItsLine) { expect_refused("a = = 1\n", ":1:"); }

}  // namespace
}  // namespace cameo::app
