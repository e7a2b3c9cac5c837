#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "graph/settings.h"
#include "http/reply.h"
#include "http/request.h"

namespace boost::json {
class object;
}

// Replies to faults: the only place that maps a fault to a status and Graph code (docs/http.md,
// "Errors").
namespace cameo::graph {

// Photos, the directory and mailboxes (contacts and their folders) have different error codes.
enum class Realm : std::uint8_t { photo, directory, mailbox };

// `{"error":{"code","message","innerError":{...}}}`; `fields` are further header lines.
http::Reply error_reply(const http::Request& request, Instant now, int status,
                        std::string_view code, std::string_view message, std::string fields = {});

// The reply to `error`. The detail of Fault::internal is not sent.
http::Reply error_reply(const http::Request& request, Instant now, const Settings& settings,
                        Realm realm, const Error& error);

// `{"code","message"}` of one item of a request of the directory, as the error replies have them.
boost::json::object public_error(const Error& error);

// Adds a sentence to the message of the reply to `error`.
void append_sentence(Error& error, Realm realm, std::string_view sentence);

// The header line of a reply that no cache may store.
inline constexpr std::string_view kNoStore = "Cache-Control: no-store\r\n";

// `fields` are header lines in addition to Content-Type.
http::Reply json_reply(int status, const boost::json::object& body,
                       std::string fields = std::string(kNoStore));

// The reply, marked as dependent on `Accept`.
http::Reply negotiated(http::Reply reply);

// The reply to `error` for an operator on this machine: with the detail of Fault::internal, without
// header lines for clients of Graph.
http::Reply operator_error_reply(const http::Request& request, Instant now, const Error& error);

// The fault whose error reply for a photo has this code; Fault::internal for an unknown code.
Fault fault_of_code(std::string_view code);

}  // namespace cameo::graph
