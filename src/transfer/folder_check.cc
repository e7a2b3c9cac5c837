#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

#include "base/file.h"
#include "photo/sweep.h"
#include "transfer/fsck.h"

namespace cameo::transfer {
namespace {

namespace fs = std::filesystem;

Result<std::string> done(int status, std::string_view what, std::string_view how,
                         const fs::path& file) {
    if (status != 0) return std::unexpected(system_error(what, file));
    return std::string(how);
}

Problem too_open(const fs::path& file, unsigned mode, unsigned wanted) {
    return {
        fmt::format("{} is accessible to other users: its mode is {:04o}.", file.native(), mode),
        fmt::format("sets it to {:04o}", wanted), [file, wanted](PhotoService&) {
            return done(::chmod(file.c_str(), wanted), "cannot change the mode of", "set its mode",
                        file);
        }};
}

Problem wrong_owner(const fs::path& file, const struct stat& about, const struct stat& folder) {
    return {fmt::format("{} belongs to user {}, the data folder to user {}: the server may not be "
                        "able to read it.",
                        file.native(), about.st_uid, folder.st_uid),
            "gives it to the folder's owner (as root only)",
            [file, uid = folder.st_uid, gid = folder.st_gid](PhotoService&) {
                return done(::lchown(file.c_str(), uid, gid), "cannot give away",
                            "gave it to the folder's owner", file);
            }};
}

Problem left_behind(const fs::path& file) {
    return {fmt::format("{} remains from an interrupted write.", file.native()), "removes it",
            [file](PhotoService&) {
                // A blob store that was opened concurrently may have removed it.
                const bool gone = ::unlink(file.c_str()) == 0 || errno == ENOENT;
                return done(gone ? 0 : -1, "cannot remove", "removed it", file);
            }};
}

bool is_old(const struct stat& about) {
    const auto written = std::chrono::system_clock::from_time_t(about.st_mtime);
    return std::chrono::system_clock::now() - written > photo::kOrphanGrace;
}

void check_file(const fs::path& file, const fs::path& data, const struct stat& folder,
                std::vector<Problem>& problems) {
    struct stat about{};
    // A file that was removed concurrently is ignored.
    if (::lstat(file.c_str(), &about) != 0 || S_ISLNK(about.st_mode)) return;
    if (file == data / "lost+found") return;  // made by the file system
    if (S_ISREG(about.st_mode) && file.parent_path() == data / "blobs" / "tmp" && is_old(about)) {
        problems.push_back(left_behind(file));
        return;
    }
    constexpr unsigned kOthers = 077;
    const unsigned mode = about.st_mode & 07777U;
    if ((mode & kOthers) != 0)
        problems.push_back(too_open(file, mode, S_ISDIR(about.st_mode) ? 0700 : 0600));
    if (about.st_uid != folder.st_uid) problems.push_back(wrong_owner(file, about, folder));
}

}  // namespace

std::vector<Problem> check_folder(const fs::path& data) {
    std::vector<Problem> problems;
    struct stat folder{};
    if (::stat(data.c_str(), &folder) != 0) return problems;
    check_file(data, data, folder, problems);
    std::error_code error;
    fs::recursive_directory_iterator at(data, fs::directory_options::skip_permission_denied, error);
    for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error))
        check_file(at->path(), data, folder, problems);
    return problems;
}

}  // namespace cameo::transfer
