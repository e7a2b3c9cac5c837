#include "store/files/folder_lock.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "store/contract/temporary_folder.h"

namespace cameo::store::files {
namespace {

TEST(FolderLock, TheErrorOfASecondOwnerNamesTheFirst) {
    const TemporaryFolder folder;
    const auto first = FolderLock::take(folder.path());
    ASSERT_TRUE(first);
    const auto second = FolderLock::take(folder.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().fault, Fault::conflict);
    EXPECT_NE(second.error().detail.find(folder.path().native()), std::string::npos);
    EXPECT_NE(second.error().detail.find("process " + std::to_string(getpid())), std::string::npos)
        << second.error().detail;
}

TEST(FolderLock, IsFreeWhenItsOwnerReleasesIt) {
    const TemporaryFolder folder;
    {
        ASSERT_TRUE(FolderLock::take(folder.path()));
    }
    EXPECT_TRUE(FolderLock::take(folder.path()));
}

TEST(FolderLock, MovesWithItsOwner) {
    const TemporaryFolder folder;
    auto taken = FolderLock::take(folder.path());
    ASSERT_TRUE(taken);
    const FolderLock moved = std::move(*taken);
    EXPECT_FALSE(FolderLock::take(folder.path()));
}

TEST(FolderLock, IsFreeWhenItsOwnerWasKilled) {
    const TemporaryFolder folder;
    std::array<int, 2> ready{};
    ASSERT_EQ(pipe(ready.data()), 0);
    const pid_t owner = fork();
    if (owner == 0) {
        const auto lock = FolderLock::take(folder.path());
        const char answer = lock ? 'y' : 'n';
        (void)!write(ready[1], &answer, 1);
        pause();
        _exit(0);
    }
    char answer = 0;
    ASSERT_EQ(read(ready[0], &answer, 1), 1);
    ASSERT_EQ(answer, 'y');
    EXPECT_FALSE(FolderLock::take(folder.path()));
    kill(owner, SIGKILL);
    waitpid(owner, nullptr, 0);
    EXPECT_TRUE(FolderLock::take(folder.path()));
    close(ready[0]);
    close(ready[1]);
}

TEST(FolderLock, TheFileIsForItsOwnerAloneAndHoldsThisProcess) {
    const TemporaryFolder folder;
    std::ofstream(folder.path() / "lock") << "4294967295 and an older, longer text\n";
    ASSERT_EQ(chmod((folder.path() / "lock").c_str(), 0600), 0);
    const auto lock = FolderLock::take(folder.path());
    ASSERT_TRUE(lock);
    std::string text;
    std::getline(std::ifstream(folder.path() / "lock"), text, '\0');
    EXPECT_EQ(text, std::to_string(getpid()) + "\n");
    struct stat status{};
    ASSERT_EQ(stat((folder.path() / "lock").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(FolderLock, AMissingFolderIsAnErrorThatNamesIt) {
    const auto lock = FolderLock::take("/nowhere/at/all");
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().fault, Fault::internal);
    EXPECT_NE(lock.error().detail.find("/nowhere/at/all"), std::string::npos);
}

// As restore does after a failure: it must remove only its own lock.
TEST(FolderLock, ARemovedLockFileStillHasOneHolder) {
    const TemporaryFolder folder;
    std::atomic<int> holders = 0;
    std::atomic<int> at_once = 0;
    const auto take_and_remove = [&] {
        for (int round = 0; round < 500; ++round) {
            auto lock = FolderLock::take(folder.path());
            if (!lock) continue;
            if (++holders > 1) ++at_once;
            std::this_thread::yield();
            --holders;
            lock->remove();
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) threads.emplace_back(take_and_remove);
    }
    EXPECT_EQ(at_once, 0);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "lock"));
}

}  // namespace
}  // namespace cameo::store::files
