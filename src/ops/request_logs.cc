#include "ops/request_logs.h"

#include "ops/json_line.h"

namespace cameo::ops {

void append_access_line(std::string& out, const AccessEntry& entry) {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(entry.duration);
    out += R"({"time":")";
    append_time(out, entry.time);
    out += R"(","method":)";
    append_json_text(out, entry.method);
    out += R"(,"path":)";
    append_json_text(out, entry.target.substr(0, entry.target.find('?')));
    out += R"(,"status":)";
    append_number(out, static_cast<std::uint64_t>(entry.status));
    out += R"(,"bytes":)";
    append_number(out, entry.body_bytes);
    out += R"(,"microseconds":)";
    append_number(out, static_cast<std::uint64_t>(micros.count()));
    out += entry.fast ? R"(,"handled_by":"fast_path","request_id":)"
                      : R"(,"handled_by":"worker","request_id":)";
    append_json_text(out, entry.request_id);
    out += R"(,"remote":)";
    append_json_text(out, entry.remote);
    out += '}';
}

void AccessLog::write(const AccessEntry& entry) {
    static thread_local std::string line;
    line.clear();
    append_access_line(line, entry);
    lines_->write(line, Loss::allowed);
}

namespace {

std::string_view outcome_of(int status) {
    if (status < 400) return "done";
    return status < 500 ? "refused" : "failed";
}

void append_known(std::string& line, std::string_view name, std::string_view text) {
    if (!text.empty()) append_member(line, name, text);
}

}  // namespace

void append_audit_line(std::string& out, const AuditEntry& entry) {
    out += R"({"time":")";
    append_time(out, entry.time);
    out += R"(","log":"audit")";
    append_known(out, "tenant", entry.tenant);
    append_known(out, "user", entry.user);
    append_known(out, "app", entry.app);
    append_known(out, "method", entry.method);
    append_known(out, "path", entry.target.substr(0, entry.target.find('?')));
    append_known(out, "resource", entry.resource);
    append_member(out, "outcome", outcome_of(entry.status));
    out += R"(,"status":)";
    append_number(out, static_cast<std::uint64_t>(entry.status));
    append_known(out, "request_id", entry.request_id);
    append_known(out, "remote", entry.remote);
    out += '}';
}

void AuditLog::write(const AuditEntry& entry, Loss loss) {
    static thread_local std::string line;
    line.clear();
    append_audit_line(line, entry);
    lines_->write(line, loss);
}

}  // namespace cameo::ops
