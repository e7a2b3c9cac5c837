#include "app/transfer_commands.h"

#include <CLI/CLI.hpp>
#include <map>
#include <string>

#include "app/backup_command.h"
#include "app/export_command.h"
#include "app/fsck_command.h"
#include "app/import_command.h"
#include "app/restore_command.h"

namespace cameo::app {
namespace {

constexpr auto kPatternHelp =
    "\nA PATTERN names properties by Graph's names: {mailNickname}, '{givenName}.{surname}'.\n";

void add_data(CLI::App& command, std::filesystem::path& data, const char* help) {
    command.add_option("--data", data, help)->required()->type_name("DIR");
}

void add_config(CLI::App& command, std::filesystem::path& config) {
    command
        .add_option("--config", config,
                    "The server's settings, for their [limits] and [image] where no server runs")
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
        .add_option("--tenant", arguments.tenant,
                    "Name or id; without it the only one, or 'default'")
        ->type_name("NAME");
}

CLI::App* add_import(CLI::App& program, ImportArguments& arguments) {
    auto* command = program.add_subcommand("import", "Bring in photos named after people");
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
                     "What the files are named after: upn, mail, id, displayName or a PATTERN "
                     "(upn; for groups displayName)")
        ->type_name("NAME");
    add_whose(*command, arguments);
    command->add_flag("--dry-run", arguments.dry_run, "Only say what would happen");
    command->add_option("--report", arguments.report, "Write what became of each picture")
        ->type_name("FILE.csv");
    add_config(*command, arguments.config);
    command->add_flag("--no-sandbox", arguments.no_sandbox,
                      "Decode pictures unprotected, where the kernel has no seccomp");
    command->footer(
        std::string("\nPictures that somebody has already are passed over, so a run that was "
                    "stopped can be run again.\nExit code: 0 all is well, 1 something was "
                    "refused, ambiguous or failed, 2 wrong usage, 130 stopped.\n") +
        kPatternHelp +
        "\nExample: cameo import faces --data /var/lib/cameo --match mail --dry-run");
    return command;
}

CLI::App* add_export(CLI::App& program, ExportArguments& arguments) {
    auto* command = program.add_subcommand("export", "Write everybody's photo to a folder");
    command->add_option("DIR", arguments.folder, "Where to; made where it is missing")
        ->required()
        ->type_name("DIR");
    add_data(*command, arguments.data, "Data folder; a server may be running on it");
    command->add_option("--size", arguments.size, "WIDTHxHEIGHT, as 648x648, or largest")
        ->type_name("SIZE")
        ->capture_default_str();
    command
        ->add_option("--name", arguments.name,
                     "What the files are named after: upn, mail, id, displayName or a PATTERN "
                     "(upn; for groups displayName)")
        ->type_name("NAME");
    add_whose(*command, arguments);
    command->footer(std::string("\nFiles that are right already are left alone. The data folder "
                                "is only read.\n") +
                    kPatternHelp +
                    "\nExample: cameo export faces --data /var/lib/cameo --size 240x240");
    return command;
}

CLI::App* add_fsck(CLI::App& program, FsckArguments& arguments) {
    auto* command = program.add_subcommand("fsck", "Look for damage in a data folder");
    add_data(*command, arguments.data, "Data folder; a server may be running on it");
    auto* repair = command->add_flag("--repair", arguments.repair, "Mend what can be mended");
    command
        ->add_flag("--force", arguments.force,
                   "Also where that removes more than 10 photos and more than 1 %, or every photo")
        ->needs(repair);
    add_config(*command, arguments.config);
    command->footer(
        "\nReads every photo and compares it with its checksum. Without --repair nothing changes, "
        "and each\nproblem tells what --repair would do. What cannot be read (an I/O error, a "
        "missing right, a file\nsystem that is not mounted) is told and never repaired. Exit code: "
        "0 all is well or was repaired,\n1 problems are left, or --force is asked for.");
    return command;
}

CLI::App* add_backup(CLI::App& program, BackupArguments& arguments) {
    auto* command = program.add_subcommand("backup", "Copy a data folder as it is at one moment");
    command
        ->add_option("TARGET", arguments.target,
                     "FILE.tar; or a folder, in which a later backup copies only what is new")
        ->required()
        ->type_name("FILE.tar|DIR");
    command->add_flag("--force", arguments.force,
                      "Back up although many of the blobs are missing or cannot be read");
    add_data(*command, arguments.data, "Data folder; a server may be running on it");
    command->footer(
        "\nThe backup holds the photos, the directory and the signing key, with which anyone can "
        "make tokens:\nkeep it as safe as the server itself.\n\nExample: cameo backup "
        "/backup/cameo.tar --data /var/lib/cameo");
    return command;
}

CLI::App* add_restore(CLI::App& program, RestoreArguments& arguments) {
    auto* command = program.add_subcommand("restore", "Make a data folder of a backup");
    command->add_option("BACKUP", arguments.backup, "What 'cameo backup' made")
        ->required()
        ->type_name("FILE.tar|DIR");
    add_data(*command, arguments.data, "The new data folder: missing or empty");
    command->footer(
        "\nEverything is compared with its checksum first; where anything is wrong, nothing is "
        "restored.\nA server on the new folder answers the same bytes and ETags, and takes the "
        "same tokens.");
    return command;
}

}  // namespace

struct TransferCommands::Commands {
    ImportArguments import_arguments;
    ExportArguments export_arguments;
    FsckArguments fsck_arguments;
    BackupArguments backup_arguments;
    RestoreArguments restore_arguments;
    CLI::App* import_parser = nullptr;
    CLI::App* export_parser = nullptr;
    CLI::App* fsck_parser = nullptr;
    CLI::App* backup_parser = nullptr;
    CLI::App* restore_parser = nullptr;
};

TransferCommands::TransferCommands(CLI::App& program) : commands_(std::make_unique<Commands>()) {
    auto& all = *commands_;
    all.import_parser = add_import(program, all.import_arguments);
    all.export_parser = add_export(program, all.export_arguments);
    all.fsck_parser = add_fsck(program, all.fsck_arguments);
    all.backup_parser = add_backup(program, all.backup_arguments);
    all.restore_parser = add_restore(program, all.restore_arguments);
}

TransferCommands::~TransferCommands() = default;

std::optional<int> TransferCommands::run() const {
    const auto& all = *commands_;
    if (all.import_parser->parsed()) return import_command(all.import_arguments);
    if (all.export_parser->parsed()) return export_command(all.export_arguments);
    if (all.fsck_parser->parsed()) return fsck_command(all.fsck_arguments);
    if (all.backup_parser->parsed()) return backup_command(all.backup_arguments);
    if (all.restore_parser->parsed()) return restore_command(all.restore_arguments);
    return std::nullopt;
}

}  // namespace cameo::app
