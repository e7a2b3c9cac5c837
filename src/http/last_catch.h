#pragma once

#include <optional>

#include "http/handler.h"

// The handler's functions with a net below them: what it throws becomes an answer of 500, made by
// its own refuse() where that works, and bare where it does not.
namespace cameo::http {

std::optional<Reply> ask_fast(Handler& handler, const Request& request);
Reply ask(Handler& handler, const Request& request);
Reply ask_refusal(Handler& handler, const Refusal& refusal, const Request& request);
void tell_finished(Handler& handler, const Exchange& exchange);

}  // namespace cameo::http
