#include "app/descriptors.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

namespace cameo::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Config with_threads() {
    Config config;
    config.http.threads = 2;
    return config;
}

TEST(Descriptors, TheReserveGrowsWithThreadsAndWorkers) {
    auto config = with_threads();
    EXPECT_EQ(descriptor_reserve(config), 64U + 5 * 2 + 8 * 4 + 4 * 2 + 10 * 2 + 28);
    config.store_threads += 10;
    config.list_threads += 10;
    config.image.workers += 10;
    EXPECT_EQ(descriptor_reserve(config), 64U + 5 * 2 + 8 * 14 + 4 * 12 + 10 * 12 + 28);
}

TEST(Descriptors, NothingIsLoweredWhereThereAreEnough) {
    auto config = with_threads();
    EXPECT_EQ(fit_connections(descriptor_reserve(config) + 10'128, config).value(), "");
    EXPECT_EQ(config.http.max_connections, 10'000U);
    EXPECT_EQ(config.http.refused_at_once, 128U);
}

TEST(Descriptors, ConnectionsAreLoweredToWhatTheReserveLeaves) {
    auto config = with_threads();
    const auto said = fit_connections(256, config).value();
    EXPECT_THAT(said, AllOf(HasSubstr("instead of 10000"), HasSubstr("256 files")));
    EXPECT_EQ(
        config.http.max_connections + config.http.refused_at_once + descriptor_reserve(config),
        256U);
    EXPECT_GE(config.http.max_connections, 80U);
    EXPECT_THAT(said, HasSubstr(std::to_string(config.http.max_connections)));
}

TEST(Descriptors, AServerThatCouldServeNobodyIsNotStarted) {
    auto config = with_threads();
    const auto fitted = fit_connections(100, config);
    ASSERT_FALSE(fitted);
    EXPECT_THAT(fitted.error().detail, HasSubstr("LimitNOFILE"));
}

TEST(Descriptors, TheSoftLimitIsRaisedToTheHardOne) {
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    const rlimit low{100, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
    EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
    rlimit after{};
    getrlimit(RLIMIT_NOFILE, &after);
    EXPECT_EQ(after.rlim_cur, before.rlim_max);
    setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace cameo::app
