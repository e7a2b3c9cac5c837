#pragma once

#include <string>

#include "http/read_buffer.h"
#include "http/request.h"

namespace cameo::http {

// One request and all that its views point into. Shared by the session and the job that answers
// the request, because on a hard stop the session may end first.
struct Inbox {
    ReadBuffer buffer;
    std::string body;
    std::string remote;
    Request request;
};

}  // namespace cameo::http
