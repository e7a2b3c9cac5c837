#include "image/warm_up.h"

#include <gtest/gtest.h>

namespace cameo::image {
namespace {

TEST(WarmUp, DecodesAPictureOfEveryFormat) { EXPECT_EQ(warm_up(), std::vector<std::string>{}); }

}  // namespace
}  // namespace cameo::image
