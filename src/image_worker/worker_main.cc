#include "image_worker/worker_main.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "image_worker/sandbox.h"

namespace cameo::image_worker {
namespace {

constexpr int kSocket = 3;
constexpr unsigned kLastDescriptor = ~0U;
constexpr int kUsageError = 2;

struct Arguments {
    std::size_t memory_mb = 0;
    Sandbox sandbox = Sandbox::full;
};

std::optional<Arguments> parse(std::span<char*> arguments) {
    constexpr std::string_view kMemory = "--memory-mb=";
    Arguments parsed;
    for (const std::string_view argument : arguments) {
        if (argument.starts_with(kMemory)) {
            const char* end = argument.data() + argument.size();
            if (std::from_chars(argument.data() + kMemory.size(), end, parsed.memory_mb).ptr != end)
                return std::nullopt;
        } else if (argument == "--sandbox=seccomp") {
            parsed.sandbox = Sandbox::seccomp_alone;
        } else if (argument == "--sandbox=off") {
            parsed.sandbox = Sandbox::off;
        } else if (argument != "--sandbox=full") {
            return std::nullopt;
        }
    }
    return parsed;
}

bool read_all(std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t got = read(kSocket, bytes.data(), bytes.size());
        if (got > 0)
            bytes = bytes.subspan(static_cast<std::size_t>(got));
        else if (got == 0 || errno != EINTR)
            return false;
    }
    return true;
}

bool write_all(ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(kSocket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0)
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        else if (errno != EINTR)
            return false;
    }
    return true;
}

Greeting enter_sandbox_if_asked([[maybe_unused]] Sandbox sandbox) {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return {.confinement = Confinement::sanitizer};
#else
    if (sandbox == Sandbox::off) return {.confinement = Confinement::switched_off};
    const auto locked = enter_sandbox(sandbox);
    if (!locked) return {.confinement = Confinement::failed, .detail = locked.error().detail};
    return {.confinement = Confinement::seccomp, .landlock_abi = *locked};
#endif
}

bool serve_one(const Work& work) {
    RequestBytes header{};
    if (!read_all(header)) return false;
    const auto request = decode(header);
    if (!request) return false;
    // NOLINTNEXTLINE(modernize-avoid-c-arrays): a vector would clear megabytes first
    const auto upload = std::make_unique_for_overwrite<std::uint8_t[]>(request->upload_bytes);
    const std::span bytes(upload.get(), request->upload_bytes);
    if (!read_all(bytes)) return false;
    return write_all(encode(work.render(bytes, *request)));
}

}  // namespace

int worker_main(int argc, char** argv, const Work& work) {
    const auto arguments = parse(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    if (!arguments || argc < 2) {
        (void)std::fprintf(stderr, "cameo-image-worker %s is started by cameo, not by hand\n",
                           kVersion);
        return kUsageError;
    }
    prctl(PR_SET_NAME, "cameo-image");
    close_range(kSocket + 1, kLastDescriptor, 0);
    // The sanitizers reserve terabytes of address space, so no limit on it is possible.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    limit_resources(0);
#else
    limit_resources(arguments->memory_mb);
#endif
    work.warm_up();
    const Greeting greeting = enter_sandbox_if_asked(arguments->sandbox);
    if (!write_all(encode(greeting)) || greeting.confinement == Confinement::failed) return 1;
    while (serve_one(work)) {
    }
    return 0;
}

}  // namespace cameo::image_worker
