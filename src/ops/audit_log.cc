#include "ops/audit_log.h"

#include <fmt/format.h>

#include <iterator>

#include "ops/json_line.h"

namespace cameo::ops {
namespace {

std::string_view outcome_of(int status) {
    if (status < 400) return "done";
    return status < 500 ? "refused" : "failed";
}

void append_known(std::string& line, std::string_view name, std::string_view text) {
    if (!text.empty()) append_member(line, name, text);
}

}  // namespace

std::string format_audit_line(const AuditEntry& entry) {
    std::string line = fmt::format(R"({{"time":"{}","log":"audit")", time_text(entry.time));
    append_known(line, "tenant", entry.tenant);
    append_known(line, "user", entry.user);
    append_known(line, "app", entry.app);
    append_known(line, "method", entry.method);
    append_known(line, "path", entry.target.substr(0, entry.target.find('?')));
    append_known(line, "whose", entry.whose);
    append_member(line, "outcome", outcome_of(entry.status));
    fmt::format_to(std::back_inserter(line), ",\"status\":{}", entry.status);
    append_known(line, "request_id", entry.request_id);
    append_known(line, "remote", entry.remote);
    line += '}';
    return line;
}

}  // namespace cameo::ops
