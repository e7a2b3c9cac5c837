#include "app/import_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/data_access.h"
#include "app/exit_code.h"
#include "app/import_report.h"
#include "app/interrupt.h"
#include "app/progress_line.h"
#include "base/text.h"
#include "image/limits.h"
#include "transfer/csv_source.h"
#include "transfer/folder_source.h"

namespace cameo::app {
namespace {

namespace fs = std::filesystem;
using transfer::ImportOutcome;
using transfer::ImportReport;
using transfer::Pattern;

struct Sourced {
    std::unique_ptr<transfer::Source> pictures;
    Pattern pattern;
};

Result<Sourced> open_source(const ImportArguments& arguments, std::size_t upload_bytes) {
    auto pattern = arguments.match.empty() ? Pattern::usual(arguments.of)
                                           : Pattern::parse(arguments.match, arguments.of);
    if (!pattern) return std::unexpected(std::move(pattern.error()));
    std::error_code error;
    const auto status = fs::status(arguments.source, error);
    if (status.type() == fs::file_type::none)
        return fail(Fault::internal, fmt::format("cannot look at {}: {}", arguments.source.native(),
                                                 error.message()));
    if (fs::is_directory(status)) {
        auto folder = transfer::open_folder_source(arguments.source, upload_bytes);
        if (!folder) return std::unexpected(std::move(folder.error()));
        return Sourced{std::move(*folder), std::move(*pattern)};
    }
    if (!fs::is_regular_file(status) ||
        !equals_ignoring_case(arguments.source.extension().native(), ".csv"))
        return fail(Fault::malformed, fmt::format("{} is neither a folder nor a CSV file (.csv)",
                                                  arguments.source.native()));
    auto csv =
        transfer::open_csv_source(arguments.source, arguments.of, pattern->text(), upload_bytes);
    if (!csv) return std::unexpected(std::move(csv.error()));
    return Sourced{std::move(csv->source), std::move(csv->pattern)};
}

void hint(const Sourced& source, DataAccess& data, const std::string& tenant, OwnerKind kind) {
    const auto hints = transfer::other_matches(*source.pictures, data.directory(), tenant, kind);
    if (!hints) return;
    fmt::print("\nNo picture has the {} of any of the {}.", source.pattern.text(), plural_of(kind));
    if (hints->empty())
        fmt::print(
            " Nor does another property match: are they in the directory, and is this the "
            "right --tenant?");
    fmt::print("\n");
    for (const auto& other : *hints)
        fmt::print("  --match '{}' would match {}\n", other.match,
                   count_of(other.pictures, "picture"));
}

Result<ImportReport> run(const Sourced& source, DataAccess& data, const ImportArguments& arguments,
                         const Config& config, const std::string& tenant,
                         const Interrupt& interrupt) {
    const transfer::ImportPorts ports{
        data.directory(), data.catalog(), data.blobs(), data.desk(),
        [&](ByteView upload, PhotoStorage storage) -> Result<void> {
            if (auto checked = image::check_upload(upload, storage, data.desk().limits()); !checked)
                return std::unexpected(checked.error());
            return {};
        }};
    // More than there are picture workers, so that these are busy while others wait for the disk;
    // fewer than a server takes connections.
    constexpr std::size_t kMostUploads = 16;
    const transfer::ImportOptions options{
        .tenant = tenant,
        .kind = arguments.of,
        .pattern = source.pattern,
        .dry_run = arguments.dry_run,
        .parallel = std::min(2 * config.image.workers, kMostUploads)};
    ProgressLine progress(arguments.dry_run ? "looking at" : "importing", "pictures");
    return transfer::import_photos(*source.pictures, ports, options, progress.callback(),
                                   interrupt.token());
}

int exit_code_of(const ImportReport& report, const Interrupt& interrupt) {
    if (interrupt.happened()) return kInterrupted;
    const bool all_well = !report.gave_up && report.count(ImportOutcome::failed) == 0 &&
                          report.count(ImportOutcome::refused) == 0 &&
                          report.count(ImportOutcome::ambiguous) == 0;
    return all_well ? kDone : kFailed;
}

}  // namespace

int import_command(const ImportArguments& arguments) {
    const Interrupt interrupt;
    const auto config = command_config(arguments.config, arguments.no_sandbox);
    if (!config) return complain(config.error());
    const auto data = DataAccess::open(arguments.data, *config);
    if (!data) return complain(data.error());
    const auto tenant = find_tenant((*data)->tenants(), arguments.tenant);
    if (!tenant) return complain(tenant.error());
    if (tenant->kind == directory::TenantKind::b2c)  // contract section 4
        return complain({Fault::denied, fmt::format("the tenant '{}' is of kind b2c, whose people "
                                                    "have no photos",
                                                    tenant->name)});
    const auto source = open_source(arguments, (*data)->desk().limits().bytes);
    if (!source) return complain(source.error());

    fmt::print("{} {} from {}, named after {} by {}{}\n",
               arguments.dry_run ? "looking at" : "importing",
               count_of(source->pictures->items().size(), "picture"), arguments.source.native(),
               plural_of(arguments.of), source->pattern.text(),
               (*data)->is_served() ? ", through the running server" : "");
    (void)std::fflush(stdout);
    const auto report = run(*source, **data, arguments, *config, tenant->id, interrupt);
    if (!report) return complain(report.error());
    fmt::print("{}", import_text(*report, arguments));
    const auto& items = source->pictures->items();
    if (!items.empty() && report->count(ImportOutcome::unmatched) == items.size())
        hint(*source, **data, tenant->id, arguments.of);
    if (arguments.dry_run) fmt::print("\nNothing was changed.\n");
    if (!arguments.report.empty())
        if (auto written = write_import_report(*report, arguments.report); !written)
            return complain(written.error());
    if (report->gave_up)
        return complain({Fault::internal, fmt::format("gave up: {}", *report->gave_up)});
    if (interrupt.happened()) fmt::print("\nstopped; run the same command again to go on\n");
    return exit_code_of(*report, interrupt);
}

}  // namespace cameo::app
