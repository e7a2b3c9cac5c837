#include "commands/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "commands/commands.h"
#include "server/listening.h"
#include "server/program.h"

namespace cameo::commands {
namespace {

constexpr std::int64_t kLongestTtl = std::int64_t{3'650} * 86'400;  // ten years, in seconds

void add_data(CLI::App& command, std::filesystem::path& data, const char* help) {
    command.add_option("--data", data, help)->required()->type_name("DIR");
}

void add_listening(CLI::App& command, server::ListenOptions& arguments) {
    command
        .add_option("--listen", arguments.listen, "Address for HTTP; port 0 takes any free port")
        ->type_name("HOST:PORT")
        ->default_str(std::string(server::kDefaultListenAddress) + ", or none with --tls-listen");
    command.add_option("--tls-listen", arguments.tls_listen, "Address for HTTPS")
        ->type_name("HOST:PORT");
    command
        .add_option("--tls-cert", arguments.tls_cert,
                    "Certificate for HTTPS, PEM; default: that of 'cameo dev-cert'")
        ->type_name("FILE");
    command.add_option("--tls-key", arguments.tls_key, "Key of the certificate, PEM")
        ->type_name("FILE");
}

CLI::App* add_serve(CLI::App& program, ServeArguments& arguments) {
    auto* command = program.add_subcommand("serve", "Serve photos over HTTP until SIGTERM");
    add_data(*command, arguments.data, "Data folder; created if missing");
    add_listening(*command, arguments.listen);
    command->add_option("--config", arguments.config, "Settings: docs/configuration.md")
        ->type_name("FILE.toml");
    command->add_flag("--no-sandbox", arguments.no_sandbox,
                      "Decode pictures without a sandbox, for kernels without seccomp");
    command->add_flag("--new-catalog", arguments.new_catalog,
                      "Make a new catalog.db in a folder whose catalog.db is lost; its photos are "
                      "kept in blobs/lost for a while");
    command->add_flag("--demo", arguments.demo,
                      "Add a demo organisation and print example commands");
    command
        ->add_option("--demo-photos", arguments.demo_photos,
                     "Photographs for the demo people; default: drawn portraits")
        ->type_name("DIR");
    return command;
}

CLI::App* add_token(CLI::App& program, TokenArguments& arguments) {
    auto* command = program.add_subcommand(
        "token", "Print an access token, or with --web a link to the web page");
    add_data(*command, arguments.data, "Data folder of the server");
    auto* user = command->add_option("--user", arguments.user, "A user token for this person")
                     ->type_name("UPN|ID");
    command->add_option("--scopes", arguments.scopes, "Delegated permissions, separated by spaces")
        ->type_name("\"A B\"")
        ->needs(user);
    command
        ->add_option("--directory-role", arguments.directory_roles,
                     "\"User Administrator\": may write others' photos")
        ->type_name("NAME|ID")
        ->needs(user);
    auto* app = command->add_option("--app", arguments.app, "An application token for this app")
                    ->type_name("NAME")
                    ->excludes(user);
    auto* roles = command->add_option("--roles", arguments.roles, "Application permissions")
                      ->type_name("\"A B\"")
                      ->needs(app);
    app->needs(roles);
    const std::map<std::string, std::int64_t> units{
        {"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}};
    auto* ttl = command
                    ->add_option("--ttl", arguments.ttl_seconds,
                                 "How long the token is valid: 90s, 15m, 1h, 30d")
                    ->transform(CLI::AsNumberWithUnit(units).description(""))
                    ->check(CLI::Range(std::int64_t{1}, kLongestTtl).description(""))
                    ->type_name("TIME")
                    ->default_str("1h");
    command
        ->add_option("--tenant", arguments.tenant,
                     "Name or id; default: 'default', or the only one")
        ->type_name("NAME|ID");
    auto* web = command
                    ->add_flag("--web", arguments.web,
                               "Print a link to the web page of the running server that signs this "
                               "person in, once and within ten minutes, for an hour")
                    ->needs(user)
                    ->excludes(ttl);
    command
        ->add_option("--url", arguments.url,
                     "Address of the page in the link; default: as the server knows it")
        ->type_name("URL")
        ->needs(web);
    command->callback([&arguments] {
        if (!arguments.user.empty() && arguments.scopes.empty() && !arguments.web)
            throw CLI::RequiresError("--user", "--scopes or --web");
        if (arguments.user.empty() && arguments.app.empty())
            throw CLI::RequiredError("--user or --app");
    });
    return command;
}

CLI::App* add_dev_cert(CLI::App& program, DevCertArguments& arguments) {
    auto* command = program.add_subcommand(
        "dev-cert", "Make or renew a certificate for HTTPS on this machine, and the CA to trust");
    add_data(*command, arguments.data, "Data folder of the server");
    command
        ->add_option("--host", arguments.hosts,
                     "Host name or address, in addition to localhost, 127.0.0.1 and ::1")
        ->type_name("NAME");
    command->add_flag("--new-ca", arguments.new_ca, "Make a new CA, which clients must then trust");
    return command;
}

constexpr auto kPatternHelp =
    "\nA PATTERN names properties by Graph's names: {mailNickname}, '{givenName}.{surname}'.\n";

void add_config(CLI::App& command, std::filesystem::path& config) {
    command
        .add_option("--config", config,
                    "Settings; [limits], [image] and former_photo_days apply if no server runs")
        ->type_name("FILE.toml");
}

void add_whose(CLI::App& command, CommandArguments& arguments) {
    const std::map<std::string, OwnerKind> kinds{{"users", OwnerKind::user},
                                                 {"groups", OwnerKind::group}};
    command.add_option("--of", arguments.of, "users or groups")
        ->transform(CLI::CheckedTransformer(kinds).description(""))
        ->type_name("KIND")
        ->default_str("users");
    command
        .add_option("--tenant", arguments.tenant, "Name or id; default: the only one, or 'default'")
        ->type_name("NAME");
}

CLI::App* add_import(CLI::App& program, ImportArguments& arguments) {
    auto* command = program.add_subcommand("import", "Import photos named after people");
    command
        ->add_option("SOURCE", arguments.source,
                     "A folder of pictures (with its subfolders), or a CSV file: a column of "
                     "userPrincipalName, mail, id or displayName, and 'photo' (base64) or 'file' "
                     "(a path)")
        ->required()
        ->type_name("DIR|FILE.csv");
    add_data(*command, arguments.data, "Data folder; a server may be running on it");
    command
        ->add_option("--match", arguments.match,
                     "Property in the file names: upn, mail, id, displayName or a PATTERN "
                     "(default: upn; for groups displayName)")
        ->type_name("NAME");
    add_whose(*command, arguments);
    command->add_flag("--dry-run", arguments.dry_run, "Print what would happen and change nothing");
    command->add_option("--report", arguments.report, "Write the outcome of each picture")
        ->type_name("FILE.csv");
    add_config(*command, arguments.config);
    command->add_flag("--no-sandbox", arguments.no_sandbox,
                      "Decode pictures without a sandbox, for kernels without seccomp");
    command->footer(
        std::string("\nPictures that are stored already are skipped, so a command that was "
                    "stopped can be run again.\nExit code: 0 success, 1 something was "
                    "refused, ambiguous or failed, 2 wrong usage, 130 stopped.\n") +
        kPatternHelp +
        "\nExample: cameo import faces --data /var/lib/cameo --match mail --dry-run");
    return command;
}

CLI::App* add_export(CLI::App& program, ExportArguments& arguments) {
    auto* command = program.add_subcommand(
        "export", "Write every photo to a folder, or one person's data to a zip file");
    command
        ->add_option("TARGET", arguments.folder,
                     "Target folder, created if missing; with --person a file")
        ->required()
        ->type_name("DIR|FILE.zip");
    add_data(*command, arguments.data, "Data folder; a server may be running on it");
    auto* person = command
                       ->add_option("--person", arguments.person,
                                    "All data of this person: the entry, photos, former photos, "
                                    "groups and contacts")
                       ->type_name("UPN|ID");
    command->add_option("--size", arguments.size, "WIDTHxHEIGHT, as 648x648, or largest")
        ->type_name("SIZE")
        ->capture_default_str()
        ->excludes(person);
    command
        ->add_option("--name", arguments.name,
                     "Property in the file names: upn, mail, id, displayName or a PATTERN "
                     "(default: upn; for groups displayName)")
        ->type_name("NAME")
        ->excludes(person);
    add_whose(*command, arguments);
    command->footer(
        std::string("\nFiles that are up to date are not written again. The data folder "
                    "is only read.\n") +
        kPatternHelp + "\nExample: cameo export faces --data /var/lib/cameo --size 240x240");
    return command;
}

CLI::App* add_erase(CLI::App& program, EraseArguments& arguments) {
    auto* command = program.add_subcommand(
        "erase", "Delete a person's photo, former photos and their bytes at once");
    command->add_option("NAME", arguments.name, "userPrincipalName or id; of a group its id")
        ->required()
        ->type_name("UPN|ID");
    add_data(*command, arguments.data, "Data folder; a server may be running on it");
    add_whose(*command, arguments);
    add_config(*command, arguments.config);
    command->footer(
        "\nThe entry in the directory stays. What remains elsewhere, as in backups: "
        "docs/privacy.md.\nRefused while a backup or a check is running.");
    return command;
}

CLI::App* add_fsck(CLI::App& program, FsckArguments& arguments) {
    auto* command = program.add_subcommand("fsck", "Check a data folder for damage");
    add_data(*command, arguments.data, "Data folder; a server may be running on it");
    auto* repair = command->add_flag("--repair", arguments.repair, "Repair what can be repaired");
    command
        ->add_flag(
            "--force", arguments.force,
            "Repair even if that removes more than 10 photos and more than 1 %, or every photo")
        ->needs(repair);
    add_config(*command, arguments.config);
    command->footer(
        "\nReads every photo and compares it with its checksum. Without --repair nothing changes, "
        "and each\nproblem is listed with its repair. Data that cannot be read (an I/O error, a "
        "missing right, a file\nsystem that is not mounted) is reported and never repaired. Exit "
        "code: "
        "0 no problems, or all repaired,\n1 problems remain, or --force is required.");
    return command;
}

CLI::App* add_backup(CLI::App& program, BackupArguments& arguments) {
    auto* command = program.add_subcommand("backup", "Copy a consistent snapshot of a data folder");
    command
        ->add_option("TARGET", arguments.target,
                     "FILE.tar; or a folder, to which a later backup copies only new blobs")
        ->required()
        ->type_name("FILE.tar|DIR");
    command->add_flag("--force", arguments.force,
                      "Back up even if many blobs are missing or unreadable");
    add_data(*command, arguments.data, "Data folder; a server may be running on it");
    command->footer(
        "\nThe backup contains the photos, the directory and the signing key, with which anyone "
        "can "
        "make tokens:\nprotect it like the server.\n\nExample: cameo backup "
        "/backup/cameo.tar --data /var/lib/cameo");
    return command;
}

CLI::App* add_restore(CLI::App& program, RestoreArguments& arguments) {
    auto* command = program.add_subcommand("restore", "Make a data folder from a backup");
    command->add_option("BACKUP", arguments.backup, "A backup made by 'cameo backup'")
        ->required()
        ->type_name("FILE.tar|DIR");
    add_data(*command, arguments.data, "The new data folder: missing or empty");
    command->footer(
        "\nAll checksums are verified first; if one does not match, nothing is "
        "restored.\nA server on the new folder serves the same bytes and ETags, and accepts the "
        "same tokens.");
    return command;
}

struct Arguments {
    ServeArguments serve;
    TokenArguments token;
    DevCertArguments dev_cert;
    ImportArguments import_photos;
    ExportArguments export_photos;
    EraseArguments erase;
    FsckArguments fsck;
    BackupArguments backup;
    RestoreArguments restore;
};

struct Command {
    CLI::App* parser;
    std::function<int()> run;
};

// In the order of --help. The parsers write into `all`, which the commands read later.
std::vector<Command> add_commands(CLI::App& program, Arguments& all) {
    return {
        {add_serve(program, all.serve), [&] { return serve_command(all.serve); }},
        {add_token(program, all.token), [&] { return token_command(all.token); }},
        {add_dev_cert(program, all.dev_cert), [&] { return dev_cert_command(all.dev_cert); }},
        {add_import(program, all.import_photos), [&] { return import_command(all.import_photos); }},
        {add_export(program, all.export_photos), [&] { return export_command(all.export_photos); }},
        {add_erase(program, all.erase), [&] { return erase_command(all.erase); }},
        {add_fsck(program, all.fsck), [&] { return fsck_command(all.fsck); }},
        {add_backup(program, all.backup), [&] { return backup_command(all.backup); }},
        {add_restore(program, all.restore), [&] { return restore_command(all.restore); }},
    };
}

}  // namespace

int run_command_line(int argc, char** argv) {
    CLI::App program(
        "Cameo: a self-hosted profile-photo server that implements Microsoft Graph's API", "cameo");
    program.set_version_flag("--version", std::string("cameo ") + server::kVersion);
    program.require_subcommand(1);
    Arguments arguments;
    const auto commands = add_commands(program, arguments);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? server::kDone : server::kWrongUsage;
    }
    // Exactly one was parsed: require_subcommand.
    const auto chosen = std::ranges::find_if(
        commands, [](const Command& command) { return command.parser->parsed(); });
    return chosen->run();
}

}  // namespace cameo::commands
