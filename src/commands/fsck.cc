#include "transfer/fsck.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <vector>

#include "commands/commands.h"
#include "commands/data_access.h"
#include "commands/terminal.h"
#include "server/program.h"
#include "server/signals.h"
#include "store/sqlite/sqlite_backup.h"

namespace cameo::commands {
namespace {

using transfer::FsckReport;
using transfer::Problem;

// Runs before the database is opened for writing.
Result<std::vector<Problem>> check_database(const std::filesystem::path& data) {
    const auto findings = store::sqlite::check_database(data / "catalog.db");
    if (!findings) return std::unexpected(findings.error());
    std::vector<Problem> problems;
    for (const auto& finding : *findings)
        problems.push_back({fmt::format("The catalog is damaged: {}.", finding), "", {}});
    return problems;
}

Result<FsckReport> check_stores(DataAccess& data, const server::Interrupt& interrupt) {
    const auto lease = transfer::GcLease::take(data.photo_service());
    if (!lease) return std::unexpected(lease.error());
    ProgressLine progress("checking", "photos");
    auto report = transfer::check_photos({data.directory(), data.catalog(), data.blobs()},
                                         progress.callback(), interrupt.token());
    if (!report || report->stopped) return report;
    auto nicknames = transfer::check_nicknames(data.directory());
    if (!nicknames) return std::unexpected(std::move(nicknames.error()));
    std::ranges::move(*nicknames, std::back_inserter(report->problems));
    return report;
}

// Prints the problems and repairs them if `repair` is set. Returns the number that remains.
std::size_t print_and_repair(const std::vector<Problem>& problems, DataAccess& data, bool repair,
                             const server::Interrupt& interrupt) {
    std::size_t left = 0;
    for (const auto& problem : problems) {
        fmt::print("{}\n", printable(problem.text));
        if (!problem.repair || !repair || interrupt.happened()) {
            ++left;
            if (problem.repair && !repair) fmt::print("  --repair {}\n", problem.remedy);
            continue;
        }
        const auto repaired = problem.repair(data.photo_service());
        left += repaired ? 0 : 1;
        fmt::print("  {}\n", repaired ? *repaired : "not repaired: " + repaired.error().detail);
    }
    return left;
}

std::string removals_of(const FsckReport& report) {
    if (report.removals() >= report.all())
        return fmt::format("every photo ({})", format_number(report.all()));
    return fmt::format("{} of {}", format_number(report.removals()),
                       format_count(report.all(), "photo"));
}

// Prints why --repair repaired nothing.
void print_force_hint(const FsckReport& report) {
    fmt::print(
        "nothing was repaired: the repair would remove {}. Check that all file systems are mounted "
        "and that "
        "catalog.db is the right one. If the photos are lost for good, run it again with --repair "
        "--force\n",
        removals_of(report));
}

int print_result(const FsckReport& report, std::size_t left, bool repair) {
    fmt::print("{}checked {} in {} ({})\n", report.problems.empty() ? "" : "\n",
               format_photos(report.photos, report.former_photos),
               format_count(report.renditions, "size"), format_bytes(report.bytes));
    if (report.stopped) {
        fmt::print("stopped before the end\n");
        return server::kInterrupted;
    }
    const auto found = report.problems.size();
    if (found == 0)
        fmt::print("no problems found\n");
    else if (repair)
        fmt::print("{} found, {} repaired\n", format_count(found, "problem"),
                   format_number(found - left));
    else
        fmt::print("{} found\n", format_count(found, "problem"));
    return left == 0 ? server::kDone : server::kFailed;
}

}  // namespace

int fsck_command(const FsckArguments& arguments) {
    const server::Interrupt interrupt;
    const auto config = command_config(arguments.config);
    if (!config) return print_error(config.error());
    if (auto readable = DataAccess::check_is_data(arguments.data); !readable)
        return print_error(readable.error());
    auto problems = check_database(arguments.data);
    if (!problems) return print_error(problems.error());
    if (!problems->empty()) {
        for (const auto& problem : *problems) fmt::print("{}\n", printable(problem.text));
        return print_error(
            {Fault::internal,
             "the catalog is damaged, which cannot be repaired: restore a backup with "
             "'cameo restore', or copy the folder and ask for help"});
    }
    // Before the stores are opened, since that removes some of these files.
    auto files = transfer::check_folder(arguments.data);
    const auto data = DataAccess::open(arguments.data, *config);
    if (!data) return print_error(data.error());
    auto report = check_stores(**data, interrupt);
    if (!report) return print_error(report.error());
    report->problems.insert(report->problems.begin(), std::make_move_iterator(files.begin()),
                            std::make_move_iterator(files.end()));
    const bool refused = arguments.repair && !arguments.force && report->needs_force();
    const bool repair = arguments.repair && !refused;
    const auto left = print_and_repair(report->problems, **data, repair, interrupt);
    const int code = print_result(*report, left, repair);
    if (refused && !report->stopped) print_force_hint(*report);
    return code;
}

}  // namespace cameo::commands
