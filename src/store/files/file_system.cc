#include "store/files/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/file.h"

namespace cameo::store::files {
namespace {

using std::filesystem::path;

// Call right after the failing call: it reads errno.
std::unexpected<Error> failed(const char* call, const path& where) {
    const int reason = errno;
    return fail(Fault::internal,
                fmt::format("{} {}: {}", call, where.native(), std::strerror(reason)));
}

class RealNewFile final : public FileSystem::NewFile {
  public:
    RealNewFile(Descriptor descriptor, path file)
        : descriptor_(std::move(descriptor)), file_(std::move(file)) {}

    Result<void> write(ByteView bytes) override {
        while (!bytes.empty()) {
            const auto written = ::write(descriptor_.number(), bytes.data(), bytes.size());
            if (written < 0 && errno != EINTR) return failed("write", file_);
            if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
        return {};
    }

    Result<void> sync() override {
        if (::fsync(descriptor_.number()) != 0) return failed("fsync", file_);
        return {};
    }

  private:
    Descriptor descriptor_;
    path file_;
};

std::chrono::seconds age_of(const struct stat& status) {
    const auto now = std::chrono::system_clock::now();
    const auto written = std::chrono::system_clock::from_time_t(status.st_mtime);
    return std::max(std::chrono::floor<std::chrono::seconds>(now - written),
                    std::chrono::seconds(0));
}

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

}  // namespace

Result<void> RealFileSystem::make_folder(const path& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed("mkdir", folder);
    return {};
}

Result<void> RealFileSystem::sync_folder(const path& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.is_open()) return failed("open", folder);
    if (::fsync(opened.number()) != 0) return failed("fsync", folder);
    return {};
}

Result<std::unique_ptr<FileSystem::NewFile>> RealFileSystem::create(const path& file) {
    Descriptor opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!opened.is_open()) return failed("create", file);
    return std::make_unique<RealNewFile>(std::move(opened), file);
}

Result<void> RealFileSystem::rename(const path& from, const path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed("rename", from);
    return {};
}

Result<bool> RealFileSystem::touch(const path& file) {
    const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened.is_open() && errno == ENOENT) return false;
    if (!opened.is_open()) return failed("open", file);
    if (::futimens(opened.number(), nullptr) != 0) return failed("futimens", file);
    if (::fsync(opened.number()) != 0) return failed("fsync", file);
    return true;
}

Result<void> RealFileSystem::remove(const path& file) {
    if (::unlink(file.c_str()) != 0 && errno != ENOENT) return failed("unlink", file);
    return {};
}

Result<std::optional<Bytes>> RealFileSystem::read(const path& file, std::uint64_t offset,
                                                  std::uint64_t length) {
    const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened.is_open() && errno == ENOENT) return std::nullopt;
    if (!opened.is_open()) return failed("open", file);
    struct stat status{};
    if (::fstat(opened.number(), &status) != 0) return failed("fstat", file);
    if (!S_ISREG(status.st_mode)) return fail(Fault::internal, file.native() + " is no file");
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (offset > size || length > size - offset)
        return fail(Fault::unsatisfiable_range, std::to_string(size));
    Bytes bytes(length);
    for (std::size_t have = 0; have < bytes.size();) {
        const auto got = ::pread(opened.number(), bytes.data() + have, bytes.size() - have,
                                 static_cast<off_t>(offset + have));
        if (got < 0 && errno != EINTR) return failed("read", file);
        if (got == 0) return fail(Fault::unsatisfiable_range, std::to_string(offset + have));
        if (got > 0) have += static_cast<std::size_t>(got);
    }
    return bytes;
}

Result<std::optional<std::uint64_t>> RealFileSystem::length(const path& file) {
    struct stat status{};
    if (::stat(file.c_str(), &status) == 0) return static_cast<std::uint64_t>(status.st_size);
    if (errno == ENOENT) return std::nullopt;
    return failed("stat", file);
}

Result<bool> RealFileSystem::has_folder(const path& folder) {
    struct stat status{};
    if (::stat(folder.c_str(), &status) == 0) return S_ISDIR(status.st_mode);
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return failed("stat", folder);
}

Result<std::vector<FileSystem::Object>> RealFileSystem::list(const path& folder) {
    const std::unique_ptr<DIR, CloseFolder> opened(::opendir(folder.c_str()));
    std::vector<Object> objects;
    if (!opened && errno == ENOENT) return objects;
    if (!opened) return failed("open", folder);
    errno = 0;
    while (const dirent* found = ::readdir(opened.get())) {
        const std::string name = found->d_name;
        if (name == "." || name == "..") continue;
        struct stat status{};
        if (::fstatat(::dirfd(opened.get()), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
            objects.push_back({name, S_ISDIR(status.st_mode), age_of(status)});
        else if (errno != ENOENT)  // omits a file that is removed concurrently
            return failed("stat", folder / name);
        errno = 0;  // so that it is the error of readdir only
    }
    if (errno != 0) return failed("list", folder);
    std::ranges::sort(objects, {}, &Object::name);
    return objects;
}

}  // namespace cameo::store::files
