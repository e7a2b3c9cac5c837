#include "http/offload.h"

#include <chrono>
#include <utility>

namespace cameo::http {
namespace {

using namespace std::chrono_literals;

constexpr ProtocolError kFull{503, "The server is busy. Try again later."};
constexpr auto kPauseWhereFull = 20ms;
constexpr int kMostPauses = 500;

}  // namespace

Awaitable<std::optional<Reply>> Offload::answer(std::shared_ptr<Inbox> inbox,
                                                Continuation continuation) {
    const auto delivery = std::make_shared<Delivery<Reply>>(executor_);
    auto& handler = surroundings_.handler;
    pool_ = &continuation.pool;
    caller_ = continuation.caller;
    if (!post(delivery, [&handler, inbox, continuation = std::move(continuation)]() mutable {
            return guarded_run(continuation, handler, inbox->request);
        }))
        co_return guarded_error_reply(handler, kFull, inbox->request);
    co_await arrive(delivery);
    co_return std::move(delivery->outcome);
}

Awaitable<Piece> Offload::next(std::shared_ptr<BodySource> source) {
    if (pool_ == nullptr) co_return Piece{.failed = true};
    const auto delivery = std::make_shared<Delivery<Piece>>(executor_);
    for (int pause = 0; !post(delivery, [source] { return guarded_next(*source); }); ++pause) {
        if (pause == kMostPauses || surroundings_.stopping) co_return Piece{.failed = true};
        delivery->awaited.expires_after(kPauseWhereFull);
        co_await delivery->awaited.async_wait(kNoThrow);
    }
    co_await arrive(delivery);
    co_return std::move(delivery->outcome).value_or(Piece{.failed = true});
}

template <class Outcome>
Awaitable<void> Offload::arrive(std::shared_ptr<Delivery<Outcome>> delivery) {
    delivery->awaited.expires_at(TimePoint::max());
    while (!delivery->outcome && !delivery->abandoned)
        co_await delivery->awaited.async_wait(kNoThrow);
}

void Offload::abandon() {
    const auto arrival = arrival_.lock();
    if (!arrival) return;
    arrival->abandoned = true;
    arrival->awaited.cancel();
}

// The weak pointer is locked on the I/O thread alone, so the timer dies there too.
template <class Outcome, class Work>
bool Offload::post(const std::shared_ptr<Delivery<Outcome>>& delivery, Work work) {
    arrival_ = delivery;
    auto job = [work = std::move(work), path = surroundings_.return_path,
                arrival = std::weak_ptr(delivery)]() mutable {
        path->post([arrival, outcome = work()]() mutable {
            const auto waiting = arrival.lock();
            if (!waiting) return;
            waiting->outcome = std::move(outcome);
            waiting->awaited.cancel();
        });
    };
    try {
        return pool_->try_post(std::move(job), caller_);
    } catch (...) {
        return false;  // no memory for the job: as good as full
    }
}

}  // namespace cameo::http
