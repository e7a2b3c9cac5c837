#include "image_worker/worker_renderer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/descriptor.h"
#include "image/in_process_renderer.h"
#include "image/pictures_testing.h"
#include "image_worker/protocol.h"
#include "image_worker/worker_testing.h"

namespace cameo::image_worker {
namespace {

using namespace image::test;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

class WorkerRendererTest : public WorkerTest {
  protected:
    Result<photo::RenderedPhoto> answer_of(const std::string& name,
                                           std::chrono::milliseconds patience = 10s) {
        WorkerRenderer renderer(named(name), {});
        return renderer.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(patience));
    }
};

std::vector<pid_t> children() {
    std::vector<pid_t> found;
    for (const auto& task : fs::directory_iterator("/proc/self/task")) {
        std::ifstream in(task.path() / "children");
        for (pid_t pid = 0; in >> pid;) found.push_back(pid);
    }
    return found;
}

TEST_F(WorkerRendererTest, RendersTheSameAsTheInProcessRenderer) {
    WorkerRenderer renderer(honest(), {});
    image::InProcessRenderer same({});
    for (const Bytes& file : {jpeg_of(draw(700, 500)), file_of(draw(200, 300), ".png"),
                              file_of(draw(200, 300), ".avif")}) {
        for (const auto storage : {PhotoStorage::mailbox, PhotoStorage::directory}) {
            const auto theirs = renderer.render(file, storage, deadline_in(20s));
            const auto ours = same.render(file, storage, Deadline::max());
            ASSERT_TRUE(theirs) << theirs.error().detail;
            ASSERT_EQ(sizes_of(*theirs), sizes_of(*ours));
            for (std::size_t i = 0; i < ours->items.size(); ++i)
                EXPECT_EQ(theirs->items[i].jpeg, ours->items[i].jpeg);
        }
    }
}

TEST_F(WorkerRendererTest, PassesOnTheFaultsAndTheLimits) {
    WorkerRenderer renderer(honest(), {.side = 100});
    const auto photo =
        renderer.render(jpeg_of(draw(200, 90)), PhotoStorage::mailbox, deadline_in(20s));
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::image_too_large);
    EXPECT_EQ(photo.error().detail,
              "The picture's longer side has 200 pixels; at most 100 are taken.");
}

TEST_F(WorkerRendererTest, AnUploadOverTheLimitNeverReachesAWorker) {
    WorkerRenderer renderer(named("crash"), {.bytes = 10});
    const auto photo = renderer.render(Bytes(11), PhotoStorage::mailbox, deadline_in(10s));
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::too_large);
}

TEST_F(WorkerRendererTest, ACrashCostsTheUploadAndTheWorkerIsReplaced) {
    WorkerRenderer renderer(named("crash"), {});
    for (int i = 0; i < 3; ++i) {
        const auto photo =
            renderer.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(10s));
        ASSERT_FALSE(photo);
        EXPECT_EQ(photo.error().fault, Fault::invalid_image);
    }
}

TEST_F(WorkerRendererTest, AWorkerKilledByMisfortuneDoesNotBlameThePicture) {
    const auto photo = answer_of("crash_once");
    EXPECT_TRUE(photo) << photo.error().detail;
}

TEST_F(WorkerRendererTest, AHangEndsAtTheDeadlineAndTheWorkerIsKilled) {
    WorkerRenderer renderer(named("hang"), {});
    ASSERT_TRUE(renderer.start());
    const auto before = children();
    ASSERT_EQ(before.size(), 1U);
    for (const char* round : {"first", "second"}) {
        const auto photo =
            renderer.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(80ms));
        ASSERT_FALSE(photo) << round;
        EXPECT_EQ(photo.error().fault, Fault::busy);
    }
    EXPECT_NE(kill(before[0], 0), 0);
    EXPECT_EQ(children().size(), 1U);
}

TEST_F(WorkerRendererTest, AWorkerIsKilledWithItsProcessGroup) {
    WorkerRenderer renderer(named("hang_with_a_child"), {});
    const Descriptor file(open((folder() / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    std::thread upload([&] {
        (void)renderer.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(1s));
    });
    const auto patience = deadline_in(20s);
    const auto is_held = [&] {
        if (flock(file.number(), LOCK_EX | LOCK_NB) != 0) return true;
        flock(file.number(), LOCK_UN);
        return false;
    };
    while (!is_held() && !has_passed(patience)) std::this_thread::sleep_for(5ms);
    EXPECT_TRUE(is_held());
    upload.join();
    while (is_held() && !has_passed(patience)) std::this_thread::sleep_for(5ms);
    EXPECT_FALSE(is_held());
}

TEST_F(WorkerRendererTest, AnAnswerThatTricklesInMeetsTheDeadlineToo) {
    const auto photo = answer_of("trickle", 100ms);
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::busy);
}

TEST_F(WorkerRendererTest, AnUploadOverItsProcessorTimeIsTooLargeAndSaysWhy) {
    for (const char* name : {"spin", "spin_in_threads"}) {
        auto settings = named(name);
        settings.cpu = 200ms;
        WorkerRenderer renderer(settings, {});
        ASSERT_TRUE(renderer.start());
        const auto worker = children();
        const auto photo =
            renderer.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(60s));
        ASSERT_FALSE(photo) << name;
        EXPECT_EQ(photo.error().fault, Fault::image_too_large) << name;
        EXPECT_THAT(photo.error().detail, HasSubstr("0.2 seconds of processor time")) << name;
        EXPECT_NE(kill(worker.at(0), 0), 0) << name;
    }
}

TEST_F(WorkerRendererTest, AnUploadOverItsWallTimeIsBusyAndNotThePicturesFault) {
    auto settings = named("hang");
    settings.wall = 100ms;
    WorkerRenderer renderer(settings, {});
    const auto photo =
        renderer.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(60s));
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::busy);
}

TEST_F(WorkerRendererTest, AWorkerThatNeverGetsReadyMakesTheUploadBusy) {
    const auto photo = answer_of("silent", 100ms);
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::busy);
}

TEST_F(WorkerRendererTest, AWorkerOfAnotherVersionIsRefusedWithWhatToDo) {
    WorkerRenderer renderer(named("other_version"), {});
    const auto started = renderer.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().fault, Fault::internal);
    EXPECT_THAT(started.error().detail, AllOf(HasSubstr("0.0.9"), HasSubstr(kVersion),
                                              HasSubstr("install cameo and cameo-image-worker")));
    EXPECT_FALSE(answer_of("other_version"));
}

TEST_F(WorkerRendererTest, AWorkerThatCannotBeConfinedIsRefused) {
    WorkerRenderer renderer(named("not_confined"), {});
    const auto started = renderer.start();
    ASSERT_FALSE(started);
    EXPECT_THAT(started.error().detail, HasSubstr("seccomp is?not here"));
}

// As a package upgrade does it.
TEST_F(WorkerRendererTest, AProgramThatIsReplacedOnDiskIsNotRun) {
    auto settings = named("plausible");
    const fs::path copy = folder() / "plausible.copy";
    fs::copy_file(settings.program, copy);
    fs::remove(settings.program);
    fs::rename(copy, settings.program);
    settings.uploads_per_worker = 1;
    WorkerRenderer renderer(settings, {});
    std::ofstream(copy) << "not a program";
    fs::permissions(copy, fs::perms::owner_all);
    fs::rename(copy, settings.program);
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(
            renderer.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(20s)));
}

TEST_F(WorkerRendererTest, AFloodOfErrorsIsBoundedAndForgesNoLogLine) {
    ASSERT_TRUE(answer_of("flood_errors"));
    const auto lines = logged();
    ASSERT_FALSE(lines.empty());
    std::size_t bytes = 0;
    for (const auto& line : lines) {
        bytes += line.size();
        EXPECT_LE(line.size(), 250U);
        EXPECT_TRUE(line.starts_with("image worker ")) << line;
        EXPECT_EQ(std::ranges::count_if(line, [](char c) { return c < ' ' || c > '~'; }), 0);
    }
    EXPECT_LE(bytes, 64'000U);
    EXPECT_THAT(lines.back(), HasSubstr("bytes more"));
}

TEST_F(WorkerRendererTest, TheLogSaysHowAWorkerDied) {
    ASSERT_FALSE(answer_of("crash"));
    EXPECT_THAT(logged(), testing::Contains(HasSubstr("killed by signal 9")));
}

TEST_F(WorkerRendererTest, ImplausibleAnswersAreOurFaultAndNotBelieved) {
    for (const char* name :
         {"garbage", "oversize", "many_renditions", "length_beyond", "trailing_bytes", "wrong_size",
          "missing_size", "no_jpeg", "foreign_fault"}) {
        const auto photo = answer_of(name);
        ASSERT_FALSE(photo) << name;
        EXPECT_EQ(photo.error().fault, Fault::internal) << name;
    }
    EXPECT_TRUE(answer_of("plausible"));  // the same bytes, unspoilt
}

TEST_F(WorkerRendererTest, ADetailIsMadePrintable) {
    const auto photo = answer_of("dirty_detail");
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::invalid_image);
    EXPECT_EQ(photo.error().detail, "a??b??");
}

TEST_F(WorkerRendererTest, AProgramThatDoesNotStartOrStayIsOurFault) {
    WorkerRenderer missing({.program = "/nonexistent/worker"}, {});
    const auto photo =
        missing.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(10s));
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::internal);
    EXPECT_THAT(missing.start().error().detail, HasSubstr("beside the program cameo"));
    EXPECT_FALSE(answer_of("leave_at_once"));
}

TEST_F(WorkerRendererTest, CallersBeyondTheWorkersWaitTheirTurn) {
    WorkerRenderer renderer(honest(2), {});
    const Bytes file = jpeg_of(draw(300, 200));
    std::atomic<int> rendered = 0;
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < 8; ++i)
            callers.emplace_back([&] {
                for (int k = 0; k < 5; ++k)
                    if (renderer.render(file, PhotoStorage::mailbox, deadline_in(60s))) ++rendered;
            });
    }
    EXPECT_EQ(rendered, 40);
    EXPECT_LE(children().size(), 2U);
}

TEST_F(WorkerRendererTest, CallersWhoseTurnDoesNotComeAreToldToTryAgain) {
    WorkerRenderer renderer(named("hang"), {});
    const Bytes file = jpeg_of(draw(64, 64));
    std::jthread first(
        [&] { (void)renderer.render(file, PhotoStorage::mailbox, deadline_in(90ms)); });
    std::this_thread::sleep_for(20ms);
    const auto second = renderer.render(file, PhotoStorage::mailbox, deadline_in(30ms));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().fault, Fault::busy);
}

TEST_F(WorkerRendererTest, AWorkerRetiresAfterItsShareAndLeavesNoZombie) {
    auto settings = honest();
    settings.uploads_per_worker = 2;
    const Bytes file = jpeg_of(draw(64, 64));
    {
        WorkerRenderer renderer(settings, {});
        ASSERT_TRUE(renderer.start());
        const auto first = children();
        ASSERT_TRUE(renderer.render(file, PhotoStorage::mailbox, deadline_in(20s)));
        EXPECT_EQ(children(), first);
        ASSERT_TRUE(renderer.render(file, PhotoStorage::mailbox, deadline_in(20s)));
        EXPECT_NE(children(), first);
        ASSERT_TRUE(renderer.render(file, PhotoStorage::mailbox, deadline_in(20s)));
    }
    EXPECT_TRUE(children().empty());
}

TEST_F(WorkerRendererTest, AnIdleWorkerThatDiedIsNoticedAndReplaced) {
    WorkerRenderer renderer(honest(), {});
    const Bytes file = jpeg_of(draw(64, 64));
    ASSERT_TRUE(renderer.render(file, PhotoStorage::mailbox, deadline_in(20s)));
    const auto worker = children();
    ASSERT_EQ(worker.size(), 1U);
    kill(worker[0], SIGKILL);
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(worker[0]), &info, WEXITED | WNOWAIT);
    EXPECT_TRUE(renderer.render(file, PhotoStorage::mailbox, deadline_in(20s)));
}

TEST_F(WorkerRendererTest, AWorkerHoldsNoDescriptorButItsOwn) {
    const int leak = dup(0);  // without close-on-exec
    auto settings = honest();
    settings.process.sandbox = Sandbox::off;  // what is locked in is not to be looked into
    WorkerRenderer renderer(settings, {});
    ASSERT_TRUE(renderer.render(jpeg_of(draw(64, 64)), PhotoStorage::mailbox, deadline_in(20s)));
    std::vector<std::string> held;
    for (const auto& fd :
         fs::directory_iterator("/proc/" + std::to_string(children().at(0)) + "/fd"))
        held.push_back(fd.path().filename());
    std::ranges::sort(held);
    EXPECT_EQ(held, (std::vector<std::string>{"0", "1", "2", "3"}));
    close(leak);
}

#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
TEST_F(WorkerRendererTest, AWorkerOutOfMemoryCostsTheUploadOnly) {
    auto settings = honest();
    settings.process.memory_mb = 80;
    WorkerRenderer renderer(settings, {});
    const auto large = renderer.render(file_of(Rgb(3900, 4000), ".png[compression=1]"),
                                       PhotoStorage::mailbox, deadline_in(30s));
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().fault, Fault::invalid_image) << large.error().detail;
    EXPECT_TRUE(renderer.render(jpeg_of(draw(504, 504)), PhotoStorage::mailbox, deadline_in(20s)));
}
#endif

}  // namespace
}  // namespace cameo::image_worker
