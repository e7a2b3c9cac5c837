#pragma once

#include <memory>

#include "http/date_cache.h"
#include "http/handler.h"
#include "http/return_path.h"
#include "http/server.h"
#include "http/sweeper.h"

namespace cameo::http {

// What the sessions of one I/O thread share; touched by that thread alone.
struct Surroundings {
    const ServerSettings& settings;
    Handler& handler;
    std::shared_ptr<ReturnPath> return_path;
    DateCache date;
    Sweeper sessions;
    bool stopping = false;
};

}  // namespace cameo::http
