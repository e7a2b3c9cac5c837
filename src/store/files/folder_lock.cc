#include "store/files/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace cameo::store::files {
namespace {

std::string holder(int descriptor) {
    std::array<char, 32> text{};
    const auto length = ::pread(descriptor, text.data(), text.size(), 0);
    const std::string_view written(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    const std::string id(written.substr(0, written.find_first_not_of("0123456789")));
    return id.empty() ? "another process" : "process " + id;
}

// For the message only: the lock is the flock.
void write_own_id(int descriptor) {
    const std::string id = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor, 0) == 0) (void)!::pwrite(descriptor, id.data(), id.size(), 0);
}

bool is_at(int descriptor, const std::filesystem::path& file) {
    struct stat opened{};
    struct stat named{};
    return ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
    const auto file = folder / "lock";
    while (true) {
        Descriptor opened(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        if (!opened.is_open())
            return fail(Fault::internal,
                        fmt::format("cannot open {}: {}", file.native(), std::strerror(errno)));
        if (::flock(opened.number(), LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK)
                return fail(Fault::internal,
                            fmt::format("cannot lock {}: {}", file.native(), std::strerror(errno)));
            return fail(Fault::conflict, fmt::format("The data folder {} is in use by {}.",
                                                     folder.native(), holder(opened.number())));
        }
        // A file that was removed before it was locked excludes no other process.
        if (!is_at(opened.number(), file)) continue;
        write_own_id(opened.number());
        return FolderLock(file, std::move(opened));
    }
}

void FolderLock::remove() {
    ::unlink(file_.c_str());
    descriptor_.close();
}

}  // namespace cameo::store::files
