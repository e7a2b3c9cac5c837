#include "ops/access_log.h"

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
    out += entry.fast ? R"(,"lane":"quick","request_id":)" : R"(,"lane":"work","request_id":)";
    append_json_text(out, entry.request_id);
    out += R"(,"remote":)";
    append_json_text(out, entry.remote);
    out += '}';
}

void AccessLog::write(const AccessEntry& entry) {
    thread_local std::string line;
    line.clear();
    append_access_line(line, entry);
    lines_->write(line, Loss::allowed);
}

}  // namespace cameo::ops
