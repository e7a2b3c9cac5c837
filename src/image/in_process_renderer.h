#pragma once

#include "photo/image_renderer.h"

namespace cameo::image {

// Renders on the calling thread, in this process: for tests, tools, and inside the image worker
// itself. Thread-safe; keeps its resampling graphs per thread.
class InProcessRenderer final : public photo::ImageRenderer {
  public:
    explicit InProcessRenderer(photo::UploadLimits limits) : limits_(limits) {}

    Result<photo::RenderedPhoto> render(ByteView upload, PhotoStorage storage,
                                        Deadline deadline) override;

  private:
    photo::UploadLimits limits_;
};

}  // namespace cameo::image
