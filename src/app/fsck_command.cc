#include "app/fsck_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <iterator>
#include <vector>

#include "app/command_arguments.h"
#include "app/data_access.h"
#include "app/exit_code.h"
#include "app/interrupt.h"
#include "app/listing.h"
#include "app/progress_line.h"
#include "store/sqlite/sqlite_backup.h"
#include "transfer/folder_check.h"
#include "transfer/fsck.h"

namespace cameo::app {
namespace {

using transfer::FsckReport;
using transfer::Problem;

// First, and before anything opens the database to write.
Result<std::vector<Problem>> check_database(const std::filesystem::path& data) {
    const auto findings = store::sqlite::check_database(data / "catalog.db");
    if (!findings) return std::unexpected(findings.error());
    std::vector<Problem> problems;
    for (const auto& finding : *findings)
        problems.push_back({fmt::format("The catalog is damaged: {}.", finding), "", {}});
    return problems;
}

Result<FsckReport> check_stores(DataAccess& data, const Interrupt& interrupt) {
    const auto hold = data.desk().hold_sweep();
    if (!hold) return std::unexpected(hold.error());
    ProgressLine progress("checking", "photos");
    return transfer::check_photos({data.directory(), data.catalog(), data.blobs()},
                                  progress.callback(), interrupt.token());
}

// How many are left.
std::size_t tell_and_mend(const std::vector<Problem>& problems, DataAccess& data, bool repair,
                          const Interrupt& interrupt) {
    std::size_t left = 0;
    for (const auto& problem : problems) {
        fmt::print("{}\n", printable(problem.text));
        if (!problem.mend || !repair || interrupt.happened()) {
            ++left;
            if (problem.mend && !repair) fmt::print("  --repair {}\n", problem.remedy);
            continue;
        }
        const auto mended = problem.mend(data.desk());
        left += mended ? 0 : 1;
        fmt::print("  {}\n", mended ? *mended : "not repaired: " + mended.error().detail);
    }
    return left;
}

std::string removals_of(const FsckReport& report) {
    if (report.removals() >= report.photos)
        return fmt::format("every photo ({})", with_commas(report.photos));
    return fmt::format("{} of {}", with_commas(report.removals()),
                       count_of(report.photos, "photo"));
}

// Why nothing was repaired, though it was asked for.
void ask_for_force(const FsckReport& report) {
    fmt::print(
        "nothing was repaired: it would remove {}. Are all file systems mounted, and is catalog.db "
        "the right one? Where the photos are lost for good, run it again with --repair --force\n",
        removals_of(report));
}

int conclude(const FsckReport& report, std::size_t left, bool repair) {
    fmt::print("{}checked {} in {} ({})\n", report.problems.empty() ? "" : "\n",
               count_of(report.photos, "photo"), count_of(report.renditions, "size"),
               in_bytes(report.bytes));
    if (report.stopped) {
        fmt::print("stopped before the end\n");
        return kInterrupted;
    }
    const auto found = report.problems.size();
    if (found == 0)
        fmt::print("all is well\n");
    else if (repair)
        fmt::print("{} found, {} repaired\n", count_of(found, "problem"),
                   with_commas(found - left));
    else
        fmt::print("{} found\n", count_of(found, "problem"));
    return left == 0 ? kDone : kFailed;
}

}  // namespace

int fsck_command(const FsckArguments& arguments) {
    const Interrupt interrupt;
    const auto config = command_config(arguments.config);
    if (!config) return complain(config.error());
    if (auto readable = DataAccess::check_is_data(arguments.data); !readable)
        return complain(readable.error());
    auto problems = check_database(arguments.data);
    if (!problems) return complain(problems.error());
    if (!problems->empty()) {
        for (const auto& problem : *problems) fmt::print("{}\n", printable(problem.text));
        return complain({Fault::internal,
                         "the catalog is damaged, which cannot be repaired: restore a backup with "
                         "'cameo restore', or copy the folder and ask for help"});
    }
    // Before the stores are opened, which clears some of it away by itself.
    auto files = transfer::check_folder(arguments.data);
    const auto data = DataAccess::open(arguments.data, *config);
    if (!data) return complain(data.error());
    auto report = check_stores(**data, interrupt);
    if (!report) return complain(report.error());
    report->problems.insert(report->problems.begin(), std::make_move_iterator(files.begin()),
                            std::make_move_iterator(files.end()));
    const bool refused = arguments.repair && !arguments.force && report->needs_force();
    const bool repair = arguments.repair && !refused;
    const auto left = tell_and_mend(report->problems, **data, repair, interrupt);
    const int code = conclude(*report, left, repair);
    if (refused && !report->stopped) ask_for_force(*report);
    return code;
}

}  // namespace cameo::app
