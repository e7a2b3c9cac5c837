#include "image/worker_studio.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "image/in_process_studio.h"
#include "image/test_pictures.h"

namespace cameo::image {
namespace {

using namespace test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

// Links to the test's worker under the names by which it misbehaves.
class WorkerStudioTest : public testing::Test {
  protected:
    void SetUp() override { fs::create_directories(folder_); }
    void TearDown() override { fs::remove_all(folder_); }

    std::string named(const std::string& name) {
        const fs::path link = folder_ / name;
        if (!fs::exists(fs::symlink_status(link))) fs::create_symlink(CAMEO_TEST_WORKER, link);
        return link;
    }

    Result<photo::RenderedPhoto> answer_of(const std::string& name,
                                           std::chrono::milliseconds patience = 10s) {
        WorkerStudio studio({.program = named(name), .workers = 1}, {});
        return studio.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(patience));
    }

    fs::path folder_ = fs::temp_directory_path() / ("cameo_workers_" + std::to_string(getpid()));
};

WorkerStudio::Settings honest(std::size_t workers = 1) {
    return {.program = CAMEO_TEST_WORKER, .workers = workers};
}

std::vector<pid_t> children() {
    std::vector<pid_t> found;
    for (const auto& task : fs::directory_iterator("/proc/self/task")) {
        std::ifstream in(task.path() / "children");
        for (pid_t pid = 0; in >> pid;) found.push_back(pid);
    }
    return found;
}

TEST_F(WorkerStudioTest, RendersWhatTheInProcessStudioRenders) {
    WorkerStudio studio(honest(), {});
    InProcessStudio same({});
    for (const Bytes& file : {jpeg_of(draw(700, 500)), file_of(draw(200, 300), ".png"),
                              file_of(draw(200, 300), ".avif")}) {
        for (const auto storage : {PhotoStorage::mailbox, PhotoStorage::directory}) {
            const auto theirs = studio.render(file, storage, deadline_in(20s));
            const auto ours = same.render(file, storage, Deadline::max());
            ASSERT_TRUE(theirs) << theirs.error().detail;
            ASSERT_EQ(sizes_of(*theirs), sizes_of(*ours));
            for (std::size_t i = 0; i < ours->items.size(); ++i)
                EXPECT_EQ(theirs->items[i].jpeg, ours->items[i].jpeg);
        }
    }
}

TEST_F(WorkerStudioTest, PassesOnTheFaultsAndTheLimits) {
    WorkerStudio studio(honest(), {.side = 100});
    const auto photo =
        studio.render(jpeg_of(draw(200, 90)), PhotoStorage::mailbox, deadline_in(20s));
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::image_too_large);
    EXPECT_EQ(photo.error().detail,
              "The picture's longer side has 200 pixels; at most 100 are taken.");
}

TEST_F(WorkerStudioTest, AnUploadOverTheLimitNeverReachesAWorker) {
    WorkerStudio studio({.program = named("crash")}, {.bytes = 10});
    const auto photo = studio.render(Bytes(11), PhotoStorage::mailbox, deadline_in(10s));
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::too_large);
}

TEST_F(WorkerStudioTest, ACrashCostsTheUploadAndTheWorkerIsReplaced) {
    WorkerStudio studio({.program = named("crash"), .workers = 1}, {});
    for (int i = 0; i < 3; ++i) {
        const auto photo =
            studio.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(10s));
        ASSERT_FALSE(photo);
        EXPECT_EQ(photo.error().fault, Fault::invalid_image);
    }
}

TEST_F(WorkerStudioTest, AWorkerKilledByMisfortuneDoesNotBlameThePicture) {
    const auto photo = answer_of("crash_once");
    EXPECT_TRUE(photo) << photo.error().detail;
}

TEST_F(WorkerStudioTest, AHangEndsAtTheDeadlineAndTheWorkerIsKilled) {
    WorkerStudio studio({.program = named("hang"), .workers = 1}, {});
    const auto before = children();
    ASSERT_EQ(before.size(), 1U);
    for (const char* round : {"first", "second"}) {
        const auto photo =
            studio.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(80ms));
        ASSERT_FALSE(photo) << round;
        EXPECT_EQ(photo.error().fault, Fault::busy);
    }
    EXPECT_NE(kill(before[0], 0), 0);
    EXPECT_EQ(children().size(), 1U);
}

TEST_F(WorkerStudioTest, AnAnswerThatTricklesInMeetsTheDeadlineToo) {
    const auto photo = answer_of("trickle", 100ms);
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::busy);
}

TEST_F(WorkerStudioTest, ImplausibleAnswersAreOurFaultAndNotBelieved) {
    for (const char* name :
         {"garbage", "oversize", "many_renditions", "length_beyond", "trailing_bytes", "wrong_size",
          "missing_size", "no_jpeg", "foreign_fault"}) {
        const auto photo = answer_of(name);
        ASSERT_FALSE(photo) << name;
        EXPECT_EQ(photo.error().fault, Fault::internal) << name;
    }
    EXPECT_TRUE(answer_of("plausible"));  // the same bytes, unspoilt
}

TEST_F(WorkerStudioTest, ADetailIsMadePrintable) {
    const auto photo = answer_of("dirty_detail");
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::invalid_image);
    EXPECT_EQ(photo.error().detail, "a??b??");
}

TEST_F(WorkerStudioTest, AProgramThatDoesNotStartOrStayIsOurFault) {
    WorkerStudio missing({.program = named("x") + "/nothing", .workers = 1}, {});
    const auto photo =
        missing.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(10s));
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::internal);
    EXPECT_FALSE(answer_of("leave_at_once"));
}

TEST_F(WorkerStudioTest, CallersBeyondTheWorkersWaitTheirTurn) {
    WorkerStudio studio(honest(2), {});
    const Bytes file = jpeg_of(draw(300, 200));
    std::atomic<int> rendered = 0;
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < 8; ++i)
            callers.emplace_back([&] {
                for (int k = 0; k < 5; ++k)
                    if (studio.render(file, PhotoStorage::mailbox, deadline_in(60s))) ++rendered;
            });
    }
    EXPECT_EQ(rendered, 40);
    EXPECT_LE(children().size(), 2U);
}

TEST_F(WorkerStudioTest, CallersWhoseTurnDoesNotComeAreToldToTryAgain) {
    WorkerStudio studio({.program = named("hang"), .workers = 1}, {});
    const Bytes file = jpeg_of(draw(64, 64));
    std::jthread first(
        [&] { (void)studio.render(file, PhotoStorage::mailbox, deadline_in(90ms)); });
    std::this_thread::sleep_for(20ms);
    const auto second = studio.render(file, PhotoStorage::mailbox, deadline_in(30ms));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().fault, Fault::busy);
}

TEST_F(WorkerStudioTest, AWorkerRetiresAfterItsShareAndLeavesNoZombie) {
    auto settings = honest();
    settings.uploads_per_worker = 2;
    const Bytes file = jpeg_of(draw(64, 64));
    {
        WorkerStudio studio(settings, {});
        const auto first = children();
        ASSERT_TRUE(studio.render(file, PhotoStorage::mailbox, deadline_in(20s)));
        EXPECT_EQ(children(), first);
        ASSERT_TRUE(studio.render(file, PhotoStorage::mailbox, deadline_in(20s)));
        EXPECT_NE(children(), first);
        ASSERT_TRUE(studio.render(file, PhotoStorage::mailbox, deadline_in(20s)));
    }
    EXPECT_TRUE(children().empty());
}

TEST_F(WorkerStudioTest, AnIdleWorkerThatDiedIsNoticedAndReplaced) {
    WorkerStudio studio(honest(), {});
    const Bytes file = jpeg_of(draw(64, 64));
    ASSERT_TRUE(studio.render(file, PhotoStorage::mailbox, deadline_in(20s)));
    const auto worker = children();
    ASSERT_EQ(worker.size(), 1U);
    kill(worker[0], SIGKILL);
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(worker[0]), &info, WEXITED | WNOWAIT);
    EXPECT_TRUE(studio.render(file, PhotoStorage::mailbox, deadline_in(20s)));
}

TEST_F(WorkerStudioTest, AWorkerHoldsNoDescriptorButItsOwn) {
    const int leak = dup(0);  // without close-on-exec
    WorkerStudio studio(honest(), {});
    ASSERT_TRUE(studio.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(20s)));
    std::vector<std::string> held;
    for (const auto& fd :
         fs::directory_iterator("/proc/" + std::to_string(children().at(0)) + "/fd"))
        held.push_back(fd.path().filename());
    std::ranges::sort(held);
    EXPECT_EQ(held, (std::vector<std::string>{"0", "1", "2", "3"}));
    close(leak);
}

#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
TEST_F(WorkerStudioTest, AWorkerOutOfMemoryCostsTheUploadOnly) {
    auto settings = honest();
    settings.memory_mb = 160;
    WorkerStudio studio(settings, {});
    const auto large = studio.render(file_of(Rgb(3900, 4000), ".png[compression=1]"),
                                     PhotoStorage::mailbox, deadline_in(30s));
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().fault, Fault::invalid_image) << large.error().detail;
    EXPECT_TRUE(studio.render(jpeg_of(draw(504, 504)), PhotoStorage::mailbox, deadline_in(20s)));
}
#endif

}  // namespace
}  // namespace cameo::image
