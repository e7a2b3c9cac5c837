#include "store/files/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
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

// For the message only: what counts is the flock.
void write_own_id(int descriptor) {
    const std::string id = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor, 0) == 0) (void)!::pwrite(descriptor, id.data(), id.size(), 0);
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
    const auto file = folder / "lock";
    FolderLock lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (lock.descriptor_ < 0)
        return fail(Fault::internal,
                    fmt::format("cannot open {}: {}", file.native(), std::strerror(errno)));
    if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return fail(Fault::internal,
                        fmt::format("cannot lock {}: {}", file.native(), std::strerror(errno)));
        return fail(Fault::conflict, fmt::format("The data folder {} is in use by {}.",
                                                 folder.native(), holder(lock.descriptor_)));
    }
    write_own_id(lock.descriptor_);
    return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

FolderLock::~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace cameo::store::files
