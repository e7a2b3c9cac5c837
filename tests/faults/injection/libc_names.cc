// Loaded into a cameo process by LD_PRELOAD: replaces the C library's calls for files, processes,
// memory and the clock, and makes the n-th of them fail (docs/faults.md). CAMEO_FAULTS
// names the control file (control.h), CAMEO_FAULTS_UNDER the folders whose files count, separated
// by colons.
//
// SQLite, libstdc++ and libarchive are shared libraries, so their calls are intercepted as the
// program's own are. Calls inside the C library are not: of a FILE*, only the opening counts.
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "calls.h"

// The names of the C library do not follow this project's rules.
// NOLINTBEGIN
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
}

// The names of the C library, each in every form that programs are linked against.
#ifdef __clang__
#pragma clang diagnostic ignored "-Wreserved-identifier"
#pragma clang diagnostic ignored "-Wmissing-prototypes"
#endif
using namespace cameo::faults;

namespace {

template <class Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

mode_t mode_of(int flags, std::va_list arguments) {
    const bool is_given = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    return is_given ? va_arg(arguments, mode_t) : 0;
}

int clock_offset() { return control == nullptr ? 0 : static_cast<int>(control->clock_offset_s); }

}  // namespace

#define OPEN(name)                                            \
    int name(const char* path, int flags, ...) {              \
        std::va_list arguments;                               \
        va_start(arguments, flags);                           \
        const mode_t mode = mode_of(flags, arguments);        \
        va_end(arguments);                                    \
        return open_file(#name, AT_FDCWD, path, flags, mode); \
    }
#define OPENAT(name)                                         \
    int name(int folder, const char* path, int flags, ...) { \
        std::va_list arguments;                              \
        va_start(arguments, flags);                          \
        const mode_t mode = mode_of(flags, arguments);       \
        va_end(arguments);                                   \
        return open_file(#name, folder, path, flags, mode);  \
    }
#define STAT(name, flags)                                     \
    int name(const char* path, struct stat* about) noexcept { \
        return look_at(#name, AT_FDCWD, path, about, flags);  \
    }
#define STAT64(name, flags)                                                                  \
    int name(const char* path, struct stat64* about) noexcept {                              \
        return look_at(#name, AT_FDCWD, path, reinterpret_cast<struct stat*>(about), flags); \
    }

extern "C" {

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
int __open_2(const char* path, int flags) { return open_file("open", AT_FDCWD, path, flags, 0); }
int __open64_2(const char* path, int flags) { return open_file("open", AT_FDCWD, path, flags, 0); }
int __openat_2(int folder, const char* path, int flags) {
    return open_file("openat", folder, path, flags, 0);
}
int __openat64_2(int folder, const char* path, int flags) {
    return open_file("openat", folder, path, flags, 0);
}
int creat(const char* path, mode_t mode) {
    return open_file("creat", AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
std::FILE* fopen(const char* path, const char* mode) { return open_stream("fopen", path, mode); }
std::FILE* fopen64(const char* path, const char* mode) { return open_stream("fopen", path, mode); }
DIR* opendir(const char* path) {
    const int descriptor =
        open_file("opendir", AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK, 0);
    return descriptor < 0 ? nullptr : ::fdopendir(descriptor);
}
int close(int descriptor) {
    if (control != nullptr) note_closed(descriptor);
    return static_cast<int>(kernel(SYS_close, descriptor));
}

ssize_t read(int descriptor, void* to, std::size_t bytes) {
    return read_at("read", descriptor, to, bytes, -1);
}
ssize_t __read_chk(int descriptor, void* to, std::size_t bytes, std::size_t) {
    return read_at("read", descriptor, to, bytes, -1);
}
ssize_t pread(int descriptor, void* to, std::size_t bytes, off_t offset) {
    return read_at("pread", descriptor, to, bytes, offset);
}
ssize_t pread64(int descriptor, void* to, std::size_t bytes, off64_t offset) {
    return read_at("pread", descriptor, to, bytes, offset);
}
ssize_t __pread_chk(int descriptor, void* to, std::size_t bytes, off_t offset, std::size_t) {
    return read_at("pread", descriptor, to, bytes, offset);
}
ssize_t __pread64_chk(int descriptor, void* to, std::size_t bytes, off64_t offset, std::size_t) {
    return read_at("pread", descriptor, to, bytes, offset);
}
ssize_t write(int descriptor, const void* from, std::size_t bytes) {
    return write_at("write", descriptor, from, bytes, -1);
}
ssize_t pwrite(int descriptor, const void* from, std::size_t bytes, off_t offset) {
    return write_at("pwrite", descriptor, from, bytes, offset);
}
ssize_t pwrite64(int descriptor, const void* from, std::size_t bytes, off64_t offset) {
    return write_at("pwrite", descriptor, from, bytes, offset);
}
ssize_t writev(int descriptor, const iovec* parts, int count) {
    std::size_t bytes = 0;
    for (int i = 0; i < count; ++i) bytes += parts[i].iov_len;
    return transfer_whole(kWrite, "writev", descriptor, bytes,
                          [&] { return kernel(SYS_writev, descriptor, parts, count); });
}
ssize_t sendfile(int to, int from, off_t* offset, std::size_t bytes) noexcept {
    return transfer_whole(kWrite, "sendfile", to, bytes,
                          [&] { return kernel(SYS_sendfile, to, from, offset, bytes); });
}
ssize_t copy_file_range(int from, off64_t* from_offset, int to, off64_t* to_offset,
                        std::size_t bytes, unsigned flags) {
    return transfer_whole(kWrite, "copy_file_range", to, bytes, [&] {
        return kernel(SYS_copy_file_range, from, from_offset, to, to_offset, bytes, flags);
    });
}

ssize_t send(int descriptor, const void* from, std::size_t bytes, int flags) {
    return transfer(kWorkerSocket, "send", descriptor, bytes, 0, [&](std::size_t most) {
        return kernel(SYS_sendto, descriptor, from, most, flags, nullptr, 0);
    });
}
ssize_t recv(int descriptor, void* to, std::size_t bytes, int flags) {
    return transfer(kWorkerSocket, "recv", descriptor, bytes, 0, [&](std::size_t most) {
        return kernel(SYS_recvfrom, descriptor, to, most, flags, nullptr, nullptr);
    });
}
ssize_t __recv_chk(int descriptor, void* to, std::size_t bytes, std::size_t, int flags) {
    return recv(descriptor, to, bytes, flags);
}
ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
    return transfer_whole(kWorkerSocket, "sendmsg", descriptor, 0,
                          [&] { return kernel(SYS_sendmsg, descriptor, message, flags); });
}
ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
    return transfer_whole(kWorkerSocket, "recvmsg", descriptor, 0,
                          [&] { return kernel(SYS_recvmsg, descriptor, message, flags); });
}
int socketpair(int domain, int type, int protocol, int ends[2]) noexcept {
    const auto done = static_cast<int>(kernel(SYS_socketpair, domain, type, protocol, ends));
    if (done == 0 && control != nullptr && domain == AF_UNIX)
        note_opened(ends[0], Kind::worker_socket, "worker");
    return done;
}

int fsync(int descriptor) { return sync_descriptor("fsync", descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return sync_descriptor("fdatasync", descriptor, SYS_fdatasync); }
int syncfs(int descriptor) noexcept { return sync_descriptor("syncfs", descriptor, SYS_syncfs); }

int rename(const char* from, const char* to) noexcept {
    return rename_entry("rename", AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
    return rename_entry("renameat", from_folder, from, to_folder, to, 0);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
    return rename_entry("renameat2", from_folder, from, to_folder, to, flags);
}
int link(const char* from, const char* to) noexcept {
    return link_entry("link", AT_FDCWD, from, AT_FDCWD, to, 0);
}
int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
    return link_entry("linkat", from_folder, from, to_folder, to, flags);
}
int unlink(const char* path) noexcept { return unlink_entry("unlink", AT_FDCWD, path, 0); }
int unlinkat(int folder, const char* path, int flags) noexcept {
    return unlink_entry("unlinkat", folder, path, flags);
}
int rmdir(const char* path) noexcept { return unlink_entry("rmdir", AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char* path) noexcept {
    const int done = unlink_entry("remove", AT_FDCWD, path, 0);
    return done == 0 || errno != EISDIR ? done
                                        : unlink_entry("remove", AT_FDCWD, path, AT_REMOVEDIR);
}
int mkdir(const char* path, mode_t mode) noexcept {
    return make_folder("mkdir", AT_FDCWD, path, mode);
}
int mkdirat(int folder, const char* path, mode_t mode) noexcept {
    return make_folder("mkdirat", folder, path, mode);
}
int ftruncate(int descriptor, off_t size) noexcept {
    return cut_file("ftruncate", descriptor, size);
}
int ftruncate64(int descriptor, off64_t size) noexcept {
    return cut_file("ftruncate", descriptor, size);
}

STAT(stat, 0)
STAT(lstat, AT_SYMLINK_NOFOLLOW)
STAT64(stat64, 0)
STAT64(lstat64, AT_SYMLINK_NOFOLLOW)
int fstat(int descriptor, struct stat* about) noexcept {
    return look_at("fstat", descriptor, about);
}
int fstat64(int descriptor, struct stat64* about) noexcept {
    return look_at("fstat", descriptor, reinterpret_cast<struct stat*>(about));
}
int fstatat(int folder, const char* path, struct stat* about, int flags) noexcept {
    return look_at("fstatat", folder, path, about, flags);
}
int fstatat64(int folder, const char* path, struct stat64* about, int flags) noexcept {
    return look_at("fstatat", folder, path, reinterpret_cast<struct stat*>(about), flags);
}

int posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                const posix_spawnattr_t* attributes, char* const arguments[],
                char* const environment[]) {
    static auto* bare = next<decltype(posix_spawn)>("posix_spawn");
    if (is_its_turn(kSpawn)) {
        tell("posix_spawn", path);
        return EAGAIN;
    }
    return bare(pid, path, actions, attributes, arguments, environment);
}
pid_t fork() noexcept {
    static auto* bare = next<pid_t()>("fork");
    if (is_its_turn(kSpawn)) {
        tell("fork", "");
        errno = EAGAIN;
        return -1;
    }
    return bare();
}

int clock_gettime(clockid_t clock, timespec* now) noexcept {
    const auto done = static_cast<int>(kernel(SYS_clock_gettime, clock, now));
    if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += clock_offset();
    return done;
}
int gettimeofday(timeval* now, void*) noexcept {
    timespec exact{};
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}
std::time_t time(std::time_t* now) noexcept {
    timespec exact{};
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now != nullptr) *now = exact.tv_sec;
    return exact.tv_sec;
}

void* malloc(std::size_t size) noexcept {
    return is_out_of_memory(__builtin_return_address(0)) ? nullptr : __libc_malloc(size);
}
void* realloc(void* memory, std::size_t size) noexcept {
    return is_out_of_memory(__builtin_return_address(0)) ? nullptr : __libc_realloc(memory, size);
}

}  // extern "C"
// NOLINTEND
