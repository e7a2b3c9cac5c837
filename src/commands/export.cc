#include "transfer/export.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "commands/commands.h"
#include "commands/data_access.h"
#include "commands/terminal.h"
#include "server/program.h"
#include "server/signals.h"
#include "server/tenants.h"
#include "transfer/person_export.h"

namespace cameo::commands {
namespace {

using matching::Pattern;
using transfer::ExportReport;

Result<transfer::ExportOptions> options_of(const ExportArguments& arguments,
                                           const std::string& tenant) {
    auto name = arguments.name.empty() ? Pattern::default_for(arguments.of)
                                       : Pattern::parse(arguments.name, arguments.of);
    if (!name) return std::unexpected(std::move(name.error()));
    const auto size = photo::parse_size(arguments.size);
    if (!size && arguments.size != "largest")
        return fail(Fault::malformed, fmt::format("--size {} is neither WIDTHxHEIGHT, as 648x648, "
                                                  "nor largest",
                                                  arguments.size));
    return transfer::ExportOptions{.tenant = tenant,
                                   .kind = arguments.of,
                                   .folder = arguments.folder,
                                   .name = std::move(*name),
                                   .size = size};
}

std::string list_of(const std::string& heading, const std::vector<ExportReport::Line>& lines) {
    std::vector<std::string> texts;
    for (const auto& line : lines) texts.push_back(fmt::format("{}: {}", line.person, line.detail));
    return format_list(heading, texts);
}

void print(const ExportReport& report, const ExportArguments& arguments) {
    fmt::print("{} written to {}, {} unchanged ({}); {} {} without a photo\n",
               format_count(report.written, "photo"), arguments.folder.native(),
               format_number(report.unchanged), format_bytes(report.bytes),
               format_number(report.without_photo), plural_of(arguments.of));
    fmt::print("{}{}{}{}", list_of("damaged; 'cameo fsck' has the details", report.damaged),
               list_of("not written: several would have the same file name; choose another --name",
                       report.clashing),
               list_of("not written: no name", report.nameless),
               list_of("not written: no photo of size " + arguments.size, report.lacks_size));
}

int export_one_person(const ExportArguments& arguments, const transfer::ExportPorts& ports,
                      const std::string& tenant) {
    const auto person = find_person(ports.directory, tenant, arguments.person);
    if (!person) return print_error(person.error());
    const auto report = transfer::export_person(ports, *person, arguments.folder);
    if (!report) return print_error(report.error());
    fmt::print("{} about {} written to {}\n", format_count(report->files, "file"),
               person->user_principal_name, arguments.folder.native());
    fmt::print("{}", format_list("left out, since the bytes are lost; 'cameo fsck' has the details",
                                 report->damaged));
    return report->damaged.empty() ? server::kDone : server::kFailed;
}

}  // namespace

int export_command(const ExportArguments& arguments) {
    const server::Interrupt interrupt;
    const auto data = DataAccess::open_to_read(arguments.data);
    if (!data) return print_error(data.error());
    const auto tenant = server::find_tenant((*data)->tenants(), arguments.tenant);
    if (!tenant) return print_error(tenant.error());
    const transfer::ExportPorts ports{(*data)->directory(), (*data)->catalog(), (*data)->blobs()};
    if (!arguments.person.empty()) return export_one_person(arguments, ports, tenant->id);
    const auto options = options_of(arguments, tenant->id);
    if (!options) return print_error(options.error());
    const auto report = [&] {
        ProgressLine progress("exporting", plural_of(arguments.of));
        return transfer::export_photos(ports, *options, progress.callback(), interrupt.token());
    }();
    if (!report) return print_error(report.error());
    print(*report, arguments);
    if (report->stopped) {
        fmt::print("\nstopped; run the same command again to continue\n");
        return server::kInterrupted;
    }
    return report->damaged.empty() && report->clashing.empty() ? server::kDone : server::kFailed;
}

}  // namespace cameo::commands
