#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "image_worker/worker_process.h"

// The sandbox of a worker: a file that takes over the decoder can do nothing
// else. Called by the worker program only, on its only thread; docs/sandbox.md has the reasons.
namespace cameo::image_worker {

// Called before anything is decoded: sets nice 10, a higher OOM score, and limits on address space
// (`memory_mb`; 0 means none), CPU time and files.
void limit_resources(std::size_t memory_mb);

// Called after everything that opens files: afterwards the process can use memory, its threads, the
// socket at descriptor 3 and the pipe at 2. Returns the Landlock ABI in force, 0 for none.
// Fault::internal if the system call filter cannot be set or other threads run.
// REQUIRES: sandbox != Sandbox::off
Result<std::uint32_t> enter_sandbox(Sandbox sandbox);

// The Landlock part of enter_sandbox: handles every right of the running kernel and grants none.
// Returns what is in force; all 0 where the kernel has no Landlock or it is switched off.
// REQUIRES: no_new_privs
struct Landlock {
    std::uint32_t abi = 0;
    std::uint64_t fs = 0;  // masks of rights
    std::uint64_t net = 0;
    std::uint64_t scoped = 0;
};
Landlock enter_landlock();

}  // namespace cameo::image_worker
