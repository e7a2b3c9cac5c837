#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "image_worker/worker_process.h"
#include "photo/image_renderer.h"

namespace cameo::image_worker {

// Renders in worker processes: the program cameo-image-worker, which enters a sandbox before it
// reads an upload (docs/sandbox.md). A crash, a hang or a hostile response affects one upload and
// one worker, not the server. Thread-safe: as many uploads are rendered at once as there are
// workers; further callers wait in order of arrival, up to their deadline.
class WorkerRenderer final : public photo::ImageRenderer {
  public:
    struct Settings {
        std::string program;                     // [image] worker: path of cameo-image-worker
        std::size_t workers = 2;                 // [image] workers
        int uploads_per_worker = 1000;           // then it is replaced
        std::chrono::milliseconds cpu{3'000};    // [image] cpu_seconds: of one upload, all threads
        std::chrono::milliseconds wall{15'000};  // [image] wall_seconds: of one upload
        WorkerProcess::Settings process;         // [image] worker_memory_mb; --no-sandbox
    };

    // Opens the program; starts no process yet.
    WorkerRenderer(Settings settings, photo::UploadLimits limits);
    ~WorkerRenderer() override;

    // Starts the workers and waits until the first is ready. Returns the confinement in force, as
    // describe(Greeting) formats it. Fault::internal, with advice, if the program is missing,
    // has another version, or cannot be confined. Without this call, workers are started when an
    // upload needs one. At most once.
    Result<std::string> start();

    // In addition to the faults of photo::ImageRenderer: image_too_large if the upload takes more
    // than `cpu`, busy if it takes more than `wall`.
    Result<photo::RenderedPhoto> render(ByteView upload, const photo::RenderOptions& options,
                                        Deadline deadline) override;

    // How many callers of render wait for a worker.
    std::size_t waiting() const;

  private:
    class WorkerPool;
    std::unique_ptr<WorkerPool> pool_;
    photo::UploadLimits limits_;
};

}  // namespace cameo::image_worker
