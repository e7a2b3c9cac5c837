#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "http/asio.h"
#include "http/exception_guard.h"
#include "http/io_thread_context.h"
#include "http/request_state.h"

namespace cameo::http {

// Runs the work of one request at a time on a pool and returns the result to the I/O thread.
// Used by that thread.
class PoolCall {
  public:
    PoolCall(IoThreadContext& context, Executor executor)
        : context_(context), executor_(std::move(executor)) {}

    // Runs the continuation of the request in `state` on its pool; an error reply if that pool
    // is full; nullopt if abandon() was called first (the job may then still be running).
    Awaitable<std::optional<Reply>> run(std::shared_ptr<RequestState> state,
                                        Continuation continuation);

    // The next piece of the body of that request's reply, made on its continuation's body_pool;
    // waits while the pool is full. Failed where abandon() was called first, the pool stayed full
    // for long, or run() was not called.
    Awaitable<Piece> next_piece(std::shared_ptr<BodySource> source);

    void abandon();

  private:
    // The state to which a finished job returns, if the connection still exists.
    struct Pending {
        explicit Pending(const Executor& executor) : wakeup(executor) {}
        Timer wakeup;  // never expires: cancelling it resumes the connection
        bool abandoned = false;
    };
    template <class Result>
    struct PendingCall : Pending {
        using Pending::Pending;
        std::optional<Result> result;
    };

    template <class Result, class Work>
    bool post(WorkPool& pool, const std::shared_ptr<PendingCall<Result>>& call, Work work);
    template <class Result>
    Awaitable<void> wait_for(std::shared_ptr<PendingCall<Result>> call);

    IoThreadContext& context_;
    Executor executor_;
    std::weak_ptr<Pending> pending_;
    WorkPool* body_pool_ = nullptr;  // of the last continuation
    std::string caller_;
};

}  // namespace cameo::http
