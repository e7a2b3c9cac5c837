// The intercepted calls: each decides whether it fails, records what a power cut would undo, and
// calls the kernel. libc_names.cc exports them under the names of the C library, with the same
// results and errno.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>

#include "control.h"
#include "unsynced.h"

namespace cameo::faults {

// Null if no control file is named: then every call reaches the kernel unchanged.
extern Control* const control;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

// The kind of a descriptor. Only files below the watched folders and the image worker's socket
// count.
enum class Kind : char { other, file, worker_socket };

struct Opened {
    Kind kind = Kind::other;
    std::string path;
};

Opened opened(int descriptor);
void note_opened(int descriptor, Kind kind, std::string path);
void note_closed(int descriptor);

bool keeps_undo();

// Whether this call is to fail; counts it.
bool is_its_turn(Call call);
void tell(const char* name, const std::string& path);
// Whether an allocation that `caller` asked for is to fail.
bool is_out_of_memory(const void* caller);

int open_file(const char* name, int folder, const char* path, int flags, mode_t mode);
std::FILE* open_stream(const char* name, const char* path, const char* mode);
// At `offset`, or at the position of the descriptor where `offset` is negative.
ssize_t read_at(const char* name, int descriptor, void* to, std::size_t bytes, off_t offset);
ssize_t write_at(const char* name, int descriptor, const void* from, std::size_t bytes,
                 off_t offset);
int sync_descriptor(const char* name, int descriptor, long number);
int rename_entry(const char* name, int from_folder, const char* from, int to_folder, const char* to,
                 unsigned flags);
int link_entry(const char* name, int from_folder, const char* from, int to_folder, const char* to,
               int flags);
int unlink_entry(const char* name, int folder, const char* path, int flags);
int make_folder(const char* name, int folder, const char* path, mode_t mode);
int cut_file(const char* name, int descriptor, off_t size);
int look_at(const char* name, int folder, const char* path, struct stat* about, int flags);
int look_at(const char* name, int descriptor, struct stat* about);

// The caller fails with `error`, or transfers `length` bytes at most, or does nothing special.
struct Verdict {
    int error = 0;
    std::optional<std::size_t> length;
};

// Does not return where the process must end. A call without bytes cannot be short, so it fails.
Verdict judge(Call call, const char* name, const std::string& path, std::size_t bytes = 0);
bool ends_after(const Verdict& verdict);

template <class Type>
Type failed(const Verdict& verdict, Type value = static_cast<Type>(-1)) {
    errno = verdict.error;
    return value;
}

// A transfer of bytes through a descriptor: `bare` takes the number of bytes that it may move.
template <class Bare>
ssize_t transfer(Call call, const char* name, int descriptor, std::size_t bytes, off_t offset,
                 const Bare& bare) {
    const Opened file = opened(descriptor);
    if (file.kind == Kind::other) return bare(bytes);
    const bool is_file = file.kind == Kind::file;
    const auto verdict = judge(is_file ? call : kWorkerSocket, name, file.path, bytes);
    if (verdict.error != 0) return failed<ssize_t>(verdict);
    if (is_file && call == kWrite && keeps_undo()) {
        if (offset < 0) offset = kernel(SYS_lseek, descriptor, 0, SEEK_CUR);
        remember_bytes(descriptor, offset, bytes);
    }
    const ssize_t done = bare(verdict.length.value_or(bytes));
    if (ends_after(verdict)) end_process();
    return done;
}

// Vectors and messages move all or nothing.
template <class Bare>
ssize_t transfer_whole(Call call, const char* name, int descriptor, std::size_t bytes,
                       const Bare& bare) {
    const Opened file = opened(descriptor);
    if (file.kind != Kind::other) {
        const bool is_file = file.kind == Kind::file;
        const auto verdict = judge(is_file ? call : kWorkerSocket, name, file.path);
        if (verdict.error != 0) return failed<ssize_t>(verdict);
        if (is_file && call == kWrite && keeps_undo())
            remember_bytes(descriptor, kernel(SYS_lseek, descriptor, 0, SEEK_CUR), bytes);
    }
    return bare();
}

}  // namespace cameo::faults
