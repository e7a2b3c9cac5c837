#include "image_worker/worker_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace cameo::image_worker {
namespace {

constexpr int kStderr = 2;
constexpr int kWorkerSocket = 3;
// The program's descriptor in the worker, which closes it at its start.
constexpr int kProgram = 4;

// The limits of what a worker's standard error adds to the log for an upload.
constexpr std::size_t kErrorBytes = 8 << 10;
constexpr std::size_t kErrorLineBytes = 200;

std::unexpected<Error> system_error(std::string_view what, int error) {
    return fail(Fault::internal,
                fmt::format("image worker: {}: {}", what, std::system_category().message(error)));
}

// Above the descriptors that a worker receives, so that dup2 of those cannot overwrite it.
Descriptor duplicate_above(int number) {
    if (number < 0) return Descriptor(-1);  // errno stays that of the caller
    const Descriptor low(number);
    return Descriptor(fcntl(low.number(), F_DUPFD_CLOEXEC, kProgram + 1));
}

// The server's environment may hold secrets, so a worker receives only the variables of the dynamic
// loader and the sanitizers.
std::vector<char*> worker_environment() {
    static std::string arenas = "MALLOC_ARENA_MAX=1";
    std::vector<char*> kept{arenas.data()};
    for (char** entry = environ; *entry != nullptr; ++entry)
        for (const std::string_view name :
             {"LD_LIBRARY_PATH=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "TSAN_OPTIONS="})
            if (std::string_view(*entry).starts_with(name)) kept.push_back(*entry);
    kept.push_back(nullptr);
    return kept;
}

class Spawn {
  public:
    Spawn(int socket, int errors, int program) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions_, 1, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_adddup2(&actions_, errors, kStderr);
        posix_spawn_file_actions_adddup2(&actions_, socket, kWorkerSocket);
        posix_spawn_file_actions_adddup2(&actions_, program, kProgram);
        posix_spawn_file_actions_addclosefrom_np(&actions_, kProgram + 1);

        // A separate process group: Ctrl-C at the terminal reaches only the server, which ends
        // its workers.
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    ~Spawn() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    Spawn(const Spawn&) = delete;
    Spawn& operator=(const Spawn&) = delete;

    // The pid, or the negative error number.
    pid_t run(std::vector<std::string> arguments) {
        std::vector<char*> pointers;
        for (auto& argument : arguments) pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        // As fexecve(3) does: the open file, not the one that its path names now.
        const auto program = fmt::format("/proc/self/fd/{}", kProgram);
        pid_t pid = -1;
        const int error = posix_spawn(&pid, program.c_str(), &actions_, &attributes_,
                                      pointers.data(), worker_environment().data());
        return error == 0 ? pid : -error;
    }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

std::string_view name_of(Sandbox sandbox) {
    switch (sandbox) {
        case Sandbox::full:
            return "full";
        case Sandbox::seccomp_alone:
            return "seccomp";
        case Sandbox::off:
            break;
    }
    return "off";
}

// At most the time in which all cores together could use up the remaining CPU time.
int milliseconds_to_wait(const JobLimits& limits, std::chrono::nanoseconds used) {
    using std::chrono::milliseconds;
    static const unsigned kCores = std::max(1U, std::thread::hardware_concurrency());
    const auto time =
        std::chrono::ceil<milliseconds>(limits.deadline - std::chrono::steady_clock::now());
    const auto cpu_time = std::chrono::ceil<milliseconds>((limits.cpu_time - used) / kCores);
    constexpr milliseconds kLongest{1'000'000};
    return static_cast<int>(
        std::clamp(std::min(time, cpu_time), milliseconds(0), kLongest).count());
}

std::string printable(std::string_view text) {
    std::string line(text);
    for (char& c : line)
        if (c < ' ' || c > '~') c = '?';
    return line;
}

// The way a worker ended by itself; si_pid is 0 while it runs. A worker that has closed its socket
// is about to end.
siginfo_t exit_before_kill(pid_t pid, int socket) {
    siginfo_t ended{};
    char byte = 0;
    const bool closed = recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    for (int i = 0; i < (closed ? 100 : 1) && ended.si_pid == 0; ++i) {
        if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOHANG | WNOWAIT);
    }
    return ended;
}

}  // namespace

Result<WorkerProgram> WorkerProgram::open(std::string path) {
    Descriptor file = duplicate_above(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open())
        return fail(Fault::internal,
                    fmt::format("the image worker {} cannot be opened ({}): install it beside the "
                                "program cameo, or set [image] worker to its path",
                                path, std::system_category().message(errno)));
    return WorkerProgram(std::move(path), std::move(file));
}

Result<WorkerProcess> WorkerProcess::start(const WorkerProgram& program, const Settings& settings) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return system_error("socketpair", errno);
    Descriptor ours(ends[0]);
    const Descriptor theirs = duplicate_above(ends[1]);
    // A worker that writes more than the pipe holds loses the excess; it does not wait.
    if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return system_error("pipe", errno);
    Descriptor errors(ends[0]);
    const Descriptor their_errors = duplicate_above(ends[1]);
    if (!theirs.is_open() || !their_errors.is_open()) return system_error("descriptors", errno);
    const pid_t pid = Spawn(theirs.number(), their_errors.number(), program.descriptor())
                          .run({program.path(), fmt::format("--memory-mb={}", settings.memory_mb),
                                fmt::format("--sandbox={}", name_of(settings.sandbox))});
    if (pid < 0) return system_error(program.path(), -pid);
    return WorkerProcess(pid, std::move(ours), std::move(errors), settings);
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      socket_(std::move(other.socket_)),
      errors_(std::move(other.errors_)),
      settings_(other.settings_) {}

WorkerProcess::~WorkerProcess() {
    if (pid_ > 0) end();
}

void WorkerProcess::end() {
    const siginfo_t ended = exit_before_kill(pid_, socket_.number());
    socket_.close();
    kill(-pid_, SIGKILL);
    kill(pid_, SIGKILL);  // its process group may not exist yet
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    drain_errors();
    if (ended.si_pid == 0) return;
    if (ended.si_code == CLD_EXITED)
        log(fmt::format("ended with status {}", ended.si_status));
    else if (ended.si_status == SIGSYS)
        log("killed: it made a system call that the sandbox forbids");
    else
        log(fmt::format("killed by signal {} ({})", ended.si_status,
                        strsignal(ended.si_status)));  // NOLINT(concurrency-mt-unsafe): glibc's is
}

void WorkerProcess::log(std::string_view text) const {
    if (settings_->log) settings_->log(fmt::format("image worker {}: {}", pid_, text));
}

void WorkerProcess::drain_errors() {
    std::string kept;
    std::size_t lost = 0;
    std::array<char, 4096> part{};
    // Bounded, because the worker may write all the time.
    for (int i = 0; i < 32; ++i) {
        const ssize_t got = read(errors_.number(), part.data(), part.size());
        if (got <= 0) break;
        const std::string_view text(part.data(), static_cast<std::size_t>(got));
        const auto fitting = text.substr(0, kErrorBytes - kept.size());
        kept += fitting;
        lost += text.size() - fitting.size();
    }
    for (std::string_view rest = kept; !rest.empty();) {
        const std::string_view line = rest.substr(0, std::min(rest.find('\n'), kErrorLineBytes));
        rest.remove_prefix(line.size());
        if (rest.starts_with('\n')) rest.remove_prefix(1);
        if (!line.empty()) log(printable(line));
    }
    if (lost > 0) log(fmt::format("wrote {} bytes more", lost));
}

std::chrono::nanoseconds WorkerProcess::cpu_time() const {
    clockid_t clock{};
    timespec used{};
    if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) return {};
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

bool WorkerProcess::is_ready() const {
    pollfd socket{socket_.number(), POLLIN, 0};
    return poll(&socket, 1, 0) == 0;
}

WorkerProcess::Outcome WorkerProcess::wait_for(short event, const JobLimits& limits) const {
    for (;;) {
        const auto used = cpu_time();
        if (used >= limits.cpu_time) return Outcome::cpu_exhausted;
        // What has arrived is taken after the deadline too: the greeting of a worker that was
        // started in advance waits until its first job.
        const bool late = has_passed(limits.deadline);
        pollfd socket{socket_.number(), event, 0};
        const int ready = poll(&socket, 1, late ? 0 : milliseconds_to_wait(limits, used));
        if (ready > 0) return Outcome::done;
        if (ready < 0 && errno != EINTR) return Outcome::closed;
        if (late) return Outcome::timed_out;
    }
}

WorkerProcess::Outcome WorkerProcess::send(ByteView bytes, const JobLimits& limits) {
    while (!bytes.empty()) {
        const ssize_t sent =
            ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            if (const Outcome outcome = wait_for(POLLOUT, limits); outcome != Outcome::done)
                return outcome;
        } else if (errno != EINTR) {
            return Outcome::closed;
        }
    }
    return Outcome::done;
}

WorkerProcess::Outcome WorkerProcess::receive(std::span<std::uint8_t> bytes,
                                              const JobLimits& limits) {
    while (!bytes.empty()) {
        if (const Outcome outcome = wait_for(POLLIN, limits); outcome != Outcome::done)
            return outcome;
        const ssize_t got = ::recv(socket_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (got > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(got));
        } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
            return Outcome::closed;
        }
    }
    return Outcome::done;
}

}  // namespace cameo::image_worker
