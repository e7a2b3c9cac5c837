#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "image_worker/worker_process.h"

// What a worker does to itself so that a file which takes over its decoder gains nothing. Called by
// the worker program alone, on its only thread; docs/sandbox.md has the reasons.
namespace cameo::image_worker {

// Before anything is decoded: nice 10, first to be killed for want of memory, and limits on address
// space (`memory_mb`; 0 leaves it open), CPU time and files.
void limit_resources(std::size_t memory_mb);

// After everything that opens files: from here on the process can use memory, its threads, the
// socket at descriptor 3 and the pipe at 2. Returns the Landlock ABI in force, 0 for none.
// Fault::internal where the system call filter cannot be set or other threads run.
// REQUIRES: sandbox != Sandbox::off
Result<std::uint32_t> lock_in(Sandbox sandbox);

// The part of lock_in that Landlock does: handles every right that the running kernel knows and
// grants none. What is in force; all 0 where the kernel has no Landlock or it is switched off.
// REQUIRES: no_new_privs
struct Landlock {
    std::uint32_t abi = 0;
    std::uint64_t fs = 0;  // masks of rights
    std::uint64_t net = 0;
    std::uint64_t scoped = 0;
};
Landlock enter_landlock();

}  // namespace cameo::image_worker
