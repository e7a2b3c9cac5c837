#include "server/garbage_collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "ops/log.h"

namespace cameo::server {
namespace {

using photo::Swept;

// False if the sweep was not complete.
bool report_failures(const Result<Swept>& swept, std::string_view what) {
    if (!swept) {
        ops::log_error(fmt::format("sweep of {} blobs: {}", what, swept.error().detail));
        return false;
    }
    if (swept->failed > 0)
        ops::log_error(fmt::format("sweep of {} blobs: {} could not be removed or moved: {}", what,
                                   swept->failed, swept->first_failure));
    return swept->is_complete;
}

void report_removed(const Result<Swept>& swept, std::string_view what) {
    if (swept && swept->removed > 0)
        ops::log_info(fmt::format("swept {} {} blobs", swept->removed, what));
}

constexpr std::size_t kBatch = 1'000;
constexpr std::chrono::seconds kBatchTime{10};
constexpr std::chrono::seconds kScrubTime{60};

// `prune` takes a limit and a deadline, and gives how many it removed.
template <class Prune>
void prune_in_batches(std::string_view what, const std::stop_token& stop, const Prune& prune) {
    std::size_t pruned = kBatch;
    while (pruned == kBatch && !stop.stop_requested()) {
        const auto done = prune(kBatch, deadline_in(kBatchTime));
        if (!done) {
            ops::log_error(fmt::format("old {}: {}", what, done.error().detail));
            return;
        }
        pruned = *done;
    }
}

}  // namespace

GarbageCollector::GarbageCollector(photo::Catalog& catalog, photo::BlobStore& blobs,
                                   photo::GcLock& gc_lock, const Clock& clock, Settings settings)
    : catalog_(catalog),
      blobs_(blobs),
      gc_lock_(gc_lock),
      clock_(clock),
      settings_(settings),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void GarbageCollector::run(const std::stop_token& stop) {
    auto orphans_due = std::chrono::steady_clock::now();
    auto scrub_due = orphans_due;
    while (!stop.stop_requested()) {
        if (std::chrono::steady_clock::now() >= orphans_due && sweep_orphans(stop))
            orphans_due = std::chrono::steady_clock::now() + settings_.orphan_interval;
        prune(stop);
        sweep_retired(stop);
        if (std::chrono::steady_clock::now() >= scrub_due) {
            scrub(stop);
            scrub_due = std::chrono::steady_clock::now() + settings_.orphan_interval;
        }
        std::unique_lock lock(mutex_);
        stopping_.wait_for(lock, stop, settings_.round, [] { return false; });
    }
}

void GarbageCollector::sweep_retired(const std::stop_token& stop) {
    const auto swept = photo::sweep_retired(catalog_, blobs_, gc_lock_, clock_.now(),
                                            settings_.retired_grace, stop);
    report_failures(swept, "retired");
    report_removed(swept, "retired");
}

// Former photos first: a run is removed when no former photo names it.
void GarbageCollector::prune(const std::stop_token& stop) {
    const auto now = clock_.now();
    const auto former_until = now - settings_.former_photo_life;
    // A run is kept for a day at least, so that it can be undone where no former photo is kept.
    const auto runs_until = now - std::max(settings_.former_photo_life, std::chrono::days(1));
    prune_in_batches("former photos", stop, [&](std::size_t limit, Deadline deadline) {
        return catalog_.prune_former(former_until, now, limit, deadline);
    });
    prune_in_batches("runs", stop, [&](std::size_t limit, Deadline deadline) {
        return catalog_.prune_runs(runs_until, limit, deadline);
    });
    prune_in_batches("rows of changes", stop, [&](std::size_t limit, Deadline deadline) {
        return catalog_.prune_changes(now, limit, deadline);
    });
}

void GarbageCollector::scrub(const std::stop_token& stop) {
    if (stop.stop_requested()) return;
    if (const auto done = catalog_.scrub(deadline_in(kScrubTime)); !done)
        ops::log_error(fmt::format("overwriting removed rows: {}", done.error().detail));
}

// Blobs that were set aside come first: with the right catalog they are moved back.
bool GarbageCollector::sweep_orphans(const std::stop_token& stop) {
    const auto aside =
        photo::sweep_set_aside(catalog_, blobs_, gc_lock_, settings_.set_aside_life, stop);
    report_removed(aside, "lost");
    if (aside && aside->brought_back > 0)
        ops::log_info(
            fmt::format("moved {} blobs of photos back from blobs/lost", aside->brought_back));
    if (!report_failures(aside, "lost")) return false;
    return report_orphans(
        photo::sweep_orphans(catalog_, blobs_, gc_lock_, settings_.orphan_age, stop));
}

bool GarbageCollector::report_orphans(const Result<Swept>& swept) const {
    report_removed(swept, "orphaned");
    if (swept && swept->set_aside > 0)
        ops::log_error(fmt::format(
            "{} of {} blobs belong to no photo of the catalog: moved to blobs/lost, where they are "
            "deleted after {} days. If catalog.db is not the right one, put the right one back and "
            "start again: its photos come back (docs/storage.md)",
            swept->set_aside, swept->looked_at,
            std::chrono::floor<std::chrono::days>(settings_.set_aside_life).count()));
    return report_failures(swept, "orphaned");
}

}  // namespace cameo::server
