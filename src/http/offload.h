#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "http/asio.h"
#include "http/inbox.h"
#include "http/last_catch.h"
#include "http/surroundings.h"

namespace cameo::http {

// The hop of a session's work to a pool's thread and of its outcome back. Lives on the I/O thread.
class Offload {
  public:
    Offload(Surroundings& surroundings, Executor executor)
        : surroundings_(surroundings), executor_(std::move(executor)) {}

    // Runs the continuation of the request in `inbox` on its pool; an error reply where that pool
    // is full; nullopt where abandon() was called first (the job may then still be running).
    Awaitable<std::optional<Reply>> answer(std::shared_ptr<Inbox> inbox, Continuation continuation);

    // The next piece of the body of that request's reply, made on the same pool; waits while the
    // pool is full. Failed where abandon() was called first, the pool stayed full for long, or
    // answer() was not called.
    Awaitable<Piece> next(std::shared_ptr<BodySource> source);

    void abandon();

  private:
    // What a job finds again when it comes back, if the session is still there.
    struct Arrival {
        explicit Arrival(const Executor& executor) : awaited(executor) {}
        Timer awaited;  // never expires: cancelling it wakes the session
        bool abandoned = false;
    };
    template <class Outcome>
    struct Delivery : Arrival {
        using Arrival::Arrival;
        std::optional<Outcome> outcome;
    };

    template <class Outcome, class Work>
    bool post(const std::shared_ptr<Delivery<Outcome>>& delivery, Work work);
    template <class Outcome>
    Awaitable<void> arrive(std::shared_ptr<Delivery<Outcome>> delivery);

    Surroundings& surroundings_;
    Executor executor_;
    std::weak_ptr<Arrival> arrival_;
    WorkPool* pool_ = nullptr;  // of the last continuation
    std::string caller_;
};

}  // namespace cameo::http
