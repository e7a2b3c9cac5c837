// The bodies of `$batch` and of the bulk call: accepted items become requests of this server
// only, each of one line, and in an order without cycles.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "graph/batch_request.h"
#include "graph/bulk_photos.h"

using namespace cameo;

namespace {

void require(bool holds) {
    if (!holds) abort();
}

bool is_line(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

// Whether an item depends on itself, directly or through others.
bool comes_back(const std::vector<graph::BatchItem>& items, std::size_t start) {
    std::vector<bool> reached(items.size());
    std::vector<std::size_t> next = items[start].depends_on;
    while (!next.empty()) {
        const auto at = next.back();
        next.pop_back();
        if (at == start) return true;
        if (reached[at]) continue;
        reached[at] = true;
        next.insert(next.end(), items[at].depends_on.begin(), items[at].depends_on.end());
    }
    return false;
}

void check(const graph::BatchItem& item, std::size_t items) {
    require(!item.id.empty());
    for (const auto other : item.depends_on) require(other < items);
    if (item.refusal) return;
    require(item.target.starts_with('/') && !item.target.starts_with("//"));
    require(is_line(item.target));
    for (const auto& [name, value] : item.headers) require(is_line(name) && is_line(value));
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
        require(items->size() <= graph::kMaxBatchItems);
        for (const auto& item : *items) check(item, items->size());
        for (std::size_t i = 0; i < items->size(); ++i) require(!comes_back(*items, i));
    }
    if (const auto items = graph::parse_bulk(text)) {
        require(!items->empty() && items->size() <= graph::kMaxBulkIds);
        for (const auto& item : *items) check(item);
    }
    return 0;
}
