// The memory page with which a test controls the fault injection of a running process and reads its
// results. The environment variable CAMEO_FAULTS names its file; tests/faults/lib/injection.mjs
// writes it. All members have 8 bytes, little-endian, so that JavaScript can write them by offset.
#pragma once

#include <unistd.h>

#include <cstdint>

namespace cameo::faults {

// Bits of `Control::calls`: which kinds of call are counted.
enum Call : std::uint64_t {
    kOpen = 1U << 0U,
    kRead = 1U << 1U,
    kWrite = 1U << 2U,
    kSync = 1U << 3U,
    kRename = 1U << 4U,  // and link
    kUnlink = 1U << 5U,  // and rmdir
    kMakeFolder = 1U << 6U,
    kTruncate = 1U << 7U,
    kStat = 1U << 8U,
    kWorkerSocket = 1U << 9U,
    kSpawn = 1U << 10U,
    kSqliteMemory = 1U << 11U,
};

enum class Effect : std::uint64_t {
    io_error = 0,
    disk_full = 1,
    interrupted = 2,
    short_transfer = 3,  // half of the bytes, as the call returns
    kill = 4,            // the process ends before the call
    torn_write = 5,      // half of the bytes, then the process ends
    power_cut = 6,       // all that was not synced is undone, then the process ends
    partial_cut = 7,     // a random part of what was not synced is undone, then the process ends
    stop = 8,            // SIGSTOP before the call, which then is made
    slow = 9,            // the call takes 20 ms longer
};

struct Control {
    std::uint64_t at;     // the call that fails, counted from 1; 0: none, and nothing is counted
    std::uint64_t calls;  // bits of Call
    Effect effect;        //
    std::uint64_t stays;  // 1: every later call fails too
    std::int64_t clock_offset_s;  // added to the time of day
    std::uint64_t keeps_undo;  // 1: writes are remembered until they are synced, for the power cuts
    std::uint64_t seed;        // for partial_cut
    std::uint64_t counted;     // set by the process: counted calls since `at` was written
    std::uint64_t failed;      // set by the process: calls that were made to fail
    char what[432];            // set by the process: the call that failed first, and its path
};
static_assert(sizeof(Control) == 504);

// Calls the kernel directly: the names of the C library are those of this library.
template <class... Arguments>
long kernel(long number, Arguments... arguments) {
    return ::syscall(number, arguments...);
}

}  // namespace cameo::faults
