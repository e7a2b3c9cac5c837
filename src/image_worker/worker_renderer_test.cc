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
#include <random>
#include <thread>

#include "base/file.h"
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
    Result<photo::RenderedPhoto> render_by(const std::string& name,
                                           std::chrono::milliseconds timeout = 10s) {
        WorkerRenderer renderer(test_worker(name), {});
        return renderer.render(jpeg_of(draw(64, 64)), {PhotoStorage::mailbox},
                               deadline_in(timeout));
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
    WorkerRenderer renderer(real_worker(), {});
    image::InProcessRenderer same({});
    for (const Bytes& file : {jpeg_of(draw(700, 500)), file_of(draw(200, 300), ".png"),
                              file_of(draw(200, 300), ".avif")}) {
        for (const auto storage : {PhotoStorage::mailbox, PhotoStorage::directory}) {
            const auto theirs = renderer.render(file, {storage}, deadline_in(20s));
            const auto ours = same.render(file, {storage}, Deadline::max());
            ASSERT_TRUE(theirs) << theirs.error().detail;
            ASSERT_EQ(sizes_of(*theirs), sizes_of(*ours));
            for (std::size_t i = 0; i < ours->items.size(); ++i)
                EXPECT_EQ(theirs->items[i].jpeg, ours->items[i].jpeg);
        }
    }
}

TEST_F(WorkerRendererTest, CropsAndPreviewsAreThoseOfTheInProcessRenderer) {
    WorkerRenderer renderer(real_worker(), {});
    image::InProcessRenderer same({});
    for (const Bytes& file :
         {jpeg_of(draw(1'900, 900), {.orientation = image::Orientation::rotated_90}),
          file_of(draw(900, 1'900), ".webp")})
        for (const photo::RenderOptions& options :
             {photo::RenderOptions{.crop = photo::Crop{101, 33, 700, 90}},
              photo::RenderOptions{.storage = PhotoStorage::directory,
                                   .crop = photo::Crop{1, 2, 801}},
              photo::RenderOptions{.is_preview = true}}) {
            const auto theirs = renderer.render(file, options, deadline_in(20s));
            const auto ours = same.render(file, options, Deadline::max());
            ASSERT_TRUE(theirs) << theirs.error().detail;
            EXPECT_EQ(theirs->picture, (photo::Size{900, 1'900}));
            ASSERT_EQ(sizes_of(*theirs), sizes_of(*ours));
            for (std::size_t i = 0; i < ours->items.size(); ++i)
                EXPECT_EQ(theirs->items[i].jpeg, ours->items[i].jpeg);
        }
    const auto outside = renderer.render(jpeg_of(draw(300, 200)), {.crop = photo::Crop{0, 0, 201}},
                                         deadline_in(20s));
    ASSERT_FALSE(outside);
    EXPECT_EQ(outside.error().fault, Fault::malformed);
    EXPECT_NE(outside.error().detail.find("300x200"), std::string::npos);
}

// 25 MB of noise, which no coding makes smaller.
TEST_F(WorkerRendererTest, ALargeUploadWithACropFitsTheMemoryOfAWorker) {
    Rgb noise(2'890, 2'880);
    std::minstd_rand random(1);
    for (auto& sample : noise.samples) sample = static_cast<std::uint8_t>(random() >> 8);
    const Bytes file = file_of(noise, ".png[compression=1]");
    ASSERT_GT(file.size(), 24'000'000U);
    auto settings = real_worker();
    settings.cpu = settings.wall = 60s;
    WorkerRenderer renderer(settings, {.crop_bytes = 26'000'000});
    EXPECT_TRUE(renderer.render(file, {.crop = photo::Crop{1, 1, 2'879}}, deadline_in(60s)));
    EXPECT_EQ(renderer.render(file, {}, deadline_in(60s)).error().fault, Fault::too_large);
}

TEST_F(WorkerRendererTest, PassesOnTheFaultsAndTheLimits) {
    WorkerRenderer renderer(real_worker(), {.side = 100});
    const auto photo =
        renderer.render(jpeg_of(draw(200, 90)), {PhotoStorage::mailbox}, deadline_in(20s));
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::image_too_large);
    EXPECT_EQ(photo.error().detail,
              "The picture's longer side has 200 pixels; at most 100 are allowed.");
}

TEST_F(WorkerRendererTest, AnUploadOverTheLimitNeverReachesAWorker) {
    WorkerRenderer renderer(test_worker("crash"), {.bytes = 10});
    const auto photo = renderer.render(Bytes(11), {PhotoStorage::mailbox}, deadline_in(10s));
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::too_large);
}

TEST_F(WorkerRendererTest, ACrashFailsOnlyTheUploadAndTheWorkerIsReplaced) {
    WorkerRenderer renderer(test_worker("crash"), {});
    for (int i = 0; i < 3; ++i) {
        const auto photo =
            renderer.render(jpeg_of(draw(64, 64)), {PhotoStorage::mailbox}, deadline_in(10s));
        ASSERT_FALSE(photo);
        EXPECT_EQ(photo.error().fault, Fault::invalid_image);
    }
}

TEST_F(WorkerRendererTest, AnUploadWhoseWorkerIsKilledOnceIsRenderedByAnother) {
    const auto photo = render_by("crash_once");
    EXPECT_TRUE(photo) << photo.error().detail;
}

TEST_F(WorkerRendererTest, AHangEndsAtTheDeadlineAndTheWorkerIsKilled) {
    WorkerRenderer renderer(test_worker("hang"), {});
    ASSERT_TRUE(renderer.start());
    const auto before = children();
    ASSERT_EQ(before.size(), 1U);
    for (const char* round : {"first", "second"}) {
        const auto photo =
            renderer.render(jpeg_of(draw(64, 64)), {PhotoStorage::mailbox}, deadline_in(80ms));
        ASSERT_FALSE(photo) << round;
        EXPECT_EQ(photo.error().fault, Fault::busy);
    }
    EXPECT_NE(kill(before[0], 0), 0);
    EXPECT_EQ(children().size(), 1U);
}

TEST_F(WorkerRendererTest, AWorkerIsKilledWithItsProcessGroup) {
    WorkerRenderer renderer(test_worker("hang_with_a_child"), {});
    const Descriptor file(open((folder() / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    std::thread upload([&] {
        (void)renderer.render(jpeg_of(draw(64, 64)), {PhotoStorage::mailbox}, deadline_in(1s));
    });
    const auto timeout = deadline_in(20s);
    const auto is_held = [&] {
        if (flock(file.number(), LOCK_EX | LOCK_NB) != 0) return true;
        flock(file.number(), LOCK_UN);
        return false;
    };
    while (!is_held() && !has_passed(timeout)) std::this_thread::sleep_for(5ms);
    EXPECT_TRUE(is_held());
    upload.join();
    while (is_held() && !has_passed(timeout)) std::this_thread::sleep_for(5ms);
    EXPECT_FALSE(is_held());
}

TEST_F(WorkerRendererTest, ASlowResponseEndsAtTheDeadline) {
    const auto photo = render_by("trickle", 100ms);
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::busy);
}

TEST_F(WorkerRendererTest, AnUploadOverItsProcessorTimeIsTooLargeWithTheReason) {
    for (const char* name : {"spin", "spin_in_threads"}) {
        auto settings = test_worker(name);
        settings.cpu = 200ms;
        WorkerRenderer renderer(settings, {});
        ASSERT_TRUE(renderer.start());
        const auto worker = children();
        const auto photo =
            renderer.render(jpeg_of(draw(64, 64)), {PhotoStorage::mailbox}, deadline_in(60s));
        ASSERT_FALSE(photo) << name;
        EXPECT_EQ(photo.error().fault, Fault::image_too_large) << name;
        EXPECT_THAT(photo.error().detail, HasSubstr("0.2 seconds of processor time")) << name;
        EXPECT_NE(kill(worker.at(0), 0), 0) << name;
    }
}

TEST_F(WorkerRendererTest, AnUploadOverItsWallTimeIsBusyRatherThanInvalid) {
    auto settings = test_worker("hang");
    settings.wall = 100ms;
    WorkerRenderer renderer(settings, {});
    const auto photo =
        renderer.render(jpeg_of(draw(64, 64)), {PhotoStorage::mailbox}, deadline_in(60s));
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::busy);
}

TEST_F(WorkerRendererTest, AnUploadIsBusyIfTheWorkerNeverGetsReady) {
    const auto photo = render_by("silent", 100ms);
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::busy);
}

// A worker that was started in advance greets at once; its first job may come minutes later.
TEST_F(WorkerRendererTest, AGreetingThatHasArrivedIsReadAfterTheTimeOfTheStart) {
    const auto program = WorkerProgram::open(test_worker("hang").program);
    ASSERT_TRUE(program);
    const WorkerProcess::Settings settings{.sandbox = Sandbox::off};
    auto process = WorkerProcess::start(*program, settings);
    ASSERT_TRUE(process);
    const auto timeout = deadline_in(10s);
    while (process->is_ready() && !has_passed(timeout)) std::this_thread::sleep_for(5ms);
    GreetingBytes bytes{};
    EXPECT_EQ(process->receive(bytes, {deadline_in(-1s)}), WorkerProcess::Outcome::done);
    EXPECT_EQ(process->receive(bytes, {deadline_in(-1s)}), WorkerProcess::Outcome::timed_out);
}

TEST_F(WorkerRendererTest, AWorkerOfAnotherVersionIsRefusedWithAdvice) {
    WorkerRenderer renderer(test_worker("other_version"), {});
    const auto started = renderer.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().fault, Fault::internal);
    EXPECT_THAT(started.error().detail, AllOf(HasSubstr("0.0.9"), HasSubstr(kVersion),
                                              HasSubstr("install cameo and cameo-image-worker")));
    EXPECT_FALSE(render_by("other_version"));
}

TEST_F(WorkerRendererTest, AWorkerThatCannotBeConfinedIsRefused) {
    WorkerRenderer renderer(test_worker("not_confined"), {});
    const auto started = renderer.start();
    ASSERT_FALSE(started);
    EXPECT_THAT(started.error().detail, HasSubstr("seccomp is?not here"));
}

// As a package upgrade does it.
TEST_F(WorkerRendererTest, AProgramThatIsReplacedOnDiskIsNotRun) {
    auto settings = test_worker("valid");
    const fs::path copy = folder() / "valid.copy";
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
            renderer.render(jpeg_of(draw(64, 64)), {PhotoStorage::mailbox}, deadline_in(20s)));
}

TEST_F(WorkerRendererTest, AFloodOfErrorsIsBoundedAndForgesNoLogLine) {
    ASSERT_TRUE(render_by("flood_errors"));
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

TEST_F(WorkerRendererTest, TheLogHasTheReasonOfAWorkersEnd) {
    ASSERT_FALSE(render_by("crash"));
    EXPECT_THAT(logged(), testing::Contains(HasSubstr("killed by signal 9")));
}

TEST_F(WorkerRendererTest, InvalidResponsesAreInternalFaults) {
    for (const char* name :
         {"garbage", "oversize", "many_renditions", "length_beyond", "trailing_bytes", "wrong_size",
          "missing_size", "no_jpeg", "foreign_fault"}) {
        const auto photo = render_by(name);
        ASSERT_FALSE(photo) << name;
        EXPECT_EQ(photo.error().fault, Fault::internal) << name;
    }
    EXPECT_TRUE(render_by("valid"));  // the same bytes without the defect
}

TEST_F(WorkerRendererTest, ADetailIsMadePrintable) {
    const auto photo = render_by("dirty_detail");
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::invalid_image);
    EXPECT_EQ(photo.error().detail, "a??b??");
}

TEST_F(WorkerRendererTest, AProgramThatDoesNotStartOrEndsAtOnceIsAnInternalFault) {
    WorkerRenderer missing({.program = "/nonexistent/worker"}, {});
    const auto photo =
        missing.render(jpeg_of(draw(64, 64)), {PhotoStorage::mailbox}, deadline_in(10s));
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::internal);
    EXPECT_THAT(missing.start().error().detail, HasSubstr("beside the program cameo"));
    EXPECT_FALSE(render_by("leave_at_once"));
}

TEST_F(WorkerRendererTest, CallersBeyondTheWorkersWait) {
    WorkerRenderer renderer(real_worker(2), {});
    const Bytes file = jpeg_of(draw(300, 200));
    std::atomic<int> rendered = 0;
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < 8; ++i)
            callers.emplace_back([&] {
                for (int k = 0; k < 5; ++k)
                    if (renderer.render(file, {PhotoStorage::mailbox}, deadline_in(60s)))
                        ++rendered;
            });
    }
    EXPECT_EQ(rendered, 40);
    EXPECT_LE(children().size(), 2U);
}

// The thread that has a worker logs before it returns it; the first one waits there for the others.
TEST_F(WorkerRendererTest, CallersAreServedInOrderOfArrival) {
    constexpr int kCallers = 5;
    static thread_local int caller = 0;
    std::vector<int> order;  // a worker at a time, so one thread at a time
    std::atomic<bool> first_has_worker = false;
    std::atomic<bool> all_wait = false;
    auto settings = test_worker("flood_errors");
    settings.uploads_per_worker = 1;
    settings.process.log = [&](std::string_view) {
        if (order.empty() || order.back() != caller) order.push_back(caller);
        first_has_worker = true;
        all_wait.wait(false);
    };
    WorkerRenderer renderer(settings, {});
    std::vector<std::jthread> callers;
    const auto timeout = deadline_in(60s);
    for (int i = 0; i < kCallers; ++i) {
        callers.emplace_back([&, i] {
            caller = i;
            EXPECT_TRUE(renderer.render(jpeg_of(draw(64, 64)), {PhotoStorage::mailbox}, timeout));
        });
        while (!(first_has_worker && renderer.waiting() == static_cast<std::size_t>(i)) &&
               !has_passed(timeout))
            std::this_thread::sleep_for(1ms);
    }
    all_wait = true;
    all_wait.notify_all();
    callers.clear();
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST_F(WorkerRendererTest, CallersThatGetNoWorkerByTheirDeadlineAreBusy) {
    WorkerRenderer renderer(test_worker("hang"), {});
    const Bytes file = jpeg_of(draw(64, 64));
    std::jthread first(
        [&] { (void)renderer.render(file, {PhotoStorage::mailbox}, deadline_in(90ms)); });
    std::this_thread::sleep_for(20ms);
    const auto second = renderer.render(file, {PhotoStorage::mailbox}, deadline_in(30ms));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().fault, Fault::busy);
}

TEST_F(WorkerRendererTest, AWorkerIsReplacedAfterItsUploadsAndLeavesNoZombie) {
    auto settings = real_worker();
    settings.uploads_per_worker = 2;
    const Bytes file = jpeg_of(draw(64, 64));
    {
        WorkerRenderer renderer(settings, {});
        ASSERT_TRUE(renderer.start());
        const auto first = children();
        ASSERT_TRUE(renderer.render(file, {PhotoStorage::mailbox}, deadline_in(20s)));
        EXPECT_EQ(children(), first);
        ASSERT_TRUE(renderer.render(file, {PhotoStorage::mailbox}, deadline_in(20s)));
        EXPECT_NE(children(), first);
        ASSERT_TRUE(renderer.render(file, {PhotoStorage::mailbox}, deadline_in(20s)));
    }
    EXPECT_TRUE(children().empty());
}

TEST_F(WorkerRendererTest, AnIdleWorkerThatDiedIsReplaced) {
    WorkerRenderer renderer(real_worker(), {});
    const Bytes file = jpeg_of(draw(64, 64));
    ASSERT_TRUE(renderer.render(file, {PhotoStorage::mailbox}, deadline_in(20s)));
    const auto worker = children();
    ASSERT_EQ(worker.size(), 1U);
    kill(worker[0], SIGKILL);
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(worker[0]), &info, WEXITED | WNOWAIT);
    EXPECT_TRUE(renderer.render(file, {PhotoStorage::mailbox}, deadline_in(20s)));
}

TEST_F(WorkerRendererTest, AWorkerHasOnlyItsOwnDescriptors) {
    const int leak = dup(0);  // without close-on-exec
    auto settings = real_worker();
    settings.process.sandbox =
        Sandbox::off;  // the descriptors of a sandboxed process cannot be listed
    WorkerRenderer renderer(settings, {});
    ASSERT_TRUE(renderer.render(jpeg_of(draw(64, 64)), {PhotoStorage::mailbox}, deadline_in(20s)));
    std::vector<std::string> held;
    for (const auto& fd :
         fs::directory_iterator("/proc/" + std::to_string(children().at(0)) + "/fd"))
        held.push_back(fd.path().filename());
    std::ranges::sort(held);
    EXPECT_EQ(held, (std::vector<std::string>{"0", "1", "2", "3"}));
    close(leak);
}

#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
TEST_F(WorkerRendererTest, AWorkerOutOfMemoryFailsOnlyTheUpload) {
    auto settings = real_worker();
    settings.process.memory_mb = 80;
    WorkerRenderer renderer(settings, {});
    const auto large = renderer.render(file_of(Rgb(3900, 4000), ".png[compression=1]"),
                                       {PhotoStorage::mailbox}, deadline_in(30s));
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().fault, Fault::invalid_image) << large.error().detail;
    EXPECT_TRUE(
        renderer.render(jpeg_of(draw(504, 504)), {PhotoStorage::mailbox}, deadline_in(20s)));
}
#endif

}  // namespace
}  // namespace cameo::image_worker
