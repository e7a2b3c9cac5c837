#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "ops/line_log.h"

namespace cameo::ops {

// What one line of the audit log tells: who did what to whom, and with what outcome. Never a token
// or a picture. Empty where it is not known.
struct AuditEntry {
    Instant time{};
    std::string_view tenant;  // Tenant::id
    std::string_view user;    // User::id of the signed-in person
    std::string_view app;
    std::string_view method;
    std::string_view target;  // its query is left out
    std::string_view whose;   // users/{key}, groups/{id}, ...
    int status = 0;
    std::string_view request_id;
    std::string_view remote;
};

// Appends one JSON object: time, tenant, user, app, method, path, whose, outcome (done, refused,
// failed), status, request_id, remote. Members that are not known are left out.
void append_audit_line(std::string& out, const AuditEntry& entry);

// Thread-safe.
class AuditLog {
  public:
    explicit AuditLog(std::shared_ptr<LineLog> lines) : lines_(std::move(lines)) {}

    // Blocks with Loss::refused where too many lines wait: not on an I/O thread.
    void write(const AuditEntry& entry, Loss loss);
    // False where a change should not be begun, since too many lines of changes wait to be written.
    bool has_room() const { return lines_->has_room(); }

  private:
    std::shared_ptr<LineLog> lines_;
};

}  // namespace cameo::ops
