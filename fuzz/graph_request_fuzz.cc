// A target and its headers: no input may crash the parsers, be read past
// its end, or result in text that is not UTF-8 and therefore not JSON.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "base/text.h"
#include "graph/conditional.h"
#include "graph/odata.h"
#include "graph/routes.h"
#include "graph/target.h"

using namespace cameo;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto target = graph::Target::parse(text)) {
        for (const auto segment : target->segments())
            if (is_utf8(text) && !is_utf8(segment)) abort();
        (void)graph::match_route(*target);
        (void)graph::parse_options(target->query(), text, graph::OptionSet::list_with_skip);
        (void)graph::without_options(target->query(), {"$skiptoken"});
    }
    const http::Request request{
        .method = http::Method::get,
        .fields = {
            {"Range", text}, {"If-Range", text}, {"If-Match", text}, {"If-None-Match", text}}};
    const photo::Photo photo{.etag = "BA09D118"};
    const Instant now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
    (void)graph::evaluate_read(request, photo, now);
    (void)graph::write_condition(request, now);
    const auto choice = graph::choose_range(request, 1000, photo, now);
    if (const auto* part = std::get_if<graph::ByteRange>(&choice))
        if (part->length == 0 || part->first + part->length > 1000) abort();
    return 0;
}
