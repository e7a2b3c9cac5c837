#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"

namespace cameo::image {

// One worker process and this end of its socket. Owned by one thread at a time; killed and reaped
// when destroyed.
class WorkerProcess {
  public:
    enum class Outcome { done, gone, late };

    // Executes `program image-worker` with an end of a socket at descriptor 3, /dev/null at 0 and
    // 1, and no other descriptor but 2. `memory_mb` bounds its address space; 0 leaves it open.
    // Fault::internal where it cannot be started.
    static Result<WorkerProcess> start(const std::string& program, std::size_t memory_mb);

    WorkerProcess(WorkerProcess&& other) noexcept;
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;
    WorkerProcess& operator=(WorkerProcess&&) = delete;
    ~WorkerProcess();

    // Whether it lives and is silent, as an idle worker is.
    bool is_ready() const;

    // All of the bytes, or the reason why not: the worker closed its end (gone), the deadline
    // passed (late).
    Outcome send(ByteView bytes, Deadline deadline);
    Outcome receive(std::span<std::uint8_t> bytes, Deadline deadline);

    pid_t pid() const { return pid_; }

  private:
    WorkerProcess(pid_t pid, int socket) : pid_(pid), socket_(socket) {}
    Outcome wait_for(short event, Deadline deadline) const;

    pid_t pid_;
    int socket_;
};

}  // namespace cameo::image
