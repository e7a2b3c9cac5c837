#pragma once

#include "photo/image_renderer.h"

namespace cameo::image {

// Renders on the calling thread, in this process; used by tests, tools and the image worker.
// Thread-safe; caches resampling graphs per thread.
class InProcessRenderer final : public photo::ImageRenderer {
  public:
    explicit InProcessRenderer(photo::UploadLimits limits) : limits_(limits) {}

    Result<photo::RenderedPhoto> render(ByteView upload, const photo::RenderOptions& options,
                                        Deadline deadline) override;

  private:
    photo::UploadLimits limits_;
};

}  // namespace cameo::image
