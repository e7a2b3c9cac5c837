#include "calls.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "control.h"
#include "unsynced.h"

namespace cameo::faults {
namespace {

Control* load_control() {
    const char* file = std::getenv("CAMEO_FAULTS");
    if (file == nullptr) return nullptr;
    const auto descriptor =
        static_cast<int>(kernel(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC));
    if (descriptor < 0) return nullptr;
    void* page =
        ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    kernel(SYS_close, descriptor);
    return page == MAP_FAILED ? nullptr : static_cast<Control*>(page);
}

// The library whose memory runs out.
struct AddressRange {
    std::uintptr_t first = 0;
    std::uintptr_t end = 0;
};

int note_sqlite(dl_phdr_info* library, std::size_t, void* found) {
    if (std::string_view(library->dlpi_name).find("libsqlite3") == std::string_view::npos) return 0;
    for (int i = 0; i < library->dlpi_phnum; ++i) {
        const auto& part = library->dlpi_phdr[i];
        if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
        const auto start = library->dlpi_addr + part.p_vaddr;
        *static_cast<AddressRange*>(found) = {.first = start, .end = start + part.p_memsz};
    }
    return 1;
}

AddressRange find_sqlite() {
    AddressRange found;
    if (std::getenv("CAMEO_FAULTS") != nullptr) ::dl_iterate_phdr(note_sqlite, &found);
    return found;
}

// Found while the library is loaded, before there are threads.
const AddressRange kSqliteCode = find_sqlite();

std::mutex& mutex() {
    static std::mutex& one = *new std::mutex;  // lives on while static objects are destroyed
    return one;
}

std::map<int, Opened>& opened_files() {
    static auto& one = *new std::map<int, Opened>;
    return one;
}

bool is_watched(std::string_view path) {
    static const char* under = std::getenv("CAMEO_FAULTS_UNDER");
    std::string_view rest = under == nullptr ? "" : under;
    while (!rest.empty()) {
        const auto folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
        if (path.starts_with(folder) &&
            (path.size() == folder.size() || path[folder.size()] == '/'))
            return true;
    }
    return false;
}

std::string full_path(int folder, const char* path) {
    if (path == nullptr || path[0] == '/' || folder == AT_FDCWD) return path == nullptr ? "" : path;
    const std::lock_guard lock(mutex());
    const auto found = opened_files().find(folder);
    return found == opened_files().end() ? path : found->second.path + "/" + path;
}

std::uint64_t count() { return std::atomic_ref<std::uint64_t>(control->counted).fetch_add(1) + 1; }

}  // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): the test writes to this page
Control* const control = load_control();

Opened opened(int descriptor) {
    if (control == nullptr) return {};
    const std::lock_guard lock(mutex());
    const auto found = opened_files().find(descriptor);
    return found == opened_files().end() ? Opened{} : found->second;
}

void note_opened(int descriptor, Kind kind, std::string path) {
    const std::lock_guard lock(mutex());
    opened_files()[descriptor] = {kind, std::move(path)};
}

void note_closed(int descriptor) {
    const std::lock_guard lock(mutex());
    opened_files().erase(descriptor);
}

bool keeps_undo() { return control != nullptr && control->keeps_undo != 0; }

bool is_its_turn(Call call) {
    if (control == nullptr || control->at == 0 || (control->calls & call) == 0) return false;
    const auto number = count();
    return number == control->at || (control->stays != 0 && number > control->at);
}

void tell(const char* name, const std::string& path) {
    if (std::atomic_ref<std::uint64_t>(control->failed).fetch_add(1) != 0) return;
    std::snprintf(control->what, sizeof control->what, "%s %s", name, path.c_str());
}

Verdict judge(Call call, const char* name, const std::string& path, std::size_t bytes) {
    if (!is_its_turn(call)) return {};
    tell(name, path);
    switch (control->effect) {
        case Effect::io_error:
            return {.error = EIO};
        case Effect::disk_full:
            return {.error = ENOSPC};
        case Effect::interrupted:
            return {.error = EINTR};
        case Effect::short_transfer:
            if (bytes < 2) return {.error = EIO};
            return {.length = bytes / 2};
        case Effect::kill:
            end_process();
        case Effect::torn_write:
            if (call != kWrite || bytes < 2) end_process();
            return {.length = bytes / 2};
        case Effect::power_cut:
            cut_power(false, control->seed);
        case Effect::partial_cut:
            cut_power(true, control->seed);
        case Effect::stop:
            ::kill(::getpid(), SIGSTOP);
            return {};
        case Effect::slow:
            ::usleep(20'000);
            return {};
    }
    return {};
}

bool ends_after(const Verdict& verdict) {
    return verdict.length && control->effect == Effect::torn_write;
}

bool is_out_of_memory(const void* caller) {
    const auto address = reinterpret_cast<std::uintptr_t>(caller);
    if (control == nullptr || control->at == 0) return false;
    if (address < kSqliteCode.first || address >= kSqliteCode.end) return false;
    if (!is_its_turn(kSqliteMemory)) return false;
    tell("malloc", "");
    errno = ENOMEM;
    return true;
}

int open_file(const char* name, int folder, const char* path, int flags, mode_t mode) {
    const auto bare = [&] {
        return static_cast<int>(kernel(SYS_openat, folder, path, flags, mode));
    };
    if (control == nullptr || (flags & O_PATH) != 0) return bare();
    const std::string full = full_path(folder, path);
    if (!is_watched(full)) return bare();
    if (const auto verdict = judge(kOpen, name, full); verdict.error != 0)
        return failed<int>(verdict);
    struct stat about{};
    const bool is_there = kernel(SYS_newfstatat, folder, path, &about, 0) == 0;
    if (keeps_undo() && is_there && (flags & O_TRUNC) != 0 && about.st_size > 0) {
        const auto old = static_cast<int>(kernel(SYS_openat, folder, path, O_RDWR | O_CLOEXEC));
        if (old >= 0) {
            remember_bytes(old, 0, static_cast<std::size_t>(about.st_size));
            kernel(SYS_close, old);
        }
    }
    const int descriptor = bare();
    if (descriptor < 0) return descriptor;
    if (keeps_undo() && !is_there) remember_new_entry(full);
    note_opened(descriptor, Kind::file, full);
    return descriptor;
}

std::FILE* open_stream(const char* name, const char* path, const char* mode) {
    static auto* bare = reinterpret_cast<decltype(&std::fopen)>(::dlsym(RTLD_NEXT, "fopen64"));
    if (control != nullptr && is_watched(path))
        if (const auto verdict = judge(kOpen, name, path); verdict.error != 0)
            return failed<std::FILE*>(verdict, nullptr);
    std::FILE* stream = bare(path, mode);
    if (stream != nullptr && control != nullptr && is_watched(path))
        note_opened(::fileno(stream), Kind::file, path);  // NOLINT(misc-include-cleaner): <cstdio>
    return stream;
}

ssize_t read_at(const char* name, int descriptor, void* to, std::size_t bytes, off_t offset) {
    return transfer(kRead, name, descriptor, bytes, offset, [&](std::size_t most) -> ssize_t {
        if (offset < 0) return kernel(SYS_read, descriptor, to, most);
        return kernel(SYS_pread64, descriptor, to, most, offset);
    });
}

ssize_t write_at(const char* name, int descriptor, const void* from, std::size_t bytes,
                 off_t offset) {
    return transfer(kWrite, name, descriptor, bytes, offset, [&](std::size_t most) -> ssize_t {
        if (offset < 0) return kernel(SYS_write, descriptor, from, most);
        return kernel(SYS_pwrite64, descriptor, from, most, offset);
    });
}

int sync_descriptor(const char* name, int descriptor, long number) {
    const Opened file = opened(descriptor);
    if (file.kind != Kind::file) return static_cast<int>(kernel(number, descriptor));
    if (const auto verdict = judge(kSync, name, file.path); verdict.error != 0)
        return failed<int>(verdict);
    const auto done = static_cast<int>(kernel(number, descriptor));
    if (done != 0 || !keeps_undo()) return done;
    if (number == SYS_syncfs)
        forget_all();
    else
        forget_synced(descriptor, file.path);
    return done;
}

int rename_entry(const char* name, int from_folder, const char* from, int to_folder, const char* to,
                 unsigned flags) {
    const auto bare = [&] {
        return static_cast<int>(kernel(SYS_renameat2, from_folder, from, to_folder, to, flags));
    };
    if (control == nullptr) return bare();
    const std::string full = full_path(to_folder, to);
    if (!is_watched(full)) return bare();
    if (const auto verdict = judge(kRename, name, full); verdict.error != 0)
        return failed<int>(verdict);
    if (!keeps_undo()) return bare();
    const std::string stashed = stash(full);
    const int done = bare();
    if (done == 0)
        remember_rename(full_path(from_folder, from), full, stashed);
    else
        drop_stash(stashed);
    return done;
}

int link_entry(const char* name, int from_folder, const char* from, int to_folder, const char* to,
               int flags) {
    const std::string full = control == nullptr ? "" : full_path(to_folder, to);
    const bool counts = control != nullptr && is_watched(full);
    if (counts)
        if (const auto verdict = judge(kRename, name, full); verdict.error != 0)
            return failed<int>(verdict);
    const auto done = static_cast<int>(kernel(SYS_linkat, from_folder, from, to_folder, to, flags));
    if (counts && done == 0 && keeps_undo()) remember_new_entry(full);
    return done;
}

int unlink_entry(const char* name, int folder, const char* path, int flags) {
    const auto bare = [&] { return static_cast<int>(kernel(SYS_unlinkat, folder, path, flags)); };
    if (control == nullptr) return bare();
    const std::string full = full_path(folder, path);
    if (!is_watched(full)) return bare();
    if (const auto verdict = judge(kUnlink, name, full); verdict.error != 0)
        return failed<int>(verdict);
    if (!keeps_undo() || flags == AT_REMOVEDIR) return bare();
    const std::string stashed = stash(full);
    const int done = bare();
    if (done == 0)
        remember_removal(full, stashed);
    else
        drop_stash(stashed);
    return done;
}

int make_folder(const char* name, int folder, const char* path, mode_t mode) {
    const std::string full = control == nullptr ? "" : full_path(folder, path);
    const bool counts = control != nullptr && is_watched(full);
    if (counts)
        if (const auto verdict = judge(kMakeFolder, name, full); verdict.error != 0)
            return failed<int>(verdict);
    const auto done = static_cast<int>(kernel(SYS_mkdirat, folder, path, mode));
    if (counts && done == 0 && keeps_undo()) remember_new_entry(full);
    return done;
}

int cut_file(const char* name, int descriptor, off_t size) {
    const Opened file = opened(descriptor);
    if (file.kind == Kind::file) {
        if (const auto verdict = judge(kTruncate, name, file.path); verdict.error != 0)
            return failed<int>(verdict);
        struct stat about{};
        if (keeps_undo() && kernel(SYS_fstat, descriptor, &about) == 0)
            remember_bytes(descriptor, std::min(size, about.st_size),
                           static_cast<std::size_t>(std::max<off_t>(about.st_size - size, 0)));
    }
    return static_cast<int>(kernel(SYS_ftruncate, descriptor, size));
}

int look_at(const char* name, int folder, const char* path, struct stat* about, int flags) {
    if (control != nullptr && path != nullptr && path[0] != '\0') {
        const std::string full = full_path(folder, path);
        if (is_watched(full))
            if (const auto verdict = judge(kStat, name, full); verdict.error != 0)
                return failed<int>(verdict);
    }
    return static_cast<int>(kernel(SYS_newfstatat, folder, path, about, flags));
}

int look_at(const char* name, int descriptor, struct stat* about) {
    const Opened file = opened(descriptor);
    if (file.kind == Kind::file)
        if (const auto verdict = judge(kStat, name, file.path); verdict.error != 0)
            return failed<int>(verdict);
    return static_cast<int>(kernel(SYS_fstat, descriptor, about));
}

}  // namespace cameo::faults
