#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "http/asio.h"
#include "http/inbox.h"
#include "http/surroundings.h"

namespace cameo::http {

// The hop of a session's request to a pool's thread and of its reply back. Lives on the I/O thread.
class Offload {
  public:
    Offload(Surroundings& surroundings, Executor executor)
        : surroundings_(surroundings), executor_(std::move(executor)) {}

    // Answers the whole request in `inbox` on the handler's pool; a refusal where that pool is
    // full; nullopt where abandon() was called first (the job may then still be running).
    Awaitable<std::optional<Reply>> answer(std::shared_ptr<Inbox> inbox);

    void abandon();

  private:
    // What the job finds again when it comes back, if the session is still there.
    struct Arrival {
        explicit Arrival(const Executor& executor) : awaited(executor) {}
        Timer awaited;  // never expires: cancelling it wakes the session
        std::optional<Reply> reply;
        bool abandoned = false;
    };

    bool post(const std::shared_ptr<Inbox>& inbox);

    Surroundings& surroundings_;
    Executor executor_;
    std::shared_ptr<Arrival> arrival_;
};

}  // namespace cameo::http
