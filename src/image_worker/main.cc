#include <cstdio>
#include <exception>

#include "image/in_process_renderer.h"
#include "image/warm_up.h"
#include "image_worker/worker_main.h"

namespace {

using namespace cameo;

Result<photo::RenderedPhoto> render(ByteView upload, const image_worker::Request& request) {
    // The deadline is the server's affair: past it, this process is killed.
    image::InProcessRenderer renderer(request.limits);
    return renderer.render(upload, request.storage, Deadline::max());
}

// A line in the server's log for what this system cannot decode.
void warm_up() {
    for (const auto& format : image::warm_up())
        (void)std::fprintf(stderr, "%s is not decoded: its library is missing here\n",
                           format.c_str());
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return image_worker::worker_main(argc, argv, {.warm_up = warm_up, .render = render});
    } catch (const std::exception& error) {
        (void)std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
