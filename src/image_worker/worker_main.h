#pragma once

#include <functional>

#include "base/bytes.h"
#include "base/result.h"
#include "image_worker/protocol.h"
#include "photo/photo.h"

namespace cameo::image_worker {

// What a worker does: `warm_up` once before it is locked in, `render` with each upload.
struct Work {
    std::function<void()> warm_up;
    std::function<Result<photo::RenderedPhoto>(ByteView upload, const Request& request)> render;
};

// The whole life of the worker program: locks itself in, sends its greeting, and answers requests
// on the socket at descriptor 3 until the server closes it. The arguments are
// WorkerProcess::start's. Returns the exit code.
int worker_main(int argc, char** argv, const Work& work);

}  // namespace cameo::image_worker
