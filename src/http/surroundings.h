#pragma once

#include <array>
#include <memory>

#include "http/body_budget.h"
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
    std::shared_ptr<BodyBudget> body_budget;  // of the whole server
    std::shared_ptr<ReturnPath> return_path;
    DateCache date;
    Sweeper sessions;
    bool stopping = false;
    std::array<char, 16'384> dropped{};  // room for what is read to be dropped, of every session
};

}  // namespace cameo::http
