#include "http/exception_guard.h"

#include <exception>
#include <string_view>

namespace cameo::http {
namespace {

// The text of the exception being handled.
Reply failed(Handler& handler, const Request& request) {
    constexpr std::string_view kReason = "The server failed to answer this request.";
    try {
        throw;
    } catch (const std::exception& error) {
        return guarded_error_reply(handler, {500, kReason, error.what()}, request);
    } catch (...) {
        return guarded_error_reply(handler, {500, kReason, "an unknown exception"}, request);
    }
}

}  // namespace

StartResult guarded_start(Handler& handler, const Request& request) {
    try {
        return handler.start(request);
    } catch (...) {
        return failed(handler, request);
    }
}

Reply guarded_run(Continuation& continuation, Handler& handler, const Request& request) {
    try {
        return continuation.run();
    } catch (...) {
        return failed(handler, request);
    }
}

Reply guarded_error_reply(Handler& handler, const ProtocolError& error, const Request& request) {
    try {
        return handler.error_reply(error, request);
    } catch (...) {
        return Reply{.status = error.status};
    }
}

Piece guarded_next(BodySource& source) {
    try {
        return {.text = source.next()};
    } catch (...) {
        return {.failed = true};
    }
}

void guarded_finished(Handler& handler, const FinishedRequest& request) {
    try {
        handler.finished(request);
    } catch (...) {  // NOLINT(bugprone-empty-catch): the reply is already sent
    }
}

}  // namespace cameo::http
