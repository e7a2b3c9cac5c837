#include "http/last_catch.h"

#include <exception>
#include <string_view>

namespace cameo::http {
namespace {

// Of the exception being handled.
Reply failed(Handler& handler, const Request& request) {
    constexpr std::string_view kReason = "The server failed to answer this request.";
    try {
        throw;
    } catch (const std::exception& error) {
        return ask_refusal(handler, {500, kReason, error.what()}, request);
    } catch (...) {
        return ask_refusal(handler, {500, kReason, "an unknown exception"}, request);
    }
}

}  // namespace

std::optional<Reply> ask_fast(Handler& handler, const Request& request) {
    try {
        return handler.try_fast(request);
    } catch (...) {
        return failed(handler, request);
    }
}

Reply ask(Handler& handler, const Request& request) {
    try {
        return handler.handle(request);
    } catch (...) {
        return failed(handler, request);
    }
}

Reply ask_refusal(Handler& handler, const ProtocolError& refusal, const Request& request) {
    try {
        return handler.refuse(refusal, request);
    } catch (...) {
        return Reply{.status = refusal.status};
    }
}

Piece ask_source(BodySource& source) {
    try {
        return {.text = source.next()};
    } catch (...) {
        return {.failed = true};
    }
}

void tell_finished(Handler& handler, const Exchange& exchange) {
    try {
        handler.finished(exchange);
    } catch (...) {  // NOLINT(bugprone-empty-catch): the answer is out; nobody is left to tell
    }
}

}  // namespace cameo::http
