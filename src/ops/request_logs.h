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
// remote. Without the query, which may contain any text of the caller, such as a pasted token.
void append_access_line(std::string& out, const AccessEntry& entry);

// Never blocks: a line is dropped if the destination does not accept lines fast enough.
// Thread-safe.
class AccessLog {
  public:
    explicit AccessLog(std::shared_ptr<LineLog> lines) : lines_(std::move(lines)) {}
    void write(const AccessEntry& entry);

  private:
    std::shared_ptr<LineLog> lines_;
};

// One line of the audit log: principal, request, resource and outcome. Never a token or a picture.
// Empty if it is unknown.
struct AuditEntry {
    Instant time{};
    std::string_view tenant;  // Tenant::id
    std::string_view user;    // User::id of the signed-in person
    std::string_view app;
    std::string_view method;
    std::string_view target;    // logged without its query
    std::string_view resource;  // users/{key}, groups/{id}, ...
    int status = 0;
    std::string_view request_id;
    std::string_view remote;
};

// Appends one JSON object: time, tenant, user, app, method, path, resource, outcome (done, refused,
// failed), status, request_id, remote. Unknown members are omitted.
void append_audit_line(std::string& out, const AuditEntry& entry);

// Thread-safe.
class AuditLog {
  public:
    explicit AuditLog(std::shared_ptr<LineLog> lines) : lines_(std::move(lines)) {}

    // Blocks with Loss::refused while too many lines are queued: not for an I/O thread.
    void write(const AuditEntry& entry, Loss loss);
    // False if no change should begin, because too many lines of changes are queued.
    bool has_room() const { return lines_->has_room(); }

  private:
    std::shared_ptr<LineLog> lines_;
};

}  // namespace cameo::ops
