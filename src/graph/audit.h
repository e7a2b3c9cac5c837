#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace cameo::graph {

// Which answers the audit log is told of: none; writes and refusals; all.
enum class AuditLevel : std::uint8_t { off, writes, all };

// One answered request, for the audit log. Empty where it is not known. Borrows from the request.
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
    // The line of a change that was made, or may have been: it may block, and is never told of on
    // an I/O thread. Any other may be dropped.
    bool must_be_kept = false;
};

// Called from several threads at once.
using AuditSink = std::function<void(const AuditRecord&)>;

}  // namespace cameo::graph
