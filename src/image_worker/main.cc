#include <cstdio>
#include <exception>

#include "image/in_process_studio.h"
#include "image/vips_decode.h"
#include "image_worker/worker_main.h"

namespace {

using namespace cameo;

Result<photo::RenderedPhoto> render(ByteView upload, const image_worker::Request& request) {
    // The deadline is the server's affair: past it, this process is killed.
    image::InProcessStudio studio(request.limits);
    return studio.render(upload, request.storage, Deadline::max());
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return image_worker::worker_main(argc, argv,
                                         {.warm_up = image::start_vips, .render = render});
    } catch (const std::exception& error) {
        (void)std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
