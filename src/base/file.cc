#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace cameo {
namespace {

namespace fs = std::filesystem;

enum class Sync { later, now };

Result<void> replace(const fs::path& file, ByteView bytes, unsigned mode, Sync sync) {
    const fs::path temporary = file.parent_path() / ("." + file.filename().native() + ".part");
    ::unlink(temporary.c_str());  // from a killed process
    Descriptor opened(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!opened.is_open()) return std::unexpected(system_error("cannot write", temporary));
    auto done = write_all(opened.number(), bytes, temporary);
    if (done && sync == Sync::now && ::fsync(opened.number()) != 0)
        done = std::unexpected(system_error("cannot write", temporary));
    // Some network file systems report a full disk only on close.
    if (done && !opened.close()) done = std::unexpected(system_error("cannot write", temporary));
    if (done) done = rename_file(temporary, file);
    if (!done) ::unlink(temporary.c_str());
    return done;
}

}  // namespace

Result<bool> is_there(const fs::path& file) {
    std::error_code error;
    const auto status = fs::status(file, error);
    if (status.type() != fs::file_type::none) return fs::exists(status);
    return fail(Fault::internal, "cannot stat " + file.native() + ": " + error.message());
}

Error system_error(std::string_view what, const fs::path& file) {
    const auto reason = std::system_category().message(errno);
    return {Fault::internal, std::string(what) + " " + file.native() + ": " + reason};
}

Result<void> write_all(int descriptor, ByteView bytes, const fs::path& file) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR)
            return std::unexpected(system_error("cannot write", file));
        if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> write_file(const fs::path& file, ByteView bytes, unsigned mode) {
    return replace(file, bytes, mode, Sync::later);
}

Result<void> write_file_durably(const fs::path& file, ByteView bytes, unsigned mode) {
    if (auto written = replace(file, bytes, mode, Sync::now); !written) return written;
    return sync_folder(file.parent_path());
}

Result<void> rename_file(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) == 0) return {};
    return std::unexpected(system_error("cannot write", to));
}

Result<void> sync_folder(const fs::path& folder) {
    const char* name = folder.empty() ? "." : folder.c_str();
    const Descriptor opened(::open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.is_open() && ::fsync(opened.number()) == 0) return {};
    return std::unexpected(system_error("cannot write to disk", folder));
}

}  // namespace cameo
