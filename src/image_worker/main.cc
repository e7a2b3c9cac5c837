#include <cstdio>
#include <exception>

#include "image/in_process_renderer.h"
#include "image/warm_up.h"
#include "image_worker/worker_main.h"

namespace {

using namespace cameo;

Result<photo::RenderedPhoto> render(ByteView upload, const image_worker::RenderRequest& request) {
    // The server checks the deadline: past it, this process is killed.
    image::InProcessRenderer renderer(request.limits);
    return renderer.render(upload, request.options, Deadline::max());
}

// Writes a line to the server's log for each format that this system cannot decode.
void warm_up() {
    for (const auto& format : image::warm_up())
        (void)std::fprintf(stderr, "%s cannot be decoded: its library is missing on this system\n",
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
