#pragma once

#include <optional>
#include <string>

#include "http/handler.h"

// Calls of the application that do not throw. An exception becomes a reply of 500: the handler's
// error_reply() makes it and gets the text of the exception; the reply has no body if that
// throws too. Called on I/O threads and pool threads.
namespace cameo::http {

StartResult guarded_start(Handler& handler, const Request& request);
Reply guarded_run(Continuation& continuation, Handler& handler, const Request& request);
Reply guarded_error_reply(Handler& handler, const ProtocolError& error, const Request& request);

// A piece of a body; no text at the end. Failed if the source threw.
struct Piece {
    std::optional<std::string> text;
    bool failed = false;
};
Piece guarded_next(BodySource& source);

void guarded_finished(Handler& handler, const FinishedRequest& request);

}  // namespace cameo::http
