#include "image_worker/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>  // NOLINT(misc-include-cleaner): MSG_NOSIGNAL
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <system_error>

#include "base/file.h"

namespace cameo::image_worker {
namespace {

constexpr int kStderr = 2;
constexpr int kSocket = 3;
constexpr int kNice = 10;
constexpr int kOomScore = 500;  // of 1000, above the server's
// The server kills a worker much earlier. This ends a worker whose server was killed.
constexpr rlim_t kCpuSeconds = 3'600;

void limit(__rlimit_resource resource, rlim_t value) {
    const rlimit both{value, value};
    setrlimit(resource, &both);
}

// Best effort: it needs /proc.
void raise_oom_score() {
    const Descriptor file(open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC));
    std::array<char, 16> text{};
    if (!file.is_open() || read(file.number(), text.data(), text.size() - 1) <= 0) return;
    const auto score = std::to_string(std::min(1'000, std::atoi(text.data()) + kOomScore));
    (void)!write(file.number(), score.data(), score.size());
}

std::unexpected<Error> system_error(const char* what, int error) {
    return fail(Fault::internal,
                fmt::format("{}: {}", what, std::system_category().message(error)));
}

// Landlock. As in the kernel's header since ABI 6; Debian 12's has the first member only. An older
// kernel accepts the longer structure while the unknown members are 0.
struct LandlockRuleset {
    std::uint64_t fs = 0;
    std::uint64_t net = 0;
    std::uint64_t scoped = 0;
};

int create_ruleset(const LandlockRuleset& ruleset) {
    return static_cast<int>(syscall(SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0));
}

// Bits are assigned in order, and the kernel refuses unknown ones.
std::uint64_t known_rights(std::uint64_t LandlockRuleset::* member) {
    std::uint64_t known = 0;
    for (std::uint64_t bit = 1; bit != 0; bit <<= 1) {
        LandlockRuleset asked;
        asked.*member = known | bit;
        if (!Descriptor(create_ruleset(asked)).is_open()) break;
        known |= bit;
    }
    return known;
}

// seccomp. All conditions on arguments of a rule must hold.
struct Condition {
    unsigned argument = 0;
    scmp_compare operation = SCMP_CMP_EQ;
    scmp_datum_t first = 0;
    scmp_datum_t second = 0;
};

class Filter {
  public:
    Filter() : context_(seccomp_init(SCMP_ACT_KILL_PROCESS)) {
        keep_first_error(context_ == nullptr ? -ENOMEM : 0);
        if (error_ != 0) return;
        keep_first_error(
            seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
    }

    void rule(std::uint32_t action, int call, std::initializer_list<Condition> conditions = {}) {
        std::array<scmp_arg_cmp, 4> list{};
        std::ranges::transform(conditions, list.begin(), [](const Condition& c) {
            return scmp_arg_cmp{c.argument, c.operation, c.first, c.second};
        });
        if (error_ != 0) return;
        keep_first_error(seccomp_rule_add_array(
            context_.get(), action, call, static_cast<unsigned>(conditions.size()), list.data()));
    }
    void allow(int call, std::initializer_list<Condition> conditions = {}) {
        rule(SCMP_ACT_ALLOW, call, conditions);
    }
    void deny(int error, std::initializer_list<int> calls) {
        for (const int call : calls) rule(SCMP_ACT_ERRNO(static_cast<unsigned>(error)), call);
    }

    // 0 or an error number.
    int load() {
        if (error_ == 0) keep_first_error(seccomp_load(context_.get()));
        return error_;
    }

  private:
    struct Release {
        void operator()(void* context) const { seccomp_release(context); }
    };
    void keep_first_error(int result) {
        if (result < 0 && error_ == 0) error_ = -result;
    }

    std::unique_ptr<void, Release> context_;
    int error_ = 0;
};

void allow_pipes(Filter& filter) {
    filter.allow(SCMP_SYS(read), {{0, SCMP_CMP_EQ, kSocket}});
    // No other flag: out-of-band data of local sockets had kernel faults of its own.
    filter.allow(SCMP_SYS(sendto),
                 {{0, SCMP_CMP_EQ, kSocket}, {3, SCMP_CMP_EQ, MSG_NOSIGNAL}, {4, SCMP_CMP_EQ, 0}});
    filter.allow(SCMP_SYS(write), {{0, SCMP_CMP_EQ, kStderr}});
    filter.allow(SCMP_SYS(writev), {{0, SCMP_CMP_EQ, kStderr}});
}

void allow_memory(Filter& filter) {
    // No memory becomes executable.
    filter.allow(SCMP_SYS(mmap), {{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0},
                                  {3, SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS}});
    filter.allow(SCMP_SYS(mprotect), {{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}});
    for (const int call : {SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk)}) filter.allow(call);
    // Other advice needs a privilege, which a worker of root has, or is not needed.
    for (const int advice : {MADV_DONTNEED, MADV_FREE, MADV_HUGEPAGE, MADV_NOHUGEPAGE})
        filter.allow(SCMP_SYS(madvise), {{2, SCMP_CMP_EQ, static_cast<scmp_datum_t>(advice)}});
}

void allow_threads(Filter& filter) {
    // Other flags of the same call create namespaces.
    constexpr scmp_datum_t kNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                         CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
    filter.allow(SCMP_SYS(clone),
                 {{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD | kNamespaces, CLONE_THREAD}});
    // Its flags are in memory, where a filter cannot read them. The C library then uses clone.
    filter.deny(ENOSYS, {SCMP_SYS(clone3)});
    for (const int call : {SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
                           SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(exit),
                           SCMP_SYS(exit_group), SCMP_SYS(gettid), SCMP_SYS(getpid)})
        filter.allow(call);
    filter.allow(SCMP_SYS(prctl), {{0, SCMP_CMP_EQ, PR_SET_NAME}});
    // A rule without conditions would replace the one above.
    filter.rule(SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), {{0, SCMP_CMP_NE, PR_SET_NAME}});
}

void allow_time_and_signals(Filter& filter) {
    for (const int call : {SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
                           SCMP_SYS(clock_nanosleep), SCMP_SYS(getrandom), SCMP_SYS(rt_sigprocmask),
                           SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigreturn)})
        filter.allow(call);
    // abort()
    filter.allow(SCMP_SYS(tgkill), {{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid())}});
}

// Calls that decoders and the C library make and do not need.
void deny_harmless(Filter& filter) {
    filter.deny(EACCES, {SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(access), SCMP_SYS(faccessat),
                         SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(fstat), SCMP_SYS(newfstatat),
                         SCMP_SYS(readlink), SCMP_SYS(readlinkat)});
    filter.deny(EPERM, {SCMP_SYS(ioctl), SCMP_SYS(lseek), SCMP_SYS(sched_setaffinity),
                        SCMP_SYS(sched_setscheduler), SCMP_SYS(sysinfo), SCMP_SYS(uname)});
}

// A joined thread may be listed for a moment longer.
Result<void> wait_for_single_thread() {
    constexpr int kTries = 1'000;
    std::ptrdiff_t threads = 0;
    for (int i = 0; i < kTries; ++i) {
        std::error_code error;
        const std::filesystem::directory_iterator tasks("/proc/self/task", error);
        if (error) return fail(Fault::internal, "/proc is needed and is not mounted");
        threads = std::distance(begin(tasks), end(tasks));
        if (threads == 1) return {};
        usleep(1'000);
    }
    return fail(Fault::internal, fmt::format("{} threads run before the sandbox", threads));
}

Result<void> enter_seccomp() {
    Filter filter;
    allow_pipes(filter);
    allow_memory(filter);
    allow_threads(filter);
    allow_time_and_signals(filter);
    deny_harmless(filter);
    const int error = filter.load();
    if (error == 0) return {};
    return fail(Fault::internal,
                fmt::format("seccomp filters cannot be used here ({}); allow them, or start with "
                            "--no-sandbox to decode pictures without a sandbox",
                            std::system_category().message(error)));
}

}  // namespace

void limit_resources(std::size_t memory_mb) {
    (void)!nice(kNice);  // relative to the server's
    raise_oom_score();
    if (memory_mb != 0) limit(RLIMIT_AS, memory_mb << 20);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CPU, kCpuSeconds);
}

Landlock enter_landlock() {
    const long abi =
        syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1) return {};
    const LandlockRuleset all{known_rights(&LandlockRuleset::fs),
                              known_rights(&LandlockRuleset::net),
                              known_rights(&LandlockRuleset::scoped)};
    // A right that is handled and that no rule grants is refused everywhere.
    const Descriptor ruleset(create_ruleset(all));
    if (!ruleset.is_open() || syscall(SYS_landlock_restrict_self, ruleset.number(), 0) != 0)
        return {};
    return {static_cast<std::uint32_t>(abi), all.fs, all.net, all.scoped};
}

Result<std::uint32_t> enter_sandbox(Sandbox sandbox) {
    // Landlock applies to the calling thread and to threads that it starts.
    if (auto alone = wait_for_single_thread(); !alone)
        return std::unexpected(std::move(alone.error()));
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return system_error("no_new_privs", errno);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return system_error("dumpable", errno);
    const std::uint32_t landlock_abi = sandbox == Sandbox::full ? enter_landlock().abi : 0;
    limit(RLIMIT_NOFILE, 0);
    if (auto done = enter_seccomp(); !done) return std::unexpected(std::move(done.error()));
    return landlock_abi;
}

}  // namespace cameo::image_worker
