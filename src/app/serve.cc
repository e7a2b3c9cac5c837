#include "app/serve.h"

#include <fmt/format.h>
#include <malloc.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/data_access.h"
#include "app/demo.h"
#include "app/descriptors.h"
#include "app/dev_ca.h"
#include "app/exit_code.h"
#include "app/issuers.h"
#include "app/listen_address.h"
#include "app/parts.h"
#include "app/server_logs.h"
#include "app/shutdown_watch.h"
#include "app/version.h"
#include "control/server.h"
#include "http/server.h"
#include "ops/log.h"

namespace cameo::app {
namespace {

int complain(int code, std::string_view text) {
    fmt::print(stderr, "cameo: {}\n", text);
    return code;
}

// Of the C library: a large block, as a request's body is, comes from the system and goes back to
// it when it is freed. Left to itself, glibc raises the threshold to the size of what was freed, up
// to 32 MB, and such blocks leave holes between small ones that stay resident.
void return_freed_memory() {
    mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    mallopt(M_TRIM_THRESHOLD, 2 * 1024 * 1024);
}

Result<Config> configure(const ServeOptions& options) {
    auto config = options.config ? load_config(*options.config) : Result<Config>(Config{});
    if (!config) return config;
    if (auto settled = settle_listening(options.listen, options.data, *config); !settled)
        return std::unexpected(std::move(settled.error()));
    settle_image_workers(*config, options.no_sandbox);
    return config;
}

Result<void> fill(Parts& parts, const ServeOptions& options) {
    if (!options.demo) return {};
    const auto done = fill_demo(parts.directory, parts.photos, parts.tenant(), options.demo_photos);
    if (!done) return std::unexpected(done.error());
    fmt::print("{}\n", *done);
    return {};
}

// Plain first.
std::vector<std::string> origins_of(const http::ServerSettings& settings,
                                    const http::Server& server) {
    std::vector<std::string> origins;
    if (settings.plain) origins.push_back(origin_of("http", settings.host, server.port()));
    if (settings.tls) origins.push_back(origin_of("https", settings.tls->host, server.tls_port()));
    return origins;
}

// Lets curl believe the first origin, where that takes the development CA.
std::string trust_line(const ServeOptions& options, const http::ServerSettings& settings) {
    const auto files = dev_ca_files(options.data);
    if (settings.plain || settings.tls->certificate != files.certificate) return {};
    return fmt::format("export CURL_CA_BUNDLE='{}'\n",
                       std::filesystem::absolute(files.ca).string());
}

// Tells that the server listens; in a demo, also what to try.
Result<void> greet(const Parts& parts, const ServeOptions& options,
                   const std::vector<std::string>& origins) {
    for (const auto& origin : origins) fmt::print("listening on {}\n", origin);
    if (options.demo) {
        const auto lines =
            demo_curl_lines(parts.folder.key, parts.tenant(), origins.front(), parts.clock.now());
        if (!lines) return std::unexpected(lines.error());
        fmt::print("\nTry it from another terminal:\n\n{}{}\n",
                   trust_line(options, parts.config.http), *lines);
    }
    (void)std::fflush(stdout);
    return {};
}

int run(Parts& parts, const ServeOptions& options) {
    const auto protection = parts.renderer.start();
    if (!protection) return complain(kFailed, protection.error().detail);
    ops::log_info(fmt::format("image workers: {}", *protection));
    if (auto filled = fill(parts, options); !filled)
        return complain(kFailed, filled.error().detail);
    auto server = http::Server::listen(parts.config.http, parts.face);
    if (!server) return complain(kFailed, server.error().detail);
    auto control = control::Server::start(
        {.data = options.data, .program = kVersion, .log = ops::log_info}, parts.desk);
    if (!control) return complain(kFailed, control.error().detail);
    const auto origins = origins_of(parts.config.http, **server);
    if (auto greeted = greet(parts, options, origins); !greeted)
        return complain(kFailed, greeted.error().detail);
    const ShutdownWatch watch({.stop =
                                   [&] {
                                       parts.face.begin_shutdown();
                                       parts.desk.stop_sweeps();
                                       (*server)->stop();
                                   },
                               .reopen_logs = [&] { parts.logs.reopen(); },
                               .flush_logs = [&](Deadline end) { return parts.logs.flush(end); }});
    (*server)->run();
    control->reset();
    parts.face.drain();
    return kDone;
}

}  // namespace

int serve(const ServeOptions& options) {
    return_freed_memory();
    auto config = configure(options);
    if (!config) return complain(kWrongUsage, config.error().detail);
    const auto fitted = fit_connections(raise_descriptor_limit(), *config);
    if (!fitted) return complain(kFailed, fitted.error().detail);
    if (!fitted->empty()) ops::log_info(*fitted);
    block_signals(server_signals());
    auto folder = open_data_folder(options.data, config->tenants, NewCatalog(options.new_catalog));
    if (!folder) return complain(kFailed, folder.error().detail);
    if (auto mounted = check_blobs_are_mounted(options.data, folder->database->catalog()); !mounted)
        return complain(kFailed, mounted.error().detail);
    if (auto fine = check_issuers(*config, folder->tenants); !fine)
        return complain(kWrongUsage, fine.error().detail);
    auto logs = ServerLogs::open(*config);
    if (!logs) return complain(kFailed, logs.error().detail);
    Parts parts(std::move(*config), std::move(*folder), std::move(*logs));
    const int code = run(parts, options);
    if (code == kDone) ops::log_info("stopped");
    return code;
}

}  // namespace cameo::app
