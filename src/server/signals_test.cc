#include "server/signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

namespace cameo::server {
namespace {

using namespace std::chrono_literals;

// Runs in a child process, because signals apply to the whole process.
void hang_after(int signal, bool logs_are_written = true) {
    block_signals(server_signals());
    const ShutdownHandler watch({.stop = [] { (void)std::fputs("stop, ", stderr); },
                                 .reopen_logs = [] { (void)std::fputs("reopen, ", stderr); },
                                 .flush_logs =
                                     [=](Deadline) {
                                         (void)std::fputs("flush", stderr);
                                         return logs_are_written;
                                     },
                                 .longest = 10ms});
    ::kill(::getpid(), signal);
    if (signal == SIGHUP) ::kill(::getpid(), SIGTERM);
    std::this_thread::sleep_for(60s);
}

TEST(ShutdownHandlerDeathTest, LostLinesAreReportedAndFailTheProcess) {
    EXPECT_EXIT(hang_after(SIGTERM, false), testing::ExitedWithCode(1), "lines are lost");
}

TEST(ShutdownHandlerDeathTest, TheLogsAreFlushedIfWorkHangs) {
    EXPECT_EXIT(hang_after(SIGTERM), testing::ExitedWithCode(0), "stop, (.|\n)*flush");
}

TEST(ShutdownHandlerDeathTest, SighupOnlyReopensTheLogs) {
    EXPECT_EXIT(hang_after(SIGHUP), testing::ExitedWithCode(0), "reopen, (.|\n)*stop");
}

}  // namespace

}  // namespace cameo::server
