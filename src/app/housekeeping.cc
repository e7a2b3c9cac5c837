#include "app/housekeeping.h"

#include <fmt/format.h>

#include "ops/log.h"
#include "photo/sweep.h"

namespace cameo::app {
namespace {

constexpr std::chrono::minutes kRound{5};

void report(const Result<std::size_t>& swept, std::string_view what) {
    if (!swept)
        ops::log_error(fmt::format("sweep of {} blobs: {}", what, swept.error().detail));
    else if (*swept > 0)
        ops::log_info(fmt::format("swept {} {} blobs", *swept, what));
}

}  // namespace

Housekeeping::Housekeeping(photo::Catalog& catalog, photo::BlobStore& blobs, photo::SweepGate& gate,
                           const Clock& clock, std::chrono::seconds grace)
    : catalog_(catalog), blobs_(blobs), gate_(gate), clock_(clock), grace_(grace), thread_([this] {
          run();
      }) {}

Housekeeping::~Housekeeping() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stopping_changed_.notify_all();
    thread_.join();
}

void Housekeeping::run() {
    report(photo::sweep_orphans(catalog_, blobs_, gate_, photo::kYoungBlob), "orphaned");
    do report(photo::sweep_retired(catalog_, blobs_, gate_, clock_.now(), grace_), "retired");
    while (wait_for_next_round());
}

bool Housekeeping::wait_for_next_round() {
    std::unique_lock lock(mutex_);
    return !stopping_changed_.wait_for(lock, kRound, [this] { return stopping_; });
}

}  // namespace cameo::app
