#include "transfer/backup.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <string>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "commands/commands.h"
#include "commands/data_access.h"
#include "commands/terminal.h"
#include "server/data_folder.h"
#include "server/program.h"
#include "server/signals.h"
#include "store/files/file_blob_store.h"
#include "store/files/folder_lock.h"
#include "store/sqlite/sqlite_backup.h"
#include "store/sqlite/sqlite_store.h"
#include "transfer/files.h"
#include "transfer/restore.h"

namespace cameo::commands {
namespace {

namespace fs = std::filesystem;
using store::sqlite::SqliteStore;
using transfer::BackupReport;
using transfer::RestoreReport;

// The catalog of a database that no other process uses: a copy that becomes part of a backup, or
// comes from one. Read-only.
Result<std::shared_ptr<photo::Catalog>> open_catalog_copy(const fs::path& file) {
    auto opened = SqliteStore::open(file, SqliteStore::Open::read_only);
    if (!opened) return std::unexpected(std::move(opened.error()));
    const std::shared_ptr<SqliteStore> database = std::move(*opened);
    return std::shared_ptr<photo::Catalog>(database, &database->catalog());
}

// Checks the catalog of a backup, as store::sqlite::check_catalog, and first migrates it to this
// program's schema.
Result<std::shared_ptr<photo::Catalog>> open_restored_catalog(const fs::path& file) {
    if (auto checked = store::sqlite::check_catalog(file); !checked)
        return std::unexpected(std::move(checked.error()));
    if (auto migrated = SqliteStore::open(file, SqliteStore::Open::read_write); !migrated)
        return std::unexpected(std::move(migrated.error()));
    return open_catalog_copy(file);
}

Result<BackupReport> back_up(const BackupArguments& arguments, DataAccess& data,
                             const server::Interrupt& interrupt) {
    const auto lease = transfer::GcLease::take(data.photo_service());
    if (!lease) return std::unexpected(lease.error());
    const transfer::BackupSource source{.data = arguments.data,
                                        .blobs = data.blobs(),
                                        .copy_catalog =
                                            [&](const fs::path& to) {
                                                return store::sqlite::copy_database(
                                                    arguments.data / "catalog.db", to);
                                            },
                                        .open_catalog = open_catalog_copy,
                                        .lease = **lease,
                                        .program = server::kVersion,
                                        .now = SystemClock().now(),
                                        .force = arguments.force};
    ProgressLine progress("backing up", "photos");
    return transfer::back_up(source, arguments.target, progress.callback(), interrupt.token());
}

int print_result(const BackupReport& report, const BackupArguments& arguments) {
    if (report.stopped) {
        fmt::print("stopped; {} is as it was\n", arguments.target.native());
        return server::kInterrupted;
    }
    fmt::print("backed up {} ({}) to {}: {} copied",
               format_photos(report.photos, report.former_photos), format_bytes(report.bytes),
               arguments.target.native(), format_count(report.copied, "blob"));
    if (report.removed > 0) fmt::print(", {} without a photo removed", report.removed);
    fmt::print(
        ".\nIt contains the signing key, with which anyone can make tokens: protect it like "
        "the server itself.\n");
    fmt::print("{}", format_list("damaged in the data folder and therefore in the backup; 'cameo "
                                 "fsck' has the details",
                                 report.damaged));
    fmt::print("{}", format_list(
                         "missing in the data folder and therefore in the backup; 'cameo fsck' has "
                         "the details",
                         report.missing));
    fmt::print("{}", format_list("unreadable and therefore missing in the backup; make them "
                                 "readable, then back up again",
                                 report.unreadable));
    const bool is_whole =
        report.damaged.empty() && report.missing.empty() && report.unreadable.empty();
    return is_whole ? server::kDone : server::kFailed;
}

Result<RestoreReport> restore(const RestoreArguments& arguments,
                              const server::Interrupt& interrupt) {
    const transfer::RestoreStores stores{
        .open_catalog = open_restored_catalog, .open_blobs = [](const fs::path& folder) {
            return std::make_shared<store::files::FileBlobStore>(folder);
        }};
    ProgressLine unpacking("unpacking", "files");
    ProgressLine checking("checking", "photos");
    return transfer::restore(arguments.backup, arguments.data, stores,
                             {unpacking.callback(), checking.callback()}, interrupt.token());
}

Result<RestoreReport> restore_locked(const RestoreArguments& arguments,
                                     const server::Interrupt& interrupt) {
    auto lock = store::files::FolderLock::take(arguments.data);
    if (!lock) return std::unexpected(lock.error());
    // Check again under the lock: another process may have started first.
    if (auto is_free = transfer::check_is_free(arguments.data); !is_free)
        return std::unexpected(std::move(is_free.error()));
    ::chmod(arguments.data.c_str(), 0700);
    auto report = restore(arguments, interrupt);
    // Restores the earlier state of the folder: missing or empty.
    if (!report || report->stopped) lock->remove();
    return report;
}

int print_result(const RestoreReport& report, const RestoreArguments& arguments) {
    if (report.stopped) {
        fmt::print("stopped; nothing was restored\n");
        return server::kInterrupted;
    }
    fmt::print("restored {} ({}) to {}, as they were at {}.\n",
               format_photos(report.photos, report.former_photos), format_bytes(report.bytes),
               arguments.data.native(), report.manifest.made);
    if (report.damaged > 0)
        fmt::print(
            "{} were damaged or missing when the backup was made: run 'cameo fsck --repair --data "
            "{}'"
            ".\n",
            format_number(report.damaged), arguments.data.native());
    fmt::print("Start the server with: cameo serve --data {}\n", arguments.data.native());
    return server::kDone;
}

}  // namespace

int backup_command(const BackupArguments& arguments) {
    const server::Interrupt interrupt;
    const auto config = command_config({});
    if (!config) return print_error(config.error());
    const auto data = DataAccess::open(arguments.data, *config);
    if (!data) return print_error(data.error());
    const auto report = back_up(arguments, **data, interrupt);
    if (!report) return print_error(report.error());
    return print_result(*report, arguments);
}

int restore_command(const RestoreArguments& arguments) {
    const server::Interrupt interrupt;
    std::error_code error;
    if (!fs::exists(arguments.backup, error))
        return print_error(
            {Fault::internal, fmt::format("there is no backup {}", arguments.backup.native())});
    if (auto is_free = transfer::check_is_free(arguments.data); !is_free)
        return print_error(is_free.error());
    if (auto own = server::check_is_own(arguments.data); !own) return print_error(own.error());
    const bool was_there = fs::exists(arguments.data, error);
    if (auto made = transfer::make_private_folders(arguments.data); !made)
        return print_error(made.error());
    const auto report = restore_locked(arguments, interrupt);
    // As rmdir: fails if another process has put a file in it.
    if ((!report || report->stopped) && !was_there) fs::remove(arguments.data, error);
    if (report) return print_result(*report, arguments);
    (void)print_error(report.error());
    return server::kFailed;
}

}  // namespace cameo::commands
