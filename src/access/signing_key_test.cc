#include "access/signing_key.h"

#include <gmock/gmock.h>

#include <filesystem>

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

}  // namespace
}  // namespace cameo::access
