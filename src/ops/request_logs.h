#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "ops/line_log.h"

namespace cameo::ops {

// One line of the access log. Never a token.
struct AccessEntry {
    Instant time{};
    std::string_view method;
    std::string_view target;
    int status = 0;
    std::size_t body_bytes = 0;
    std::chrono::nanoseconds duration{};
    bool fast = false;
    std::string_view request_id;
    std::string_view remote;
};

// Appends one JSON object: time, method, path, status, bytes, microseconds, handled_by, request_id,
// remote. The query is left out: it is the caller's own text, and a token pasted there must not be
// kept.
void append_access_line(std::string& out, const AccessEntry& entry);

// Never blocks: a line is dropped where the destination does not take lines fast enough.
// Thread-safe.
class AccessLog {
  public:
    explicit AccessLog(std::shared_ptr<LineLog> lines) : lines_(std::move(lines)) {}
    void write(const AccessEntry& entry);

  private:
    std::shared_ptr<LineLog> lines_;
};

// One line of the audit log: principal, request, resource and outcome. Never a token or a picture.
// Empty where it is unknown.
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

    // Blocks with Loss::refused while too many lines wait: not for an I/O thread.
    void write(const AuditEntry& entry, Loss loss);
    // False where no change should begin, since too many lines of changes wait to be written.
    bool has_room() const { return lines_->has_room(); }

  private:
    std::shared_ptr<LineLog> lines_;
};

}  // namespace cameo::ops
