#pragma once

#include <string>

#include "http/body_budget.h"
#include "http/read_buffer.h"
#include "http/request.h"

namespace cameo::http {

// One request and all that its views point into. Shared by the session and the job that answers
// the request, because on a hard stop the session may end first: it changes nothing here while a
// job may be under way.
struct Inbox {
    ReadBuffer buffer;
    std::string body;
    BodyShare body_share;  // of the budget of all bodies
    std::string remote;
    Request request;

    // Gives the memory of the body back. REQUIRES: the answer is known. A source of the answer's
    // body keeps nothing of the request's.
    void drop_body() {
        request.body = {};
        if (!body.empty()) std::string().swap(body);  // an assignment would keep the memory
        body_share = {};
    }

    // Leaves to an idle connection what a usual request head takes. What the request's views
    // pointed into may be gone.
    void shrink() {
        drop_body();
        if (buffer.unread().empty() && buffer.capacity() > kIdleCapacity) buffer = {};
    }

  private:
    static constexpr std::size_t kIdleCapacity = 4096;
};

}  // namespace cameo::http
