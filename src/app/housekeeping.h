#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "photo/sweep_gate.h"

namespace cameo::app {

// Deletes blobs that no photo needs any more, on a thread of its own: orphans once after the start,
// retired ones every few minutes. Nothing while somebody holds the gate. Faults go to the log; the
// next round tries again.
class Housekeeping {
  public:
    Housekeeping(photo::Catalog& catalog, photo::BlobStore& blobs, photo::SweepGate& gate,
                 const Clock& clock, std::chrono::seconds grace);
    ~Housekeeping();  // waits for a round under way
    Housekeeping(const Housekeeping&) = delete;
    Housekeeping& operator=(const Housekeeping&) = delete;

  private:
    void run();
    bool wait_for_next_round();

    photo::Catalog& catalog_;
    photo::BlobStore& blobs_;
    photo::SweepGate& gate_;
    const Clock& clock_;
    std::chrono::seconds grace_;
    std::mutex mutex_;
    std::condition_variable stopping_changed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace cameo::app
