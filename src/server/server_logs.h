#pragma once

#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "config/config.h"
#include "ops/line_log.h"

namespace cameo::server {

// The outputs of the access log and the audit log, which may be the same. Thread-safe.
struct ServerLogs {
    // Fault::internal if a file cannot be opened.
    static Result<ServerLogs> open(const config::Config& config);

    void reopen() const;                  // those that are files
    bool flush(Deadline deadline) const;  // whether all lines were written in time
    ops::LineLog::Counts counts() const;  // of both

    std::shared_ptr<ops::LineLog> access;  // null if it is off
    std::shared_ptr<ops::LineLog> audit;
};

}  // namespace cameo::server
