#pragma once

namespace cameo::image {

// The whole life of a worker process: answers requests on the socket at file descriptor 3 until the
// parent closes it. Returns the exit code. Called by main for the command `image-worker`.
int worker_main();

}  // namespace cameo::image
