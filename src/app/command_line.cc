#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <string>

#include "app/dev_cert_command.h"
#include "app/exit_code.h"
#include "app/listening.h"
#include "app/serve.h"
#include "app/token_command.h"
#include "app/transfer_commands.h"
#include "app/version.h"

namespace cameo::app {
namespace {

constexpr std::int64_t kLongestTtl = std::int64_t{3'650} * 86'400;  // ten years, in seconds

struct Options {
    ServeOptions serve;
    TokenOptions token;
    DevCertOptions dev_cert;
};

void add_listening(CLI::App& command, ListenOptions& options) {
    command.add_option("--listen", options.listen, "Address for HTTP; port 0 takes any free port")
        ->type_name("HOST:PORT")
        ->default_str(std::string(kUsualAddress) + ", or none beside --tls-listen");
    command.add_option("--tls-listen", options.tls_listen, "Address for HTTPS")
        ->type_name("HOST:PORT");
    command
        .add_option("--tls-cert", options.tls_cert,
                    "Its certificate, PEM; without it that of 'cameo dev-cert'")
        ->type_name("FILE");
    command.add_option("--tls-key", options.tls_key, "The certificate's key, PEM")
        ->type_name("FILE");
}

CLI::App* add_serve(CLI::App& program, ServeOptions& options) {
    auto* command = program.add_subcommand("serve", "Serve photos over HTTP until SIGTERM");
    command->add_option("--data", options.data, "Data folder; made where it is missing")
        ->required()
        ->type_name("DIR");
    add_listening(*command, options.listen);
    command->add_option("--config", options.config, "Settings: docs/configuration.md")
        ->type_name("FILE.toml");
    command->add_flag("--no-sandbox", options.no_sandbox,
                      "Decode pictures unprotected, where the kernel has no seccomp");
    command->add_flag("--new-catalog", options.new_catalog,
                      "Make a new catalog.db though the folder holds photos of one that is lost; "
                      "they are kept in blobs/lost for a while");
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

CLI::App* add_dev_cert(CLI::App& program, DevCertOptions& options) {
    auto* command = program.add_subcommand(
        "dev-cert", "Make or renew a certificate for HTTPS on this machine, and the CA to trust");
    command->add_option("--data", options.data, "Data folder of the server")
        ->required()
        ->type_name("DIR");
    command
        ->add_option("--host", options.hosts,
                     "Host name or address, beside localhost, 127.0.0.1 and ::1")
        ->type_name("NAME");
    command->add_flag("--new-ca", options.new_ca,
                      "Make a new CA, which clients have to trust anew");
    return command;
}

}  // namespace

int run_command_line(int argc, char** argv) {
    CLI::App program("Cameo: a self-hosted profile-photo server that speaks Microsoft Graph's API",
                     "cameo");
    program.set_version_flag("--version", std::string("cameo ") + kVersion);
    program.require_subcommand(1);
    Options options;
    const auto* serve_command = add_serve(program, options.serve);
    const auto* token_command = add_token(program, options.token);
    const auto* dev_cert_command = add_dev_cert(program, options.dev_cert);
    TransferCommands transfer_commands(program);
    try {
        program.parse(argc, argv);
        if (token_command->parsed() && options.token.user.empty() && options.token.app.empty())
            throw CLI::RequiredError("--user or --app");
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? kDone : kWrongUsage;
    }
    if (dev_cert_command->parsed()) return make_dev_cert(options.dev_cert);
    if (const auto code = transfer_commands.run()) return *code;
    return serve_command->parsed() ? serve(options.serve) : print_token(options.token);
}

}  // namespace cameo::app
