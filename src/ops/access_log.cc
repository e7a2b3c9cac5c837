#include "ops/access_log.h"

#include <fmt/format.h>

#include <iterator>

#include "ops/json_line.h"

namespace cameo::ops {

std::string format_access_line(const AccessEntry& entry) {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(entry.duration);
    std::string line = fmt::format(R"({{"time":"{}")", time_text(entry.time));
    append_member(line, "method", entry.method);
    append_member(line, "path", entry.target.substr(0, entry.target.find('?')));
    fmt::format_to(std::back_inserter(line),
                   R"(,"status":{},"bytes":{},"microseconds":{},"lane":"{}")", entry.status,
                   entry.body_bytes, micros.count(), entry.fast ? "quick" : "work");
    append_member(line, "request_id", entry.request_id);
    append_member(line, "remote", entry.remote);
    line += '}';
    return line;
}

void AccessLog::write(const AccessEntry& entry) { lines_->write(format_access_line(entry)); }

}  // namespace cameo::ops
