#include "http/pool_call.h"

#include <chrono>
#include <utility>

namespace cameo::http {
namespace {

using namespace std::chrono_literals;

constexpr ProtocolError kPoolFull{503, "The server is busy. Try again later."};
constexpr auto kRetryInterval = 20ms;
constexpr int kMaxRetries = 500;

}  // namespace

Awaitable<std::optional<Reply>> PoolCall::run(std::shared_ptr<RequestState> state,
                                              Continuation continuation) {
    const auto call = std::make_shared<PendingCall<Reply>>(executor_);
    auto& handler = context_.handler;
    auto& pool = continuation.pool;
    body_pool_ = continuation.body_pool != nullptr ? continuation.body_pool : &pool;
    caller_ = continuation.caller;
    if (!post(pool, call, [&handler, state, continuation = std::move(continuation)]() mutable {
            return guarded_run(continuation, handler, state->request);
        }))
        co_return guarded_error_reply(handler, kPoolFull, state->request);
    co_await wait_for(call);
    co_return std::move(call->result);
}

Awaitable<Piece> PoolCall::next_piece(std::shared_ptr<BodySource> source) {
    if (body_pool_ == nullptr) co_return Piece{.failed = true};
    const auto call = std::make_shared<PendingCall<Piece>>(executor_);
    for (int retry = 0; !post(*body_pool_, call, [source] { return guarded_next(*source); });
         ++retry) {
        if (retry == kMaxRetries || context_.stopping) co_return Piece{.failed = true};
        call->wakeup.expires_after(kRetryInterval);
        co_await call->wakeup.async_wait(kNoThrow);
    }
    co_await wait_for(call);
    co_return std::move(call->result).value_or(Piece{.failed = true});
}

template <class Result>
Awaitable<void> PoolCall::wait_for(std::shared_ptr<PendingCall<Result>> call) {
    call->wakeup.expires_at(TimePoint::max());
    while (!call->result && !call->abandoned) co_await call->wakeup.async_wait(kNoThrow);
}

void PoolCall::abandon() {
    const auto pending = pending_.lock();
    if (!pending) return;
    pending->abandoned = true;
    pending->wakeup.cancel();
}

// The weak pointer is locked only on the I/O thread, so the timer is also destroyed there.
template <class Result, class Work>
bool PoolCall::post(WorkPool& pool, const std::shared_ptr<PendingCall<Result>>& call, Work work) {
    pending_ = call;
    auto job = [work = std::move(work), loop = context_.loop,
                pending = std::weak_ptr(call)]() mutable {
        loop->post([pending, result = work()]() mutable {
            const auto waiting = pending.lock();
            if (!waiting) return;
            waiting->result = std::move(result);
            waiting->wakeup.cancel();
        });
    };
    try {
        return pool.try_post(std::move(job), caller_);
    } catch (...) {
        return false;  // no memory for the job: the same as a full pool
    }
}

}  // namespace cameo::http
