#include <fmt/format.h>
#include <malloc.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/principal.h"
#include "access/sign_in.h"
#include "commands/commands.h"
#include "commands/data_access.h"
#include "control/server.h"
#include "demo/demo.h"
#include "http/body_budget.h"
#include "ops/log.h"
#include "server/application.h"
#include "server/dev_certificate.h"
#include "server/listeners.h"
#include "server/listening.h"
#include "server/program.h"
#include "server/server_logs.h"
#include "server/signals.h"

namespace cameo::commands {
namespace {

constexpr std::chrono::seconds kStoreTime{10};

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

// A sentence with the additions; empty without --demo.
Result<std::string> add_demo(server::Application& application, const ServeArguments& options) {
    if (!options.demo) return std::string();
    return demo::add_demo_data(application.directory, application.photos, application.tenant(),
                               options.demo_photos);
}

// For the control socket.
Result<control::SignInCode> make_sign_in_code(server::Application& application,
                                              const std::string& page_url,
                                              const access::SignIn::Grant& grant) {
    if (page_url.empty())
        return fail(Fault::conflict, "the web page of this server is switched off: [web] enabled");
    if (!application.config.builtin_issuer)
        return fail(Fault::conflict,
                    "the built-in issuer of this server is switched off ([builtin_issuer] "
                    "enabled), so its page takes no codes: people sign in at the [web] issuer");
    auto code = application.sign_in.make_code(grant, deadline_in(kStoreTime));
    if (!code) return std::unexpected(std::move(code.error()));
    return control::SignInCode{.code = *std::move(code), .page = page_url};
}

// The line of a demo that signs a browser in as an administrator; empty where that is switched off.
Result<std::string> demo_link_line(server::Application& application, const ServeArguments& options,
                                   const std::string& page_url) {
    if (page_url.empty() || !application.config.builtin_issuer) return std::string();
    constexpr auto kRole = "User Administrator";
    const auto person = demo::demo_person(application.tenant());
    const std::vector roles{std::string(access::directory_role_id(kRole))};
    const auto code = make_sign_in_code(application, page_url,
                                        {.tenant = person.tenant,
                                         .user = person.id,
                                         .scopes = access::web_scopes(roles),
                                         .directory_roles = roles});
    if (!code) return std::unexpected(code.error());
    return fmt::format(
        "Open {} (valid once, for {} minutes; another: {} token --web --user {} --directory-role "
        "\"{}\" --data {})\n",
        code->link(), access::kCodeTime.count(), program_invocation_name,
        person.user_principal_name, kRole, options.data.string());
}

// Lets curl trust the first origin, where that needs the development CA.
std::string trust_line(const ServeArguments& options, const http::ServerSettings& settings) {
    const auto files = server::dev_ca_files(options.data);
    if (settings.plain || settings.tls->certificate != files.certificate) return {};
    return fmt::format("export CURL_CA_BUNDLE='{}'\n",
                       std::filesystem::absolute(files.ca).string());
}

// Prints where the server listens; for a demo, first a link that signs a browser in, and last
// commands to try.
Result<void> print_listening(server::Application& application, const ServeArguments& options,
                             const server::Listeners& listeners, const std::string& demo_data) {
    const auto& page = listeners.page_url();
    if (options.demo) {
        const auto link = demo_link_line(application, options, page);
        if (!link) return std::unexpected(link.error());
        fmt::print("{}{}\n", *link, demo_data);
    }
    for (const auto& origin : listeners.origins()) fmt::print("listening on {}\n", origin);
    if (!page.empty()) fmt::print("the web page is at {}\n", page);
    if (options.demo) {
        const auto lines =
            demo::demo_curl_lines(application.folder.key, application.tenant(),
                                  listeners.origins().front(), application.clock.now());
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
    const auto demo_data = add_demo(application, options);
    if (!demo_data) return exit_with(server::kFailed, demo_data.error().detail);
    application.config.http.body_budget =
        std::make_shared<http::BodyBudget>(application.config.http.body_bytes_in_flight);
    auto listeners =
        server::Listeners::open(application.config, application.web_page, application.service);
    if (!listeners) return exit_with(server::kFailed, listeners.error().detail);
    auto control = control::Server::start(
        {.data = options.data,
         .program = server::kVersion,
         .body_budget = application.config.http.body_budget,
         .make_sign_in_code =
             [&](const auto& grant) {
                 return make_sign_in_code(application, (*listeners)->page_url(), grant);
             },
         .audit_level = application.config.graph.audit,
         .audit = server::audit_sink(application.audit, application.clock),
         .audit_has_room = [&] { return application.audit.has_room(); },
         .log = ops::log_info},
        application.photo_service, application.clock);
    if (!control) return exit_with(server::kFailed, control.error().detail);
    if (auto printed = print_listening(application, options, **listeners, *demo_data); !printed)
        return exit_with(server::kFailed, printed.error().detail);
    const server::ShutdownHandler watch(
        {.stop =
             [&] {
                 application.pages.begin_shutdown();
                 application.photo_service.stop_sweeps();
                 (*control)->stop();  // first: no command begins a change any more
                 (*listeners)->stop();
             },
         .reopen_logs = [&] { application.logs.reopen(); },
         .flush_logs = [&](Deadline end) { return application.logs.flush(end); }});
    (*listeners)->run();
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
