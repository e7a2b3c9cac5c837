#include "ops/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <array>
#include <string>

#include "base/file.h"

namespace cameo::ops {
namespace {

using testing::HasSubstr;

// Standard error is a pipe while this lives.
class LogTest : public testing::Test {
  protected:
    LogTest() : before_(dup(STDERR_FILENO)) {
        std::array<int, 2> ends{};
        EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
        reader_ = Descriptor(ends[0]);
        fcntl(reader_.number(), F_SETFL, O_NONBLOCK);
        dup2(ends[1], STDERR_FILENO);
        close(ends[1]);
    }
    ~LogTest() override { dup2(before_.number(), STDERR_FILENO); }

    std::string drained() {
        std::string text;
        std::array<char, 4096> part{};
        for (ssize_t got = 0; (got = read(reader_.number(), part.data(), part.size())) > 0;)
            text.append(part.data(), static_cast<std::size_t>(got));
        return text;
    }

    Descriptor before_;
    Descriptor reader_{-1};
};

TEST_F(LogTest, ALineHasTimeAndLevel) {
    log_info("ready");
    EXPECT_THAT(drained(), testing::MatchesRegex("20..-..-..T..:..:...*Z info ready\n"));
}

TEST_F(LogTest, AReaderThatStopsBlocksNothingAndGetsTheNumberOfLostLines) {
    for (int i = 0; i < 1'000; ++i) log_error(std::string(1'000, 'x'));
    EXPECT_THAT(drained(), HasSubstr("error xxx"));
    log_error("at last");
    EXPECT_THAT(drained(),
                testing::ContainsRegex("at last \\([0-9]+ lines before this one are lost"));
    log_error("again");
    EXPECT_THAT(drained(), testing::Not(HasSubstr("lost")));
}

TEST_F(LogTest, ALongLineIsCut) {
    log_error(std::string(10'000, 'x'));
    EXPECT_EQ(drained().size(), 4096U);
}

}  // namespace
}  // namespace cameo::ops
