#include "app/serve.h"

#include <fmt/format.h>

#include <cstdio>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/demo.h"
#include "app/exit_code.h"
#include "app/listen_address.h"
#include "app/parts.h"
#include "app/shutdown_watch.h"
#include "http/server.h"
#include "ops/log.h"

namespace cameo::app {
namespace {

int complain(int code, std::string_view text) {
    fmt::print(stderr, "cameo: {}\n", text);
    return code;
}

Result<Config> configure(const ServeOptions& options, const ListenAddress& address) {
    auto config = options.config ? load_config(*options.config) : Result<Config>(Config{});
    if (!config) return config;
    config->http.host = address.host;
    config->http.port = address.port;
    std::error_code error;
    config->image.program = std::filesystem::read_symlink("/proc/self/exe", error).string();
    return config;
}

Result<void> fill(Parts& parts, const ServeOptions& options) {
    if (!options.demo) return {};
    const auto done = fill_demo(parts.directory, parts.photos, parts.tenant(), options.demo_photos);
    if (!done) return std::unexpected(done.error());
    fmt::print("{}\n", *done);
    return {};
}

// Tells that the server listens; in a demo, also what to try.
Result<void> greet(const Parts& parts, const ServeOptions& options, const std::string& origin) {
    fmt::print("listening on {}\n", origin);
    if (options.demo) {
        const auto lines =
            demo_curl_lines(parts.folder.key, parts.tenant(), origin, parts.clock.now());
        if (!lines) return std::unexpected(lines.error());
        fmt::print("\nTry it from another terminal:\n\n{}\n", *lines);
    }
    (void)std::fflush(stdout);
    return {};
}

int run(Parts& parts, const ServeOptions& options) {
    if (auto filled = fill(parts, options); !filled)
        return complain(kFailed, filled.error().detail);
    auto server = http::Server::listen(parts.config.http, parts.face);
    if (!server) return complain(kFailed, server.error().detail);
    const auto origin = origin_of(parts.config.http.host, (*server)->port());
    if (auto greeted = greet(parts, options, origin); !greeted)
        return complain(kFailed, greeted.error().detail);
    const ShutdownWatch watch([&] {
        parts.face.begin_shutdown();
        (*server)->stop();
    });
    (*server)->run();
    parts.face.drain();
    return kDone;
}

}  // namespace

int serve(const ServeOptions& options) {
    const auto address = parse_listen_address(options.listen);
    if (!address)
        return complain(kWrongUsage, fmt::format("--listen {} is not HOST:PORT", options.listen));
    auto config = configure(options, *address);
    if (!config) return complain(kWrongUsage, config.error().detail);
    block_stop_signals();
    auto folder = open_data_folder(options.data, config->tenants);
    if (!folder) return complain(kFailed, folder.error().detail);
    Parts parts(std::move(*config), std::move(*folder));
    const int code = run(parts, options);
    if (code == kDone) ops::log_info("stopped");
    return code;
}

}  // namespace cameo::app
