#include "app/restore_command.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <system_error>
#include <utility>

#include "app/command_arguments.h"
#include "app/data_folder.h"
#include "app/exit_code.h"
#include "app/interrupt.h"
#include "app/opened_catalog.h"
#include "app/progress_line.h"
#include "store/files/file_blob_store.h"
#include "store/files/folder_lock.h"
#include "transfer/files.h"
#include "transfer/restore.h"

namespace cameo::app {
namespace {

namespace fs = std::filesystem;
using transfer::RestoreReport;

Result<RestoreReport> run(const RestoreArguments& arguments, const Interrupt& interrupt) {
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
                                     const Interrupt& interrupt) {
    auto lock = store::files::FolderLock::take(arguments.data);
    if (!lock) return std::unexpected(lock.error());
    // Once more: another process may have come first. Its folder keeps its lock.
    if (auto is_free = transfer::check_is_free(arguments.data); !is_free)
        return std::unexpected(std::move(is_free.error()));
    ::chmod(arguments.data.c_str(), 0700);
    auto report = run(arguments, interrupt);
    // The folder as it was before: missing or empty.
    if (!report || report->stopped) lock->remove();
    return report;
}

int conclude(const RestoreReport& report, const RestoreArguments& arguments) {
    if (report.stopped) {
        fmt::print("stopped; nothing was restored\n");
        return kInterrupted;
    }
    fmt::print("restored {} ({}) to {}, as they were at {}.\n", count_of(report.photos, "photo"),
               in_bytes(report.bytes), arguments.data.native(), report.manifest.made);
    if (report.damaged > 0)
        fmt::print(
            "{} were damaged or missing when the backup was made: run 'cameo fsck --repair --data "
            "{}'"
            ".\n",
            with_commas(report.damaged), arguments.data.native());
    fmt::print("Start the server with: cameo serve --data {}\n", arguments.data.native());
    return kDone;
}

}  // namespace

int restore_command(const RestoreArguments& arguments) {
    const Interrupt interrupt;
    std::error_code error;
    if (!fs::exists(arguments.backup, error))
        return complain(
            {Fault::internal, fmt::format("there is no backup {}", arguments.backup.native())});
    if (auto is_free = transfer::check_is_free(arguments.data); !is_free)
        return complain(is_free.error());
    if (auto own = check_is_own(arguments.data); !own) return complain(own.error());
    const bool was_there = fs::exists(arguments.data, error);
    if (auto made = transfer::make_private_folders(arguments.data); !made)
        return complain(made.error());
    const auto report = restore_locked(arguments, interrupt);
    // As rmdir: not where another process has begun in it.
    if ((!report || report->stopped) && !was_there) fs::remove(arguments.data, error);
    if (report) return conclude(*report, arguments);
    (void)complain(report.error());
    return kFailed;
}

}  // namespace cameo::app
