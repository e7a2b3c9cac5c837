#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace cameo::graph {

// Which replies are written to the audit log: none; writes and refusals; all.
enum class AuditLevel : std::uint8_t { off, writes, all };

// One request with its reply, for the audit log. Unknown members are empty. Borrows from the
// request.
struct AuditRecord {
    std::string_view tenant;
    std::string_view user;  // User::id of the signed-in person
    std::string_view app;
    std::string_view method;
    std::string_view target;
    std::string resource;  // `users/{key}`, `groups/{id}`, `users/{key}/contacts/{id}`
    int status = 0;
    std::string_view request_id;
    std::string_view remote;
    // The record of a change that was made, or may have been made. Writing it may block, so it is
    // never written on an I/O thread. Other records may be dropped.
    bool must_be_kept = false;
};

// Called from several threads at once.
using AuditSink = std::function<void(const AuditRecord&)>;

}  // namespace cameo::graph
