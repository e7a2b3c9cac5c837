#include "server/server_logs.h"

#include <utility>

namespace cameo::server {
namespace {

Result<std::shared_ptr<ops::LineLog>> open_log(const std::filesystem::path& file) {
    if (file.empty()) return ops::LineLog::to_stdout();
    auto opened = ops::LineLog::to_file(file);
    if (!opened) return std::unexpected(std::move(opened.error()));
    return *std::move(opened);
}

}  // namespace

Result<ServerLogs> ServerLogs::open(const config::Config& config) {
    auto audit = open_log(config.audit_file);
    if (!audit) return std::unexpected(std::move(audit.error()));
    if (!config.access_log) return ServerLogs{.access = nullptr, .audit = *audit};
    if (config.access_file == config.audit_file) return ServerLogs{*audit, *audit};
    auto access = open_log(config.access_file);
    if (!access) return std::unexpected(std::move(access.error()));
    return ServerLogs{.access = *access, .audit = *audit};
}

void ServerLogs::reopen() const {
    audit->reopen();
    if (access && access != audit) access->reopen();
}

bool ServerLogs::flush(Deadline deadline) const {
    const bool written = audit->flush(deadline);
    return (!access || access->flush(deadline)) && written;
}

ops::LineLog::Counts ServerLogs::counts() const {
    auto counts = audit->counts();
    if (!access || access == audit) return counts;
    const auto more = access->counts();
    counts.dropped_lines += more.dropped_lines;
    counts.write_failures += more.write_failures;
    return counts;
}

}  // namespace cameo::server
