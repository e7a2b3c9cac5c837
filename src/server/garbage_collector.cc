#include "server/garbage_collector.h"

#include <fmt/format.h>

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
    while (!stop.stop_requested()) {
        if (std::chrono::steady_clock::now() >= orphans_due && sweep_orphans(stop))
            orphans_due = std::chrono::steady_clock::now() + settings_.orphan_interval;
        sweep_retired(stop);
        prune_changes(stop);
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

void GarbageCollector::prune_changes(const std::stop_token& stop) {
    constexpr std::size_t kBatch = 1'000;
    std::size_t pruned = kBatch;
    while (pruned == kBatch && !stop.stop_requested()) {
        const auto done =
            catalog_.prune_changes(clock_.now(), kBatch, deadline_in(std::chrono::seconds(10)));
        if (!done) {
            ops::log_error(fmt::format("old rows of changes: {}", done.error().detail));
            return;
        }
        pruned = *done;
    }
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
