#include "app/export_command.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "app/data_access.h"
#include "app/exit_code.h"
#include "app/interrupt.h"
#include "app/listing.h"
#include "app/progress_line.h"
#include "app/tenants.h"
#include "transfer/export.h"

namespace cameo::app {
namespace {

using transfer::ExportReport;
using transfer::Pattern;

Result<transfer::ExportOptions> options_of(const ExportArguments& arguments,
                                           const std::string& tenant) {
    auto name = arguments.name.empty() ? Pattern::usual(arguments.of)
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
    return listing(heading, texts);
}

void print(const ExportReport& report, const ExportArguments& arguments) {
    fmt::print("{} written to {}, {} unchanged ({}); {} {} without a photo\n",
               count_of(report.written, "photo"), arguments.folder.native(),
               with_commas(report.unchanged), in_bytes(report.bytes),
               with_commas(report.without_photo), plural_of(arguments.of));
    fmt::print("{}{}{}{}", list_of("damaged; 'cameo fsck' says more", report.damaged),
               list_of("not written: several would have the same file name; choose another --name",
                       report.clashing),
               list_of("not written: no name", report.nameless),
               list_of("not written: no photo of size " + arguments.size, report.lacks_size));
}

}  // namespace

int export_command(const ExportArguments& arguments) {
    const Interrupt interrupt;
    const auto data = DataAccess::open_to_read(arguments.data);
    if (!data) return complain(data.error());
    const auto tenant = find_tenant((*data)->tenants(), arguments.tenant);
    if (!tenant) return complain(tenant.error());
    const auto options = options_of(arguments, tenant->id);
    if (!options) return complain(options.error());
    const transfer::ExportPorts ports{(*data)->directory(), (*data)->catalog(), (*data)->blobs()};
    const auto report = [&] {
        ProgressLine progress("exporting", plural_of(arguments.of));
        return transfer::export_photos(ports, *options, progress.callback(), interrupt.token());
    }();
    if (!report) return complain(report.error());
    print(*report, arguments);
    if (report->stopped) {
        fmt::print("\nstopped; run the same command again to go on\n");
        return kInterrupted;
    }
    return report->damaged.empty() && report->clashing.empty() ? kDone : kFailed;
}

}  // namespace cameo::app
