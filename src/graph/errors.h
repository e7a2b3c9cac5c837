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

// Replies for faults: the one place that knows their status and Graph code (docs/http.md,
// "Errors").
namespace cameo::graph {

// Denials have another code for photos than for the directory.
enum class Realm : std::uint8_t { photo, directory };

// `{"error":{"code","message","innerError":{...}}}`; `fields` are further header lines.
http::Reply error_reply(const http::Request& request, Instant now, int status,
                        std::string_view code, std::string_view message, std::string fields = {});

// The answer to `error`. The detail of Fault::internal is not sent.
http::Reply error_reply(const http::Request& request, Instant now, const Settings& settings,
                        Realm realm, const Error& error);

// `fields` are header lines beside the content type.
http::Reply json_reply(int status, const boost::json::object& body, std::string fields);

// The reply, marked as dependent on `Accept`.
http::Reply negotiated(http::Reply reply);

// The reply to `error` for the operator on this machine: the detail of Fault::internal is sent too,
// and no header lines that are for clients of Graph.
http::Reply operator_error_reply(const http::Request& request, Instant now, const Error& error);

// The fault of which an error reply about a photo has this code; Fault::internal for an unknown
// one.
Fault fault_of_code(std::string_view code);

}  // namespace cameo::graph
