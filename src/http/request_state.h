#pragma once

#include <string>

#include "http/body_budget.h"
#include "http/body_reader.h"
#include "http/read_buffer.h"
#include "http/request.h"

namespace cameo::http {

// One request and the memory that its views point into. Shared by the connection and the pool job
// that answers the request, because on a hard stop the connection may end first: it changes nothing
// here while a job may be under way.
struct RequestState {
    ReadBuffer buffer;
    std::string read_ahead;  // what was read behind the request while the buffer must not change
    BodyBuffer body;         // empty where the body is in `buffer`
    BodyReservation reservation;  // of the budget of all bodies
    std::string peer;
    Request request;

    // Frees the memory of the body. REQUIRES: the reply is known. A source of the reply's body
    // keeps nothing of the request's.
    void release_body() {
        request.body = {};
        body = {};
        reservation = {};
    }

    // Keeps for an idle connection what a usual request head takes. Views of the request become
    // invalid.
    void shrink() {
        release_body();
        if (buffer.data().empty() && buffer.capacity() > kIdleCapacity) buffer = {};
    }

  private:
    static constexpr std::size_t kIdleCapacity = 4096;
};

}  // namespace cameo::http
