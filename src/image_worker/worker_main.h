#pragma once

#include <functional>

#include "base/bytes.h"
#include "base/result.h"
#include "image_worker/protocol.h"
#include "photo/photo.h"

namespace cameo::image_worker {

// The work of a worker: `warm_up` once before it enters the sandbox, `render` for each upload.
struct Work {
    std::function<void()> warm_up;
    std::function<Result<photo::RenderedPhoto>(ByteView upload, const RenderRequest& request)>
        render;
};

// The main function of the worker program: enters the sandbox, sends the greeting, and serves
// requests on the socket at descriptor 3 until the server closes it. The arguments are those of
// WorkerProcess::start. Returns the exit code.
int worker_main(int argc, char** argv, const Work& work);

}  // namespace cameo::image_worker
