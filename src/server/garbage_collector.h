#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/clock.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "photo/sweep.h"

namespace cameo::server {

// Deletes blobs that no longer belong to a photo, old former photos, runs and rows of changes, on a
// thread of its own: orphans and blobs set aside at the start and then daily, or later where there
// is a lease; what removed rows left in the files of the store at the start and then daily; the
// rest every round. Failures are one line of the log for each sweep; the next sweep tries again.
class GarbageCollector {
  public:
    struct Settings {
        std::chrono::seconds retired_grace{3'600};
        std::chrono::seconds set_aside_life = std::chrono::days(30);
        std::chrono::days former_photo_life{30};  // 0: all of them are removed
        std::chrono::milliseconds round = std::chrono::minutes(5);
        std::chrono::milliseconds orphan_interval = std::chrono::hours(24);
        std::chrono::seconds orphan_age = photo::kOrphanGrace;
    };

    GarbageCollector(photo::Catalog& catalog, photo::BlobStore& blobs, photo::GcLock& gc_lock,
                     const Clock& clock, Settings settings);
    ~GarbageCollector() = default;  // waits for the blob that is being removed
    GarbageCollector(const GarbageCollector&) = delete;
    GarbageCollector& operator=(const GarbageCollector&) = delete;

  private:
    void run(const std::stop_token& stop);
    void sweep_retired(const std::stop_token& stop);
    void prune(const std::stop_token& stop);
    void scrub(const std::stop_token& stop);
    bool sweep_orphans(const std::stop_token& stop);  // whether it was complete
    bool report_orphans(const Result<photo::Swept>& swept) const;

    photo::Catalog& catalog_;
    photo::BlobStore& blobs_;
    photo::GcLock& gc_lock_;
    const Clock& clock_;
    Settings settings_;
    std::mutex mutex_;
    std::condition_variable_any stopping_;
    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace cameo::server
