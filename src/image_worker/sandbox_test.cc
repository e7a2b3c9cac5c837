#include "image_worker/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "base/file.h"
#include "image/pictures_testing.h"
#include "image_worker/worker_testing.h"

namespace cameo::image_worker {

const char* const kWorkerProgram = CAMEO_IMAGE_WORKER;
const char* const kTestWorkerProgram = CAMEO_TEST_WORKER;

namespace {

using namespace image::test;
using namespace std::chrono_literals;
using testing::AnyOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)

// Sanitizers need more system calls than the filter allows.
TEST(Sandbox, ASanitizerBuildReportsThatItHasNoSandbox) {
    WorkerRenderer renderer(real_worker(), {});
    const auto protection = renderer.start();
    ASSERT_TRUE(protection) << protection.error().detail;
    EXPECT_EQ(*protection, "none (sanitizer build)");
}

#else

// The result of a system call that a sandboxed worker tries: the error's name, "done", or "killed".
class SandboxTest : public WorkerTest, public testing::WithParamInterface<Sandbox> {
  protected:
    std::string try_attack(const std::string& attack, const std::string& argument) {
        auto settings = test_worker("attack");
        settings.process.sandbox = GetParam();
        std::string detail;
        {
            WorkerRenderer renderer(settings, {});
            const auto photo = renderer.render(as_bytes(attack + ' ' + argument),
                                               {PhotoStorage::mailbox}, deadline_in(20s));
            detail = photo ? "rendered" : photo.error().detail;
        }
        constexpr std::string_view kKilled = "a system call that the sandbox forbids";
        if (detail == "The picture could not be decoded.")
            return logged().back().ends_with(kKilled) ? "killed" : logged().back();
        return detail;
    }

    std::string file_of_secrets() {
        const fs::path file = folder() / "signing-key.pem";
        std::ofstream(file) << "secret";
        return file;
    }
};

INSTANTIATE_TEST_SUITE_P(Twice, SandboxTest, testing::Values(Sandbox::seccomp_alone, Sandbox::full),
                         [](const auto& info) {
                             return info.param == Sandbox::full ? "WithLandlock" : "SeccompAlone";
                         });

TEST_P(SandboxTest, CannotReadTheSigningKeyNorChangeAnyFile) {
    const std::string key = file_of_secrets();
    EXPECT_EQ(try_attack("open", key), "EACCES");
    EXPECT_EQ(try_attack("stat", key), "EACCES");
    EXPECT_EQ(try_attack("create", folder() / "new"), "EACCES");
    EXPECT_EQ(try_attack("open_by_openat2", key), "killed");
    EXPECT_EQ(try_attack("unlink", key), "killed");
    EXPECT_EQ(try_attack("make_file_in_memory", ""), "killed");
    EXPECT_EQ(try_attack("write_to_output", ""), "killed");
    EXPECT_TRUE(fs::exists(key));
    EXPECT_FALSE(fs::exists(folder() / "new"));
}

TEST_P(SandboxTest, CannotConnect) {
    EXPECT_EQ(try_attack("connect_by_tcp", "1"), "killed");
    EXPECT_EQ(try_attack("connect_by_path", folder() / "control.sock"), "killed");
}

TEST_P(SandboxTest, CannotExecuteNorFork) {
    EXPECT_EQ(try_attack("execute", "/bin/true"), "killed");
    EXPECT_EQ(try_attack("fork", ""), "killed");
    EXPECT_EQ(try_attack("fork_by_vfork", ""), "killed");
    EXPECT_EQ(try_attack("fork_by_clone3", ""), "ENOSYS");
    EXPECT_EQ(try_attack("make_namespace", ""), "killed");
    EXPECT_EQ(try_attack("unshare", ""), "killed");
    EXPECT_EQ(try_attack("map_code", ""), "killed");
}

TEST_P(SandboxTest, CannotTraceReadNorSignalItsParent) {
    const auto parent = std::to_string(getpid());
    for (const char* attack :
         {"trace", "read_memory", "signal", "signal_by_tgkill", "open_process"})
        EXPECT_EQ(try_attack(attack, parent), "killed") << attack;
}

TEST_P(SandboxTest, CannotRaiseItsLimits) {
    EXPECT_EQ(try_attack("raise_limit", ""), "killed");
    EXPECT_EQ(try_attack("become_dumpable", ""), "EPERM");
    EXPECT_EQ(try_attack("make_ring", ""), "killed");
    EXPECT_EQ(try_attack("call_32_bit", ""), "killed");
}

TEST_P(SandboxTest, UsesItsSocketForPlainBytesOnly) {
    EXPECT_EQ(try_attack("send_out_of_band", ""), "killed");
    EXPECT_EQ(try_attack("receive", ""), "killed");
}

TEST_P(SandboxTest, CannotPoisonMemory) { EXPECT_EQ(try_attack("poison_memory", ""), "killed"); }

TEST_P(SandboxTest, CanStartAndNameThreads) {
    EXPECT_EQ(try_attack("start_thread", ""), "done");
    EXPECT_EQ(try_attack("name_thread", ""), "done");
}

// AV1 and HEVC are decoded by threads.
TEST_P(SandboxTest, DecodesEveryFormatInTheSandbox) {
    auto settings = real_worker();
    settings.process.sandbox = GetParam();
    std::vector<std::string> log;
    settings.process.log = [&](std::string_view line) { log.emplace_back(line); };
    WorkerRenderer renderer(settings, {});
    for (const char* suffix : {".jpg", ".png", ".webp", ".gif", ".avif", ".heic"}) {
        const auto photo = renderer.render(file_of(draw(320, 240), suffix), {PhotoStorage::mailbox},
                                           deadline_in(60s));
        EXPECT_TRUE(photo) << suffix << ": " << photo.error().detail;
    }
    EXPECT_THAT(log, testing::IsEmpty());
}

std::string line_of(const fs::path& file, const std::string& name) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(name)) return line;
    return {};
}

std::string words_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST_P(SandboxTest, IsInForceBeforeTheFirstUpload) {
    auto settings = real_worker();
    settings.process.sandbox = GetParam();
    WorkerRenderer renderer(settings, {});
    ASSERT_TRUE(renderer.start());
    fs::path worker;
    std::ifstream("/proc/thread-self/children") >> worker;
    worker = "/proc" / worker;
    EXPECT_THAT(line_of(worker / "status", "NoNewPrivs"), HasSubstr("1"));
    EXPECT_THAT(line_of(worker / "status", "Seccomp:"), HasSubstr("2"));
    EXPECT_THAT(line_of(worker / "limits", "Max open files"), HasSubstr(" 0    "));
    EXPECT_THAT(line_of(worker / "limits", "Max core file size"), HasSubstr(" 0    "));
    EXPECT_THAT(line_of(worker / "limits", "Max file size"), HasSubstr(" 0    "));
    EXPECT_THAT(line_of(worker / "limits", "Max address space"), HasSubstr("1073741824"));
    EXPECT_GT(std::stoi(words_of(worker / "oom_score_adj")),
              std::stoi(words_of("/proc/self/oom_score_adj")));
    const pid_t pid = std::stoi(worker.filename());
    EXPECT_EQ(getpriority(PRIO_PROCESS, static_cast<id_t>(pid)),
              std::min(19, getpriority(PRIO_PROCESS, 0) + 10));
    EXPECT_EQ(getpgid(pid), pid);
}

TEST_P(SandboxTest, ReportsWhatIsInForce) {
    auto settings = real_worker();
    settings.process.sandbox = GetParam();
    WorkerRenderer renderer(settings, {});
    const auto protection = renderer.start();
    ASSERT_TRUE(protection) << protection.error().detail;
    if (GetParam() == Sandbox::seccomp_alone)
        EXPECT_EQ(*protection, "seccomp");
    else
        EXPECT_THAT(*protection, AnyOf("seccomp", testing::StartsWith("seccomp, Landlock ABI ")));
}

// Runs `work` in a child process and returns its exit code.
int in_child(const std::function<int()>& work) {
    const pid_t pid = fork();
    if (pid == 0) _exit(work());
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// 0 if a worker renders a photo in that sandbox. `enter` is called after the program was opened.
int render_one(Sandbox sandbox, const std::function<bool()>& enter = [] { return true; }) {
    auto settings = real_worker();
    settings.process.sandbox = sandbox;
    settings.process.log = [](std::string_view line) { fmt::print(stderr, "{}\n", line); };
    WorkerRenderer renderer(settings, {});
    if (!enter()) return 3;
    const auto protection = renderer.start();
    if (!protection) fmt::print(stderr, "{}\n", protection.error().detail);
    if (!protection) return 1;
    const auto photo =
        renderer.render(jpeg_of(draw(200, 200)), {PhotoStorage::mailbox}, deadline_in(60s));
    if (!photo) fmt::print(stderr, "{}\n", photo.error().detail);
    return photo ? 0 : 2;
}

TEST_P(SandboxTest, WorksUnderNoNewPrivileges) {
    EXPECT_EQ(in_child([] {
                  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
                  return render_one(GetParam());
              }),
              0);
}

TEST_P(SandboxTest, WorksForAnOrdinaryUser) {
    if (getuid() != 0) return;  // then every other test runs as an ordinary user
    constexpr id_t kUnused = 54'321;
    const auto drop = [] {
        return setgroups(0, nullptr) == 0 && setgid(kUnused) == 0 && setuid(kUnused) == 0;
    };
    EXPECT_EQ(in_child([&] { return render_one(GetParam(), drop); }), 0);
}

// The calls that Docker's default profile refuses without capabilities and a worker could make.
constexpr std::array kRefusedInContainers{SCMP_SYS(acct),
                                          SCMP_SYS(add_key),
                                          SCMP_SYS(bpf),
                                          SCMP_SYS(clock_adjtime),
                                          SCMP_SYS(clock_settime),
                                          SCMP_SYS(create_module),
                                          SCMP_SYS(delete_module),
                                          SCMP_SYS(fanotify_init),
                                          SCMP_SYS(finit_module),
                                          SCMP_SYS(fsconfig),
                                          SCMP_SYS(fsmount),
                                          SCMP_SYS(fsopen),
                                          SCMP_SYS(get_mempolicy),
                                          SCMP_SYS(init_module),
                                          SCMP_SYS(ioperm),
                                          SCMP_SYS(iopl),
                                          SCMP_SYS(kcmp),
                                          SCMP_SYS(kexec_load),
                                          SCMP_SYS(keyctl),
                                          SCMP_SYS(lookup_dcookie),
                                          SCMP_SYS(mbind),
                                          SCMP_SYS(mount),
                                          SCMP_SYS(move_mount),
                                          SCMP_SYS(move_pages),
                                          SCMP_SYS(name_to_handle_at),
                                          SCMP_SYS(nfsservctl),
                                          SCMP_SYS(open_by_handle_at),
                                          SCMP_SYS(perf_event_open),
                                          SCMP_SYS(pivot_root),
                                          SCMP_SYS(process_vm_readv),
                                          SCMP_SYS(process_vm_writev),
                                          SCMP_SYS(ptrace),
                                          SCMP_SYS(query_module),
                                          SCMP_SYS(quotactl),
                                          SCMP_SYS(reboot),
                                          SCMP_SYS(request_key),
                                          SCMP_SYS(set_mempolicy),
                                          SCMP_SYS(setns),
                                          SCMP_SYS(settimeofday),
                                          SCMP_SYS(stime),
                                          SCMP_SYS(swapon),
                                          SCMP_SYS(swapoff),
                                          SCMP_SYS(sysfs),
                                          SCMP_SYS(_sysctl),
                                          SCMP_SYS(umount2),
                                          SCMP_SYS(unshare),
                                          SCMP_SYS(uselib),
                                          SCMP_SYS(userfaultfd),
                                          SCMP_SYS(ustat),
                                          SCMP_SYS(vhangup),
                                          SCMP_SYS(io_uring_setup)};

bool enter_container_profile() {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    bool fine = filter != nullptr && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    for (const int call : kRefusedInContainers)
        fine = fine && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0) == 0;
    fine = fine && seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
    fine = fine &&
           seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                            scmp_arg_cmp{0, SCMP_CMP_MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER}) == 0;
    fine = fine && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return fine;
}

TEST_P(SandboxTest, WorksUnderAContainersProfile) {
    EXPECT_EQ(in_child([] { return render_one(GetParam(), enter_container_profile); }), 0);
}

// A kernel without seccomp, or a container that forbids it: the calls answer EINVAL.
bool forbid_seccomp() {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    const bool fine = filter != nullptr && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                      seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(seccomp), 0) == 0 &&
                      seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
                                       scmp_arg_cmp{0, SCMP_CMP_EQ, PR_SET_SECCOMP, 0}) == 0 &&
                      seccomp_load(filter) == 0;
    seccomp_release(filter);
    return fine;
}

TEST_P(SandboxTest, IsRefusedWhereSeccompIsUnavailableUnlessSwitchedOff) {
    EXPECT_EQ(in_child([] {
                  if (!forbid_seccomp()) return 3;
                  auto settings = real_worker();
                  settings.process.sandbox = GetParam();
                  const auto refused = WorkerRenderer(settings, {}).start();
                  if (refused || !refused.error().detail.contains("--no-sandbox")) return 4;
                  return render_one(Sandbox::off);
              }),
              0);
}

TEST(Landlock, HandlesEveryRightOfTheRunningKernel) {
    if (in_child([] { return static_cast<int>(enter_landlock().abi); }) == 0)
        GTEST_SKIP() << "the kernel has no Landlock";
    EXPECT_EQ(in_child([] {
                  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
                  const auto landlock = enter_landlock();
                  // By the kernel's documentation: ABI 1 has 13 rights to files, 5 has all 16, 4
                  // adds the network and 6 the scopes.
                  if (landlock.abi < 1 || (landlock.fs & 0x1FFF) != 0x1FFF) return 1;
                  if (landlock.abi >= 5 && (landlock.fs & 0xFFFF) != 0xFFFF) return 2;
                  if (landlock.abi >= 4 && (landlock.net & 3) != 3) return 3;
                  if (landlock.abi >= 6 && (landlock.scoped & 3) != 3) return 4;
                  return 0;
              }),
              0);
}

// Landlock by itself, without the filter.
TEST(Landlock, RefusesFilesConnectionsAndSignals) {
    const Descriptor listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(bind(listener.number(), any, length), 0);
    ASSERT_EQ(listen(listener.number(), 1), 0);
    ASSERT_EQ(getsockname(listener.number(), any, &length), 0);
    EXPECT_EQ(in_child([&] {
                  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
                  const auto landlock = enter_landlock();
                  if (landlock.abi == 0) return 0;
                  if (open("/etc/passwd", O_RDONLY) != -1 || errno != EACCES) return 1;
                  if (open("/dev/null", O_WRONLY) != -1 || errno != EACCES) return 2;
                  const Descriptor own(socket(AF_INET, SOCK_STREAM, 0));
                  const bool connected = connect(own.number(), any, length) == 0;
                  if (landlock.abi >= 4 && (connected || errno != EACCES)) return 3;
                  const bool signalled = kill(getppid(), 0) == 0;
                  if (landlock.abi >= 6 && (signalled || errno != EPERM)) return 4;
                  return 0;
              }),
              0);
}

#endif

}  // namespace
}  // namespace cameo::image_worker
