#include "image/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace cameo::image {
namespace {

constexpr int kWorkerSocket = 3;

std::unexpected<Error> cannot(const char* what, int error) {
    return fail(Fault::internal, std::string("image worker: ") + what + ": " +
                                     std::system_category().message(error));
}

// A worker gets none of the server's environment, which may hold secrets; only what directs the
// dynamic loader and the sanitizers.
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
    explicit Spawn(int socket) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions_, 1, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_adddup2(&actions_, socket, kWorkerSocket);
        posix_spawn_file_actions_addclosefrom_np(&actions_, kWorkerSocket + 1);

        // A group of its own: a Ctrl-C at the terminal is for the server, which ends its workers.
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
    pid_t run(std::string program) {
        std::string command = "image-worker";
        std::array<char*, 3> arguments{program.data(), command.data(), nullptr};
        pid_t pid = -1;
        const int error = posix_spawn(&pid, program.c_str(), &actions_, &attributes_,
                                      arguments.data(), worker_environment().data());
        return error == 0 ? pid : -error;
    }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

// The sanitizers reserve terabytes of address space, so a limit on it means nothing there.
void limit_memory([[maybe_unused]] pid_t pid, [[maybe_unused]] std::size_t memory_mb) {
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
    const rlimit limit{memory_mb << 20, memory_mb << 20};
    if (memory_mb != 0) prlimit(pid, RLIMIT_AS, &limit, nullptr);
#endif
}

int milliseconds_until(Deadline deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 1 << 30));
}

}  // namespace

Result<WorkerProcess> WorkerProcess::start(const std::string& program, std::size_t memory_mb) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return cannot("socketpair", errno);
    const pid_t pid = Spawn(ends[1]).run(program);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return cannot(program.c_str(), -pid);
    }
    limit_memory(pid, memory_mb);
    return WorkerProcess(pid, ends[0]);
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), socket_(std::exchange(other.socket_, -1)) {}

WorkerProcess::~WorkerProcess() {
    if (pid_ < 0) return;
    close(socket_);
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

bool WorkerProcess::is_ready() const {
    pollfd socket{socket_, POLLIN, 0};
    return poll(&socket, 1, 0) == 0;
}

WorkerProcess::Outcome WorkerProcess::wait_for(short event, Deadline deadline) const {
    for (;;) {
        pollfd socket{socket_, event, 0};
        const int ready = poll(&socket, 1, milliseconds_until(deadline));
        if (ready > 0) return Outcome::done;
        if (ready == 0 && has_passed(deadline)) return Outcome::late;
        if (ready < 0 && errno != EINTR) return Outcome::gone;
    }
}

WorkerProcess::Outcome WorkerProcess::send(ByteView bytes, Deadline deadline) {
    while (!bytes.empty()) {
        const ssize_t sent =
            ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            if (const Outcome outcome = wait_for(POLLOUT, deadline); outcome != Outcome::done)
                return outcome;
        } else if (errno != EINTR) {
            return Outcome::gone;
        }
    }
    return Outcome::done;
}

WorkerProcess::Outcome WorkerProcess::receive(std::span<std::uint8_t> bytes, Deadline deadline) {
    while (!bytes.empty()) {
        if (const Outcome outcome = wait_for(POLLIN, deadline); outcome != Outcome::done)
            return outcome;
        const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (got > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(got));
        } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
            return Outcome::gone;
        }
    }
    return Outcome::done;
}

}  // namespace cameo::image
