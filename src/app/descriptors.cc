#include "app/descriptors.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace cameo::app {
namespace {

constexpr std::size_t kForFilesAndCommands = 64;
constexpr std::size_t kPerIoThread = 5;  // epoll, eventfd, timer, two listening sockets
constexpr std::size_t kPerWorker = 4;
constexpr std::size_t kPerPoolThread = 4;  // two of the database, two of a blob
// An upload uses the database, then a blob, never both: two, and one for idle connections.
constexpr std::size_t kPerUploadThread = 3;
constexpr std::size_t kFewestConnections = 16;

std::size_t pool_threads(const Config& config) {
    constexpr std::size_t kOthers = 7;  // for issuers, metrics and the items of batches
    return 2 * config.store_threads + config.list_threads + kOthers;
}

}  // namespace

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    const rlimit raised{limit.rlim_max, limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    return limit.rlim_cur;
}

std::size_t descriptor_reserve(const Config& config) {
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    const auto io_threads = config.http.threads > 0 ? config.http.threads : cores;
    return kForFilesAndCommands + kPerIoThread * io_threads + kPerWorker * config.image.workers +
           kPerPoolThread * pool_threads(config) + kPerUploadThread * config.upload_threads();
}

Result<std::string> fit_connections(std::size_t descriptors, Config& config) {
    const auto reserve = descriptor_reserve(config);
    const auto left = descriptors - std::min(descriptors, reserve);
    if (left < kFewestConnections)
        return fail(Fault::internal,
                    fmt::format("this process may open {} files, but {} are needed: raise the hard "
                                "limit (ulimit -Hn, LimitNOFILE=)",
                                descriptors, reserve + kFewestConnections));
    auto& http = config.http;
    if (http.max_connections + http.refused_at_once <= left) return "";
    http.refused_at_once = std::min(http.refused_at_once, left / 8);
    const auto most = std::min(http.max_connections, left - http.refused_at_once);
    if (most == http.max_connections) return "";
    return fmt::format(
        "max_connections is {} instead of {}: this process may open {} files, and {} are kept for "
        "other uses; raise the hard limit (ulimit -Hn, LimitNOFILE=) for more",
        most, std::exchange(http.max_connections, most), descriptors, reserve);
}

}  // namespace cameo::app
