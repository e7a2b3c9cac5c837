#pragma once

#include <optional>
#include <string>

#include "http/handler.h"

// The handler's functions with a net below them: what it throws becomes an answer of 500, made by
// its own refuse(), which is told what was thrown, and bare where that throws too.
namespace cameo::http {

std::optional<Reply> ask_fast(Handler& handler, const Request& request);
Reply ask(Handler& handler, const Request& request);
Reply ask_refusal(Handler& handler, const ProtocolError& refusal, const Request& request);

// A piece of a body; no text at the end. A source that threw has failed.
struct Piece {
    std::optional<std::string> text;
    bool failed = false;
};
Piece ask_source(BodySource& source);

void tell_finished(Handler& handler, const Exchange& exchange);

}  // namespace cameo::http
