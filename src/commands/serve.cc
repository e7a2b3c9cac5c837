#include <fmt/format.h>
#include <malloc.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/commands.h"
#include "commands/data_access.h"
#include "control/server.h"
#include "demo/demo.h"
#include "http/body_budget.h"
#include "http/server.h"
#include "ops/log.h"
#include "server/application.h"
#include "server/dev_certificate.h"
#include "server/listening.h"
#include "server/program.h"
#include "server/server_logs.h"
#include "server/signals.h"

namespace cameo::commands {
namespace {

int exit_with(int code, std::string_view text) {
    fmt::print(stderr, "cameo: {}\n", text);
    return code;
}

// A large block, such as the body of a request, is allocated from the system and returned to it
// when it is freed. By default glibc raises the threshold to the size of the freed block, up to 32
// MB, and such blocks leave holes between small ones that stay resident.
void return_freed_memory() {
    mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    mallopt(M_TRIM_THRESHOLD, 2 * 1024 * 1024);
}

Result<config::Config> configure(const ServeArguments& options) {
    auto config = options.config ? config::load_config(*options.config)
                                 : Result<config::Config>(config::Config{});
    if (!config) return config;
    if (auto settled = server::apply_listen_options(options.listen, options.data, *config);
        !settled)
        return std::unexpected(std::move(settled.error()));
    complete_worker_settings(*config, options.no_sandbox);
    return config;
}

Result<void> add_demo(server::Application& application, const ServeArguments& options) {
    if (!options.demo) return {};
    const auto done = demo::add_demo_data(application.directory, application.photos,
                                          application.tenant(), options.demo_photos);
    if (!done) return std::unexpected(done.error());
    fmt::print("{}\n", *done);
    return {};
}

// HTTP before HTTPS.
std::vector<std::string> origins_of(const http::ServerSettings& settings,
                                    const http::Server& server) {
    std::vector<std::string> origins;
    if (settings.plain) origins.push_back(server::origin_of("http", settings.host, server.port()));
    if (settings.tls)
        origins.push_back(server::origin_of("https", settings.tls->host, server.tls_port()));
    return origins;
}

// Lets curl trust the first origin, where that needs the development CA.
std::string trust_line(const ServeArguments& options, const http::ServerSettings& settings) {
    const auto files = server::dev_ca_files(options.data);
    if (settings.plain || settings.tls->certificate != files.certificate) return {};
    return fmt::format("export CURL_CA_BUNDLE='{}'\n",
                       std::filesystem::absolute(files.ca).string());
}

// Prints where the server listens; for a demo, also commands to try.
Result<void> print_listening(const server::Application& application, const ServeArguments& options,
                             const std::vector<std::string>& origins) {
    for (const auto& origin : origins) fmt::print("listening on {}\n", origin);
    if (options.demo) {
        const auto lines = demo::demo_curl_lines(application.folder.key, application.tenant(),
                                                 origins.front(), application.clock.now());
        if (!lines) return std::unexpected(lines.error());
        fmt::print("\nTry it from another terminal:\n\n{}{}\n",
                   trust_line(options, application.config.http), *lines);
    }
    (void)std::fflush(stdout);
    return {};
}

int run(server::Application& application, const ServeArguments& options) {
    const auto protection = application.renderer.start();
    if (!protection) return exit_with(server::kFailed, protection.error().detail);
    ops::log_info(fmt::format("image workers: {}", *protection));
    if (auto added = add_demo(application, options); !added)
        return exit_with(server::kFailed, added.error().detail);
    application.config.http.body_budget =
        std::make_shared<http::BodyBudget>(application.config.http.body_bytes_in_flight);
    auto server = http::Server::listen(application.config.http, application.service);
    if (!server) return exit_with(server::kFailed, server.error().detail);
    auto control =
        control::Server::start({.data = options.data,
                                .program = server::kVersion,
                                .body_budget = application.config.http.body_budget,
                                .audit_level = application.config.graph.audit,
                                .audit = server::audit_sink(application.audit, application.clock),
                                .audit_has_room = [&] { return application.audit.has_room(); },
                                .log = ops::log_info},
                               application.photo_service, application.clock);
    if (!control) return exit_with(server::kFailed, control.error().detail);
    const auto origins = origins_of(application.config.http, **server);
    if (auto printed = print_listening(application, options, origins); !printed)
        return exit_with(server::kFailed, printed.error().detail);
    const server::ShutdownHandler watch(
        {.stop =
             [&] {
                 application.pages.begin_shutdown();
                 application.photo_service.stop_sweeps();
                 (*control)->stop();  // first: no command begins a change any more
                 (*server)->stop();
             },
         .reopen_logs = [&] { application.logs.reopen(); },
         .flush_logs = [&](Deadline end) { return application.logs.flush(end); }});
    (*server)->run();
    control->reset();
    application.pools.drain();
    return server::kDone;
}

}  // namespace

int serve_command(const ServeArguments& options) {
    return_freed_memory();
    auto config = configure(options);
    if (!config) return exit_with(server::kWrongUsage, config.error().detail);
    const auto fitted = server::fit_connections(server::raise_descriptor_limit(), *config);
    if (!fitted) return exit_with(server::kFailed, fitted.error().detail);
    if (!fitted->empty()) ops::log_info(*fitted);
    server::block_signals(server::server_signals());
    auto folder = server::open_data_folder(options.data, config->tenants,
                                           server::NewCatalog(options.new_catalog));
    if (!folder) return exit_with(server::kFailed, folder.error().detail);
    if (auto mounted = server::check_blobs_are_mounted(options.data, folder->database->catalog());
        !mounted)
        return exit_with(server::kFailed, mounted.error().detail);
    if (auto fine = server::check_issuers(*config, folder->tenants); !fine)
        return exit_with(server::kWrongUsage, fine.error().detail);
    auto logs = server::ServerLogs::open(*config);
    if (!logs) return exit_with(server::kFailed, logs.error().detail);
    server::Application application(std::move(*config), std::move(*folder), std::move(*logs));
    const int code = run(application, options);
    if (code == server::kDone) ops::log_info("stopped");
    return code;
}

}  // namespace cameo::commands
