#include "commands/terminal.h"

#include <gtest/gtest.h>

namespace cameo::commands {
namespace {

using namespace std::chrono_literals;

TEST(ProgressLine, ABarShowsShareCountRateAndTimeLeft) {
    EXPECT_EQ(progress_bar("importing", "pictures", {500, 2'000, 0}, 83.4, 80),
              "importing [######--------------------]  25%  500/2,000 pictures  83/s  ETA 0:18");
}

TEST(ProgressLine, ABarIsNeverWiderThanTheTerminal) {
    for (std::size_t columns = 0; columns < 200; ++columns)
        EXPECT_LE(progress_bar("importing", "pictures", {3, 7, 0}, 1.5, columns).size(), columns);
}

TEST(ProgressLine, WithoutATotalThereIsNoBar) {
    EXPECT_EQ(progress_bar("checking", "photos", {1'500, 0, 0}, std::nullopt, 80),
              "checking 1,500 photos");
}

TEST(ProgressLine, HoursAreShownAsHours) {
    EXPECT_EQ(progress_sentence("checking", "photos", {0, 36'610, 0}, 10),
              "checking 0/36,610 photos  10/s  ETA 1:01:01");
}

TEST(ProgressLine, TheRateIsThatOfTheLastSeconds) {
    RateMeter meter;
    const RateMeter::Time start{};
    meter.add(start, 0);
    EXPECT_FALSE(meter.rate());
    for (int second = 1; second <= 20; ++second)  // first fast, then slow
        meter.add(start + second * 1s, second <= 10 ? static_cast<std::uint64_t>(second) * 1'000
                                                    : 10'000U + static_cast<unsigned>(second - 10));
    EXPECT_DOUBLE_EQ(*meter.rate(), 1);
}

TEST(ProgressLine, NumbersAreFormattedForPeople) {
    EXPECT_EQ(format_number(999), "999");
    EXPECT_EQ(format_number(1'234'567), "1,234,567");
    EXPECT_EQ(format_bytes(999), "999 bytes");
    EXPECT_EQ(format_bytes(999'960), "1.0 MB");
    EXPECT_EQ(format_bytes(12'340'000'000'000), "12.3 TB");
    EXPECT_EQ(format_count(1, "photo"), "1 photo");
    EXPECT_EQ(format_count(1'000, "photo"), "1,000 photos");
}

}  // namespace

}  // namespace cameo::commands
