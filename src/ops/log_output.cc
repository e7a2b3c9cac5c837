#include "ops/log_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

namespace cameo::ops {
namespace {

bool is_regular(int descriptor) {
    struct stat about{};
    return ::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
}

// A pipe or terminal is opened again: O_NONBLOCK on the inherited description would change it for
// every process that shares it. A regular file keeps the description, and so the place in it.
Descriptor standard_output() {
    if (!is_regular(STDOUT_FILENO)) {
        Descriptor own(
            ::open("/proc/self/fd/1", O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
        if (own.is_open()) return own;
    }
    Descriptor same(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
    if (same.is_open()) return same;
    return Descriptor(::open("/dev/null", O_WRONLY | O_CLOEXEC));  // started without one
}

// Also opened for reading, so that a FIFO opens without a reader and survives changes of readers
// (fifo(7)).
int access_mode(const std::filesystem::path& file) {
    struct stat about{};
    const bool is_fifo = ::stat(file.c_str(), &about) == 0 && S_ISFIFO(about.st_mode);
    return is_fifo ? O_RDWR : O_WRONLY;
}

Result<Descriptor> open_file(const std::filesystem::path& file) {
    const int flags = access_mode(file) | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    Descriptor opened(::open(file.c_str(), flags, 0600));
    if (opened.is_open()) return opened;
    return fail(Fault::internal,
                fmt::format("cannot open the log {}: {}", file.native(), std::strerror(errno)));
}

bool blocks(int descriptor) {
    return !is_regular(descriptor) && (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) == 0;
}

bool takes_bytes(int descriptor, std::chrono::milliseconds time) {
    pollfd waited{.fd = descriptor, .events = POLLOUT, .revents = 0};
    return ::poll(&waited, 1, static_cast<int>(time.count())) > 0;
}

}  // namespace

LogOutput::LogOutput(Descriptor descriptor, std::string name, std::filesystem::path file)
    : descriptor_(std::move(descriptor)),
      name_(std::move(name)),
      file_(std::move(file)),
      may_block_(blocks(descriptor_.number())) {}

LogOutput LogOutput::standard() { return {standard_output(), "standard output", {}}; }

Result<LogOutput> LogOutput::file(const std::filesystem::path& file) {
    auto opened = open_file(file);
    if (!opened) return std::unexpected(std::move(opened.error()));
    return LogOutput(std::move(*opened), file.native(), file);
}

std::expected<std::size_t, int> LogOutput::write(std::string_view bytes) {
    if (may_block_) {
        if (!takes_bytes(descriptor_.number(), {})) return 0;
        bytes =
            bytes.substr(0, PIPE_BUF);  // a pipe that polls writable accepts that many (pipe(7))
    }
    const auto written = ::write(descriptor_.number(), bytes.data(), bytes.size());
    if (written >= 0) return static_cast<std::size_t>(written);
    if (errno == EAGAIN || errno == EINTR) return 0;
    return std::unexpected(errno);
}

void LogOutput::wait(std::chrono::milliseconds time) const {
    std::ignore = takes_bytes(descriptor_.number(), time);
}

Result<void> LogOutput::reopen() {
    if (file_.empty()) return {};
    auto opened = open_file(file_);
    if (!opened) return std::unexpected(std::move(opened.error()));
    descriptor_ = std::move(*opened);
    may_block_ = blocks(descriptor_.number());
    return {};
}

}  // namespace cameo::ops
