#include "http/offload.h"

#include <utility>

#include "http/last_catch.h"

namespace cameo::http {
namespace {

constexpr Refusal kFull{503, "The server is busy. Try again later."};

}  // namespace

Awaitable<std::optional<Reply>> Offload::answer(std::shared_ptr<Inbox> inbox) {
    arrival_ = std::make_shared<Arrival>(executor_);
    if (!post(inbox)) co_return ask_refusal(surroundings_.handler, kFull, inbox->request);
    arrival_->awaited.expires_at(TimePoint::max());
    while (!arrival_->reply && !arrival_->abandoned)
        co_await arrival_->awaited.async_wait(kNoThrow);
    co_return std::move(arrival_->reply);
}

void Offload::abandon() {
    if (!arrival_) return;
    arrival_->abandoned = true;
    arrival_->awaited.cancel();
}

// The weak pointer is locked on the I/O thread alone, so the timer dies there too.
bool Offload::post(const std::shared_ptr<Inbox>& inbox) {
    auto& handler = surroundings_.handler;
    auto job = [&handler, inbox, path = surroundings_.return_path,
                arrival = std::weak_ptr(arrival_)] {
        path->post([arrival, reply = ask(handler, inbox->request)]() mutable {
            const auto waiting = arrival.lock();
            if (!waiting) return;
            waiting->reply = std::move(reply);
            waiting->awaited.cancel();
        });
    };
    try {
        return handler.pool(inbox->request).try_post(std::move(job));
    } catch (...) {
        return false;  // no memory for the job: as good as full
    }
}

}  // namespace cameo::http
