#include "unsynced.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control.h"

namespace cameo::faults {
namespace {

std::mutex& mutex() {
    static std::mutex& one = *new std::mutex;  // lives on while static objects are destroyed
    return one;
}

struct Undo {
    enum class What : char { bytes, appeared, renamed, removed } what;
    std::pair<dev_t, ino_t> file;  // bytes
    int descriptor = -1;
    off_t offset = 0;
    off_t size = 0;  // of the file before
    std::vector<char> old;
    std::string folder;  // of the entry, for the others
    std::string path;
    std::string from;   // renamed
    std::string stash;  // where the replaced or removed file was linked to; empty: there was none
};

std::vector<Undo>& undo_log() {
    static auto& one = *new std::vector<Undo>;
    return one;
}

// A descriptor of a file for this library, never closed: closing any descriptor of a file would
// release the locks that SQLite has on it in this process.
int own_descriptor(const std::pair<dev_t, ino_t>& file, int descriptor) {
    static auto& kept = *new std::map<std::pair<dev_t, ino_t>, int>;
    const std::lock_guard lock(mutex());
    const auto found = kept.find(file);
    if (found != kept.end()) return found->second;
    const std::string self = "/proc/self/fd/" + std::to_string(descriptor);
    const long opened = kernel(SYS_openat, AT_FDCWD, self.c_str(), O_RDWR | O_CLOEXEC);
    if (opened >= 0) kept[file] = static_cast<int>(opened);
    return static_cast<int>(opened);
}

std::string_view without_slash(std::string_view path) {
    while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    return path;
}

void remember_entry(Undo undo) {
    undo.folder = undo.path.substr(0, undo.path.rfind('/'));
    const std::lock_guard lock(mutex());
    undo_log().push_back(std::move(undo));
}

template <class Synced>
void forget_undo(const Synced& is_synced) {
    const std::lock_guard lock(mutex());
    std::erase_if(undo_log(), [&](const Undo& undo) {
        if (!is_synced(undo)) return false;
        drop_stash(undo.stash);
        return true;
    });
}

void take_back(const Undo& undo) {
    switch (undo.what) {
        case Undo::What::bytes:
            kernel(SYS_pwrite64, undo.descriptor, undo.old.data(), undo.old.size(), undo.offset);
            kernel(SYS_ftruncate, undo.descriptor, undo.size);
            return;
        case Undo::What::appeared:
            if (kernel(SYS_unlinkat, AT_FDCWD, undo.path.c_str(), 0) != 0)
                kernel(SYS_unlinkat, AT_FDCWD, undo.path.c_str(), AT_REMOVEDIR);
            return;
        case Undo::What::renamed:
            kernel(SYS_renameat2, AT_FDCWD, undo.path.c_str(), AT_FDCWD, undo.from.c_str(), 0);
            [[fallthrough]];
        case Undo::What::removed:
            if (!undo.stash.empty())
                kernel(SYS_renameat2, AT_FDCWD, undo.stash.c_str(), AT_FDCWD, undo.path.c_str(), 0);
            return;
    }
}

}  // namespace

void remember_bytes(int descriptor, off_t offset, std::size_t length) {
    struct stat about{};
    if (kernel(SYS_fstat, descriptor, &about) != 0 || !S_ISREG(about.st_mode)) return;
    Undo undo{.what = Undo::What::bytes, .file = {about.st_dev, about.st_ino}};
    undo.descriptor = own_descriptor(undo.file, descriptor);
    if (undo.descriptor < 0) return;
    undo.offset = offset;
    undo.size = about.st_size;
    if (offset < about.st_size) {
        undo.old.resize(std::min(length, static_cast<std::size_t>(about.st_size - offset)));
        kernel(SYS_pread64, undo.descriptor, undo.old.data(), undo.old.size(), offset);
    }
    const std::lock_guard lock(mutex());
    undo_log().push_back(std::move(undo));
}

std::string stash(const std::string& path) {
    static std::atomic<int> number = 0;
    const char* control_file = std::getenv("CAMEO_FAULTS");
    if (control_file == nullptr) return "";
    const std::string to = std::string(control_file) + ".stash." + std::to_string(::getpid()) +
                           "." + std::to_string(++number);
    const long done = kernel(SYS_linkat, AT_FDCWD, path.c_str(), AT_FDCWD, to.c_str(), 0);
    return done == 0 ? to : "";
}

void drop_stash(const std::string& stashed) {
    if (!stashed.empty()) kernel(SYS_unlinkat, AT_FDCWD, stashed.c_str(), 0);
}

void remember_new_entry(const std::string& path) {
    remember_entry({.what = Undo::What::appeared, .path = std::string(without_slash(path))});
}

void remember_rename(const std::string& from, const std::string& to, const std::string& stashed) {
    remember_entry({.what = Undo::What::renamed, .path = to, .from = from, .stash = stashed});
}

void remember_removal(const std::string& path, const std::string& stashed) {
    remember_entry({.what = Undo::What::removed, .path = path, .stash = stashed});
}

void forget_synced(int descriptor, const std::string& path) {
    struct stat about{};
    if (kernel(SYS_fstat, descriptor, &about) != 0) return;
    const std::pair file{about.st_dev, about.st_ino};
    const std::string_view folder = without_slash(path);
    forget_undo([&](const Undo& undo) {
        return undo.what == Undo::What::bytes ? undo.file == file : undo.folder == folder;
    });
}

void forget_all() {
    forget_undo([](const Undo&) { return true; });
}

void end_process() {
    kernel(SYS_kill, ::getpid(), SIGKILL);  // NOLINT(misc-include-cleaner): <csignal>
    for (;;) ::pause();
}

void cut_power(bool partial, std::uint64_t seed) {
    mutex().lock();  // for good: no other thread writes from now on
    std::mt19937_64 random(seed);
    const auto& log = undo_log();
    const std::size_t kept_entries = partial ? random() % (log.size() + 1) : 0;
    for (std::size_t i = log.size(); i-- > 0;) {
        const bool is_kept =
            log[i].what == Undo::What::bytes ? partial && random() % 2 == 0 : i < kept_entries;
        if (!is_kept) take_back(log[i]);
    }
    end_process();
}

}  // namespace cameo::faults
