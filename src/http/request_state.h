#pragma once

#include <string>

#include "http/body_budget.h"
#include "http/body_reader.h"
#include "http/read_buffer.h"
#include "http/request.h"

namespace cameo::http {

// One request and the memory to which its views point. Shared by the connection and the pool job
// that answers the request, because after a hard stop the connection may end first: it changes
// nothing here while a job may be running.
struct RequestState {
    ReadBuffer buffer;
    std::string read_ahead;       // bytes after the request, read while the buffer must not change
    BodyBuffer body;              // empty if the body is in `buffer`
    BodyReservation reservation;  // of the budget of all bodies
    std::string peer;
    Request request;

    // Frees the memory of the body. REQUIRES: the reply is known. A source of the reply's body
    // keeps no view of the request.
    void release_body() {
        request.body = {};
        body = {};
        reservation = {};
    }

    // Shrinks the memory of an idle connection to that of a usual request head. Views of the
    // request become invalid.
    void shrink() {
        release_body();
        if (buffer.data().empty() && buffer.capacity() > kIdleCapacity) buffer = {};
    }

  private:
    static constexpr std::size_t kIdleCapacity = 4096;
};

}  // namespace cameo::http
