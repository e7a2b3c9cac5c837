#include "app/import_report.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "app/listing.h"
#include "app/progress_line.h"
#include "base/whole_file.h"
#include "transfer/csv_reader.h"

namespace cameo::app {
namespace {

using transfer::ImportLine;
using transfer::ImportOutcome;
using transfer::ImportReport;

std::string described(const ImportLine& line) {
    auto text = line.picture;
    if (!line.person.empty()) text += fmt::format(" ({})", line.person);
    if (!line.detail.empty()) text += ": " + line.detail;
    return text;
}

std::string list_of(const ImportReport& report, ImportOutcome outcome, const std::string& heading,
                    const std::string& where_all_are) {
    std::vector<std::string> lines;
    for (const auto& line : report.lines)
        if (line.outcome == outcome) lines.push_back(described(line));
    return listing(heading, lines, where_all_are);
}

std::string counts(const ImportReport& report, bool dry_run) {
    std::string text;
    const auto add = [&](std::string_view name, std::size_t count, bool always = false) {
        if (count > 0 || always)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", with_commas(count), name);
    };
    add(dry_run ? "would be added" : "added", report.count(ImportOutcome::added), true);
    add(dry_run ? "would be replaced" : "replaced", report.count(ImportOutcome::replaced), true);
    add("unchanged", report.count(ImportOutcome::unchanged), true);
    add("unmatched", report.count(ImportOutcome::unmatched), true);
    add("ambiguous", report.count(ImportOutcome::ambiguous));
    add("refused", report.count(ImportOutcome::refused), true);
    add("failed", report.count(ImportOutcome::failed));
    add("not come to", report.count(ImportOutcome::left));
    add("ignored (no pictures by their names)", report.ignored);
    return text;
}

}  // namespace

std::string import_text(const ImportReport& report, const ImportArguments& arguments) {
    const std::string all = arguments.report.empty() ? "; --report FILE.csv has them all" : "";
    auto text = counts(report, arguments.dry_run) + "\n";
    text += list_of(report, ImportOutcome::failed, "failed, by no fault of the picture", all);
    text += list_of(report, ImportOutcome::refused, "refused", all);
    text += list_of(report, ImportOutcome::ambiguous, "ambiguous, so left alone", all);
    text += list_of(report, ImportOutcome::unmatched, "unmatched: nobody has that name", all);
    text += listing(fmt::format("{} without a photo{}", plural_of(arguments.of),
                                arguments.dry_run ? " after that" : ""),
                    report.without_photo, all);
    return text;
}

Result<void> write_import_report(const ImportReport& report, const std::filesystem::path& file) {
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

}  // namespace cameo::app
