#include "http/last_catch.h"

namespace cameo::http {
namespace {

constexpr Refusal kFailed{500, "The server failed to answer this request."};

}  // namespace

std::optional<Reply> ask_fast(Handler& handler, const Request& request) {
    try {
        return handler.try_fast(request);
    } catch (...) {
        return ask_refusal(handler, kFailed, request);
    }
}

Reply ask(Handler& handler, const Request& request) {
    try {
        return handler.handle(request);
    } catch (...) {
        return ask_refusal(handler, kFailed, request);
    }
}

Reply ask_refusal(Handler& handler, const Refusal& refusal, const Request& request) {
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
