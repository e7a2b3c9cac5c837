#include "app/backup_command.h"

#include <fmt/format.h>

#include <string>

#include "app/command_arguments.h"
#include "app/data_access.h"
#include "app/exit_code.h"
#include "app/interrupt.h"
#include "app/listing.h"
#include "app/opened_catalog.h"
#include "app/progress_line.h"
#include "app/version.h"
#include "base/clock.h"
#include "store/sqlite/sqlite_backup.h"
#include "transfer/backup.h"

namespace cameo::app {
namespace {

using transfer::BackupReport;

Result<BackupReport> run(const BackupArguments& arguments, DataAccess& data,
                         const Interrupt& interrupt) {
    const auto hold = data.desk().hold_sweep();
    if (!hold) return std::unexpected(hold.error());
    const transfer::BackupSource source{.data = arguments.data,
                                        .blobs = data.blobs(),
                                        .copy_catalog =
                                            [&](const std::filesystem::path& to) {
                                                return store::sqlite::copy_database(
                                                    arguments.data / "catalog.db", to);
                                            },
                                        .open_catalog = open_catalog_copy,
                                        .hold = **hold,
                                        .program = kVersion,
                                        .now = SystemClock().now(),
                                        .force = arguments.force};
    ProgressLine progress("backing up", "photos");
    return transfer::back_up(source, arguments.target, progress.callback(), interrupt.token());
}

int conclude(const BackupReport& report, const BackupArguments& arguments) {
    if (report.stopped) {
        fmt::print("stopped; {} is as it was\n", arguments.target.native());
        return kInterrupted;
    }
    fmt::print("backed up {} ({}) to {}: {} copied", count_of(report.photos, "photo"),
               in_bytes(report.bytes), arguments.target.native(), count_of(report.copied, "blob"));
    if (report.removed > 0) fmt::print(", {} removed that no photo needs", report.removed);
    fmt::print(
        ".\nIt holds the signing key, with which anyone can make tokens: keep it as safe as "
        "the server itself.\n");
    fmt::print("{}", listing("damaged in the data folder already, so in the backup too; 'cameo "
                             "fsck' says more",
                             report.damaged));
    fmt::print("{}", listing("missing in the data folder, so in the backup too; 'cameo fsck' says "
                             "more",
                             report.missing));
    fmt::print("{}", listing("unreadable, so missing in the backup; see to it that they can be "
                             "read, then back up again",
                             report.unreadable));
    const bool is_whole =
        report.damaged.empty() && report.missing.empty() && report.unreadable.empty();
    return is_whole ? kDone : kFailed;
}

}  // namespace

int backup_command(const BackupArguments& arguments) {
    const Interrupt interrupt;
    const auto config = command_config({});
    if (!config) return complain(config.error());
    const auto data = DataAccess::open(arguments.data, *config);
    if (!data) return complain(data.error());
    const auto report = run(arguments, **data, interrupt);
    if (!report) return complain(report.error());
    return conclude(*report, arguments);
}

}  // namespace cameo::app
