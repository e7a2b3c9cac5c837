#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "photo/studio.h"

namespace cameo::image {

// Renders in worker processes: this same program executed anew as `image-worker`, never a fork of
// the threaded server. A crash, a hang or a hostile answer costs one upload and one worker, not the
// server. Thread-safe: as many uploads at once as there are workers; further callers wait, up to
// their deadline.
class WorkerStudio final : public photo::Studio {
  public:
    struct Settings {
        std::string program;      // path of the executable; it gets the one argument image-worker
        std::size_t workers = 2;  // [image] workers
        std::size_t memory_mb = 1024;   // [image] worker_memory_mb: address space of one worker
        int uploads_per_worker = 1000;  // then it is replaced
    };

    WorkerStudio(Settings settings, photo::UploadLimits limits);
    ~WorkerStudio() override;

    Result<photo::RenderedPhoto> render(ByteView upload, PhotoStorage storage,
                                        Deadline deadline) override;

  private:
    class Pool;
    std::unique_ptr<Pool> pool_;
    photo::UploadLimits limits_;
};

}  // namespace cameo::image
