// A worker for the unit tests: an honest one, or, executed under another name (through a link), one
// that misbehaves as that name says.
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "image/worker_main.h"
#include "image/worker_protocol.h"

namespace {

using namespace cameo;
using namespace cameo::image;

constexpr int kSocket = 3;

void send_bytes(ByteView bytes) { send(kSocket, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

Bytes jpeg_like(std::size_t length) {
    Bytes bytes(length, 7);
    bytes[0] = bytes[2] = bytes[length - 2] = 0xFF;
    bytes[1] = 0xD8;
    bytes[length - 1] = 0xD9;
    return bytes;
}

photo::RenderedPhoto two_sizes(photo::Size second, Bytes jpeg) {
    photo::RenderedPhoto photo;
    photo.items.push_back({{48, 48}, jpeg_like(100)});
    photo.items.push_back({second, std::move(jpeg)});
    return photo;
}

Bytes misbehaved(const std::string& name) {
    const Bytes good = encode(Result<photo::RenderedPhoto>(two_sizes({64, 64}, jpeg_like(100))));
    Bytes answer = good;
    if (name == "plausible") return answer;
    if (name == "garbage") return Bytes(4096, 0xAB);
    if (name == "half_an_answer") return {good.begin(), good.begin() + 60};
    if (name == "oversize") answer[15] = 0x7F;              // body of two gigabytes
    if (name == "many_renditions") answer[9] = 0x10;        // 4098 renditions
    if (name == "length_beyond") answer[16 + 12 + 10] = 1;  // the second has 65,636 bytes
    if (name == "trailing_bytes") {
        answer[12] = static_cast<std::uint8_t>(answer[12] + 5);
        answer.insert(answer.end(), 5, 0);
    }
    if (name == "wrong_size") return encode(two_sizes({65, 65}, jpeg_like(100)));
    if (name == "missing_size") return encode(two_sizes({96, 96}, jpeg_like(100)));
    if (name == "no_jpeg") return encode(two_sizes({64, 64}, Bytes(100, 'x')));
    if (name == "foreign_fault") return encode(fail(Fault::denied, "go away"));
    if (name == "dirty_detail") return encode(fail(Fault::invalid_image, "a\r\nb\x01\xFF"));
    return answer;
}

void read_request() {
    RequestHeader header{};
    if (recv(kSocket, header.data(), header.size(), MSG_WAITALL) <= 0) std::_Exit(0);
    Bytes upload(decode(header)->upload_bytes);
    if (!upload.empty()) recv(kSocket, upload.data(), upload.size(), MSG_WAITALL);
}

// The first process of this name leaves a mark, so that the later ones know.
bool is_first(const std::filesystem::path& program) {
    const auto mark = program.parent_path() / (program.filename().string() + ".ran");
    return std::filesystem::create_directory(mark);
}

int misbehave(const std::filesystem::path& program) {
    const std::string name = program.filename();
    if (name == "leave_at_once") return 0;
    read_request();
    if (name == "crash_once" && is_first(program)) std::raise(SIGKILL);
    if (name == "crash_once") send_bytes(misbehaved("plausible"));
    if (name == "crash") std::raise(SIGKILL);
    if (name == "hang") {
        // Neither the end of the socket nor a polite signal moves it.
        std::signal(SIGTERM, SIG_IGN);
        for (;;) pause();
    }
    if (name == "trickle") {
        const Bytes answer = misbehaved("plausible");
        for (;;) {
            send_bytes(ByteView(answer).first(1));
            usleep(20'000);
        }
    }
    send_bytes(misbehaved(name));
    read_request();  // until the parent ends it
    return 0;
}

}  // namespace

int main(int, char** argv) {
    const std::filesystem::path program(argv[0]);
    return program.filename() == "image_worker_for_tests" ? worker_main() : misbehave(program);
}
