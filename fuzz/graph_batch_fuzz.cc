// The bodies of `$batch` and of the bulk call: what is taken goes on as requests of this server
// alone, each one line, and in an order that ends.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "graph/batch_request.h"
#include "graph/bulk_request.h"

using namespace cameo;

namespace {

void require(bool holds) {
    if (!holds) abort();
}

bool is_line(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void check(const graph::BatchItem& item, std::size_t items) {
    require(!item.id.empty());
    if (item.refusal) return;
    require(item.target.starts_with('/') && !item.target.starts_with("//"));
    require(is_line(item.target));
    for (const auto& [name, value] : item.headers) require(is_line(name) && is_line(value));
    for (const auto other : item.depends_on) require(other < items);
}

void check(const graph::BulkItem& item) {
    require(!item.id.empty() && is_line(item.target) && is_line(item.if_none_match));
    require(item.target.starts_with("/v1.0/"));
    require(item.target.find(' ') == std::string_view::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto items = graph::parse_batch(text, "beta")) {
        require(items->size() <= graph::kMostBatchItems);
        for (const auto& item : *items) check(item, items->size());
    }
    if (const auto items = graph::parse_bulk(text)) {
        require(!items->empty() && items->size() <= graph::kMostBulkIds);
        for (const auto& item : *items) check(item);
    }
    return 0;
}
