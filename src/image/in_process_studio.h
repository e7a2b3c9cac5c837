#pragma once

#include "photo/studio.h"

namespace cameo::image {

// Renders on the calling thread, in this process: for tests, tools, and inside the image worker
// itself. Thread-safe; keeps its resampling graphs per thread.
class InProcessStudio final : public photo::Studio {
  public:
    explicit InProcessStudio(photo::UploadLimits limits) : limits_(limits) {}

    Result<photo::RenderedPhoto> render(ByteView upload, PhotoStorage storage,
                                        Deadline deadline) override;

  private:
    photo::UploadLimits limits_;
};

}  // namespace cameo::image
