#include "transfer/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/data_access.h"
#include "commands/terminal.h"
#include "image/limits.h"
#include "server/program.h"
#include "server/signals.h"
#include "server/tenants.h"
#include "transfer/csv.h"
#include "transfer/picture_source.h"

namespace cameo::commands {
namespace {

namespace fs = std::filesystem;
using transfer::ImportLine;
using transfer::ImportOutcome;
using transfer::ImportReport;
using transfer::Pattern;

std::string format_line(const ImportLine& line) {
    auto text = line.picture;
    if (!line.person.empty()) text += fmt::format(" ({})", line.person);
    if (!line.detail.empty()) text += ": " + line.detail;
    return text;
}

std::string list_outcome(const ImportReport& report, ImportOutcome outcome,
                         const std::string& heading, const std::string& where_all_are) {
    std::vector<std::string> lines;
    for (const auto& line : report.lines)
        if (line.outcome == outcome) lines.push_back(format_line(line));
    return format_list(heading, lines, where_all_are);
}

std::string format_counts(const ImportReport& report, bool dry_run) {
    std::string text;
    const auto add = [&](std::string_view name, std::size_t count, bool always = false) {
        if (count > 0 || always)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", format_number(count), name);
    };
    add(dry_run ? "would be added" : "added", report.count(ImportOutcome::added), true);
    add(dry_run ? "would be replaced" : "replaced", report.count(ImportOutcome::replaced), true);
    add("unchanged", report.count(ImportOutcome::unchanged), true);
    add("unmatched", report.count(ImportOutcome::unmatched), true);
    add("ambiguous", report.count(ImportOutcome::ambiguous));
    add("refused", report.count(ImportOutcome::refused), true);
    add("failed", report.count(ImportOutcome::failed));
    add("not processed", report.count(ImportOutcome::left));
    add("ignored (names not of pictures)", report.ignored);
    return text;
}

std::string format_report(const ImportReport& report, const ImportArguments& arguments) {
    const std::string all = arguments.report.empty() ? "; --report FILE.csv has them all" : "";
    auto text = format_counts(report, arguments.dry_run) + "\n";
    text += list_outcome(report, ImportOutcome::failed, "failed, not because of the picture", all);
    text += list_outcome(report, ImportOutcome::refused, "refused", all);
    text += list_outcome(report, ImportOutcome::ambiguous, "ambiguous, not imported", all);
    text += list_outcome(report, ImportOutcome::unmatched,
                         "unmatched: the name belongs to no owner", all);
    text += format_list(fmt::format("{} without a photo{}", plural_of(arguments.of),
                                    arguments.dry_run ? " after that" : ""),
                        report.without_photo, all);
    return text;
}

Result<void> write_report(const ImportReport& report, const std::filesystem::path& file) {
    std::string text = "outcome,picture,person,detail\r\n";
    const auto add = [&](std::string_view outcome, const std::string& picture,
                         const std::string& person, const std::string& detail) {
        text += fmt::format("{},{},{},{}\r\n", outcome, transfer::csv_field(picture),
                            transfer::csv_field(person), transfer::csv_field(detail));
    };
    for (const auto& line : report.lines)
        add(to_string(line.outcome), line.picture, line.person, line.detail);
    for (const auto& person : report.without_photo) add("without photo", "", person, "");
    return write_file_durably(file, as_bytes(text), 0600);
}

struct OpenedSource {
    std::unique_ptr<transfer::PictureSource> pictures;
    Pattern pattern;
};

Result<OpenedSource> open_source(const ImportArguments& arguments,
                                 const photo::UploadLimits& limits) {
    auto pattern = arguments.match.empty() ? Pattern::default_for(arguments.of)
                                           : Pattern::parse(arguments.match, arguments.of);
    if (!pattern) return std::unexpected(std::move(pattern.error()));
    std::error_code error;
    const auto status = fs::status(arguments.source, error);
    if (status.type() == fs::file_type::none)
        return fail(Fault::internal,
                    fmt::format("cannot read {}: {}", arguments.source.native(), error.message()));
    if (fs::is_directory(status)) {
        auto folder = transfer::open_folder_source(arguments.source, limits.bytes);
        if (!folder) return std::unexpected(std::move(folder.error()));
        return OpenedSource{std::move(*folder), std::move(*pattern)};
    }
    if (!fs::is_regular_file(status) ||
        !equals_ignoring_case(arguments.source.extension().native(), ".csv"))
        return fail(Fault::malformed, fmt::format("{} is neither a folder nor a CSV file (.csv)",
                                                  arguments.source.native()));
    auto csv = transfer::open_csv_source(arguments.source, arguments.of, pattern->text(), limits);
    if (!csv) return std::unexpected(std::move(csv.error()));
    return OpenedSource{std::move(csv->source), std::move(csv->pattern)};
}

void print_other_matches(const OpenedSource& source, DataAccess& data, const std::string& tenant,
                         OwnerKind kind) {
    const auto hints = transfer::other_matches(*source.pictures, data.directory(), tenant, kind);
    if (!hints) return;
    fmt::print("\nNo picture has the {} of any of the {}.", source.pattern.text(), plural_of(kind));
    if (hints->empty())
        fmt::print(
            " No other property matches either: check that they are in the directory, and check "
            "--tenant.");
    fmt::print("\n");
    for (const auto& other : *hints)
        fmt::print("  --match '{}' would match {}\n", other.match,
                   format_count(other.pictures, "picture"));
}

Result<ImportReport> import_all(const OpenedSource& source, DataAccess& data,
                                const ImportArguments& arguments, const config::Config& config,
                                const std::string& tenant, const server::Interrupt& interrupt) {
    const transfer::ImportPorts ports{
        data.directory(), data.catalog(), data.blobs(), data.photo_service(),
        [&](ByteView upload, const photo::RenderOptions& options) -> Result<void> {
            if (auto checked = image::check_upload(upload, options, data.photo_service().limits());
                !checked)
                return std::unexpected(checked.error());
            return {};
        }};
    // More than the image workers, so that these work while others wait for the disk;
    // fewer than the connections that a server accepts.
    constexpr std::size_t kMaxUploads = 16;
    const transfer::ImportOptions options{
        .tenant = tenant,
        .kind = arguments.of,
        .pattern = source.pattern,
        .dry_run = arguments.dry_run,
        .parallel = std::min(2 * config.image.workers, kMaxUploads)};
    ProgressLine progress(arguments.dry_run ? "looking at" : "importing", "pictures");
    return transfer::import_photos(*source.pictures, ports, options, progress.callback(),
                                   interrupt.token());
}

int exit_code_of(const ImportReport& report, const server::Interrupt& interrupt) {
    if (interrupt.happened()) return server::kInterrupted;
    const bool all_well = !report.gave_up && report.count(ImportOutcome::failed) == 0 &&
                          report.count(ImportOutcome::refused) == 0 &&
                          report.count(ImportOutcome::ambiguous) == 0;
    return all_well ? server::kDone : server::kFailed;
}

}  // namespace

int import_command(const ImportArguments& arguments) {
    const server::Interrupt interrupt;
    const auto config = command_config(arguments.config, arguments.no_sandbox);
    if (!config) return print_error(config.error());
    const auto data = DataAccess::open(arguments.data, *config);
    if (!data) return print_error(data.error());
    const auto tenant = server::find_tenant((*data)->tenants(), arguments.tenant);
    if (!tenant) return print_error(tenant.error());
    if (tenant->kind == directory::TenantKind::b2c)  // docs/access.md
        return print_error(
            {Fault::denied, fmt::format("the tenant '{}' is of kind b2c, whose people "
                                        "have no photos",
                                        tenant->name)});
    const auto source = open_source(arguments, (*data)->photo_service().limits());
    if (!source) return print_error(source.error());

    fmt::print("{} {} from {}, named after {} by {}{}\n",
               arguments.dry_run ? "looking at" : "importing",
               format_count(source->pictures->items().size(), "picture"), arguments.source.native(),
               plural_of(arguments.of), source->pattern.text(),
               (*data)->is_served() ? ", through the running server" : "");
    (void)std::fflush(stdout);
    const auto report = import_all(*source, **data, arguments, *config, tenant->id, interrupt);
    if (!report) return print_error(report.error());
    fmt::print("{}", format_report(*report, arguments));
    const auto& items = source->pictures->items();
    if (!items.empty() && report->count(ImportOutcome::unmatched) == items.size())
        print_other_matches(*source, **data, tenant->id, arguments.of);
    if (arguments.dry_run) fmt::print("\nNothing was changed.\n");
    if (!arguments.report.empty())
        if (auto written = write_report(*report, arguments.report); !written)
            return print_error(written.error());
    if (report->gave_up)
        return print_error({Fault::internal, fmt::format("stopped early: {}", *report->gave_up)});
    if (interrupt.happened()) fmt::print("\nstopped; run the same command again to continue\n");
    return exit_code_of(*report, interrupt);
}

}  // namespace cameo::commands
