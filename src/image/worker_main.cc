#include "image/worker_main.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <span>

#include "image/in_process_studio.h"
#include "image/warm_up.h"
#include "image/worker_protocol.h"

namespace cameo::image {
namespace {

constexpr int kSocket = 3;
constexpr unsigned kLastDescriptor = ~0U;

// No upload is worth more processor time than this; the parent's deadline is usually shorter.
constexpr rlim_t kSecondsPerUpload = 30;

bool read_all(std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t got = read(kSocket, bytes.data(), bytes.size());
        if (got > 0)
            bytes = bytes.subspan(static_cast<std::size_t>(got));
        else if (got == 0 || errno != EINTR)
            return false;
    }
    return true;
}

bool write_all(ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(kSocket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0)
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        else if (errno != EINTR)
            return false;
    }
    return true;
}

// RLIMIT_CPU counts from the start of the process, so it is moved on before each upload.
void allow_processor_time() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    rlimit limit{};
    getrlimit(RLIMIT_CPU, &limit);
    limit.rlim_cur =
        static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1 + kSecondsPerUpload;
    if (limit.rlim_cur <= limit.rlim_max) setrlimit(RLIMIT_CPU, &limit);
}

bool answer_one() {
    RequestHeader header{};
    if (!read_all(header)) return false;
    const auto request = decode(header);
    if (!request) return false;
    Bytes upload(request->upload_bytes);
    if (!read_all(upload)) return false;
    allow_processor_time();
    // The deadline is the parent's affair: past it, this process is killed.
    InProcessStudio studio(request->limits);
    return write_all(encode(studio.render(upload, request->storage, Deadline::max())));
}

}  // namespace

int worker_main() {
    close_range(kSocket + 1, kLastDescriptor, 0);
    warm_up();
    while (answer_one()) {
    }
    return 0;
}

}  // namespace cameo::image
