#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/result.h"

namespace cameo::image_worker {

enum class Sandbox { full, seccomp_alone, off };

// The worker's executable, opened once: every process started from it runs the same program, also
// after another one is installed at that path. Thread-safe.
class WorkerProgram {
  public:
    // Fault::internal, with advice, if it cannot be opened.
    static Result<WorkerProgram> open(std::string path);

    const std::string& path() const { return path_; }
    int descriptor() const { return file_.number(); }

  private:
    WorkerProgram(std::string path, Descriptor file)
        : path_(std::move(path)), file_(std::move(file)) {}

    std::string path_;
    Descriptor file_;
};

// The limits of one job. The CPU time is that of the whole process since its start.
struct JobLimits {
    Deadline deadline;
    std::chrono::nanoseconds cpu_time = std::chrono::nanoseconds::max();
};

// One worker process, with the server's end of its socket and of its standard error. Everything
// that the process sends is untrusted. Owned by one thread at a time; killed with its process group
// and reaped when destroyed.
class WorkerProcess {
  public:
    // closed: the process closed its end.
    enum class Outcome { done, closed, timed_out, cpu_exhausted };

    struct Settings {
        std::size_t memory_mb = 1024;  // limit of the address space; 0 for none
        Sandbox sandbox = Sandbox::full;
        // Receives what the worker writes to its standard error and how it ended, line by line,
        // bounded and printable. Called by the thread that owns the process. May be empty.
        std::function<void(std::string_view)> log;
    };

    // Executes the program with an end of a socket at descriptor 3, a pipe at 2, /dev/null at 0 and
    // 1, and no other descriptor. `settings` must outlive the process. Fault::internal if it
    // cannot be started.
    static Result<WorkerProcess> start(const WorkerProgram& program, const Settings& settings);

    WorkerProcess(WorkerProcess&& other) noexcept;
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;
    WorkerProcess& operator=(WorkerProcess&&) = delete;
    ~WorkerProcess();

    // Whether the process runs and has sent nothing, as when it is idle.
    bool is_ready() const;

    // Transfers all of the bytes, or returns the reason of the failure.
    Outcome send(ByteView bytes, const JobLimits& limits);
    Outcome receive(std::span<std::uint8_t> bytes, const JobLimits& limits);

    // Logs what the process has written since the last call; discards the excess.
    void drain_errors();

    // CPU time of all its threads, since its start; 0 if it has ended.
    std::chrono::nanoseconds cpu_time() const;

    pid_t pid() const { return pid_; }

  private:
    WorkerProcess(pid_t pid, Descriptor socket, Descriptor errors, const Settings& settings)
        : pid_(pid), socket_(std::move(socket)), errors_(std::move(errors)), settings_(&settings) {}
    Outcome wait_for(short event, const JobLimits& limits) const;
    void log(std::string_view text) const;
    void end();

    pid_t pid_;
    Descriptor socket_;
    Descriptor errors_;
    const Settings* settings_;
};

}  // namespace cameo::image_worker
