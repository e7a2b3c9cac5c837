#include "graph/call.h"

#include <fmt/format.h>

namespace cameo::graph {

std::string Call::origin() const {
    if (!settings.public_url.empty()) return settings.public_url;
    const auto host =
        request.forwarded_host.empty() ? request.find("host") : request.forwarded_host;
    return fmt::format("{}://{}", request.secure ? "https" : "http", host);
}

std::string Call::base_url() const { return fmt::format("{}/{}", origin(), target.version()); }

Result<void> Call::on_the_work_lane() const {
    if (lookups.lane() == Lane::quick) return fail(Fault::not_in_memory, "");
    return {};
}

}  // namespace cameo::graph
