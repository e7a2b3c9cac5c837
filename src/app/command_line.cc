#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "app/exit_code.h"
#include "app/serve.h"
#include "app/token_command.h"
#include "image/worker_main.h"

#ifndef CAMEO_VERSION
#error "the build gives CAMEO_VERSION"
#endif

namespace cameo::app {
namespace {

constexpr std::int64_t kLongestTtl = std::int64_t{3'650} * 86'400;  // ten years, in seconds

struct Options {
    ServeOptions serve;
    TokenOptions token;
};

CLI::App* add_serve(CLI::App& program, ServeOptions& options) {
    auto* command = program.add_subcommand("serve", "Serve photos over HTTP until SIGTERM");
    command->add_option("--data", options.data, "Data folder; made where it is missing")
        ->required()
        ->type_name("DIR");
    command->add_option("--listen", options.listen, "Address; port 0 takes any free port")
        ->type_name("HOST:PORT")
        ->capture_default_str();
    command->add_option("--config", options.config, "Settings: docs/configuration.md")
        ->type_name("FILE.toml");
    command->add_flag("--demo", options.demo, "Add a demo organisation and print what to try");
    command
        ->add_option("--demo-photos", options.demo_photos,
                     "Photographs for the demo people; without it portraits are drawn")
        ->type_name("DIR");
    return command;
}

CLI::App* add_token(CLI::App& program, TokenOptions& options) {
    auto* command = program.add_subcommand("token", "Print an access token and nothing else");
    command->add_option("--data", options.data, "Data folder of the server")
        ->required()
        ->type_name("DIR");
    auto* user =
        command->add_option("--user", options.user, "For this person")->type_name("UPN|ID");
    auto* scopes =
        command
            ->add_option("--scopes", options.scopes, "Delegated permissions, separated by spaces")
            ->type_name("\"A B\"")
            ->needs(user);
    user->needs(scopes);
    command
        ->add_option("--directory-role", options.directory_roles,
                     "\"User Administrator\": may write others' photos")
        ->type_name("NAME|ID")
        ->needs(user);
    auto* app = command->add_option("--app", options.app, "For this app on its own")
                    ->type_name("NAME")
                    ->excludes(user);
    auto* roles = command->add_option("--roles", options.roles, "Application permissions")
                      ->type_name("\"A B\"")
                      ->needs(app);
    app->needs(roles);
    const std::map<std::string, std::int64_t> units{
        {"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}};
    command->add_option("--ttl", options.ttl_seconds, "How long it is valid: 90s, 15m, 1h, 30d")
        ->transform(CLI::AsNumberWithUnit(units).description(""))
        ->check(CLI::Range(std::int64_t{1}, kLongestTtl).description(""))
        ->type_name("TIME")
        ->default_str("1h");
    command
        ->add_option("--tenant", options.tenant,
                     "Name or id; without it 'default', or the only one there is")
        ->type_name("NAME|ID");
    return command;
}

}  // namespace

int run_command_line(int argc, char** argv) {
    // Not for people: how the server starts its picture workers.
    if (argc == 2 && std::string_view(argv[1]) == "image-worker") return image::worker_main();

    CLI::App program("Cameo: a self-hosted profile-photo server that speaks Microsoft Graph's API",
                     "cameo");
    program.set_version_flag("--version", "cameo " CAMEO_VERSION);
    program.require_subcommand(1);
    Options options;
    const auto* serve_command = add_serve(program, options.serve);
    const auto* token_command = add_token(program, options.token);
    try {
        program.parse(argc, argv);
        if (token_command->parsed() && options.token.user.empty() && options.token.app.empty())
            throw CLI::RequiredError("--user or --app");
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? kDone : kWrongUsage;
    }
    return serve_command->parsed() ? serve(options.serve) : print_token(options.token);
}

}  // namespace cameo::app
