#include "graph/batch_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/encoding.h"
#include "base/text.h"
#include "graph/object_json.h"
#include "graph/target.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using http::Method;

constexpr std::array kMethods{
    std::pair{Method::get, std::string_view("GET")},
    std::pair{Method::put, std::string_view("PUT")},
    std::pair{Method::post, std::string_view("POST")},
    std::pair{Method::patch, std::string_view("PATCH")},
    std::pair{Method::del, std::string_view("DELETE")},
};

constexpr std::size_t kMaxUrlBytes = 8192;

// The outer request or the connection sets these.
constexpr std::array<std::string_view, 7> kOuterHeaders{
    "authorization", "connection",        "content-length",   "expect",
    "host",          "transfer-encoding", "client-request-id"};

std::unexpected<Error> wrong(std::string_view what) {
    return fail(Fault::malformed, fmt::format("The batch {}.", what));
}

Error refused(std::string what) { return {Fault::malformed, std::move(what)}; }

std::string_view text_in(const json::object& item, std::string_view name) {
    const auto* value = item.if_contains(name);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

void read_method(const json::object& object, BatchItem& item) {
    const auto text = text_in(object, "method");
    for (const auto& [method, name] : kMethods) {
        if (!equals_ignoring_case(text, name)) continue;
        item.method = method;
        item.method_text = name;
        return;
    }
    item.refusal =
        refused(fmt::format("The method '{}' of the item is not supported: use GET, "
                            "PUT, POST, PATCH or DELETE.",
                            text));
}

bool is_line(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

bool names_batch(std::string_view target) {
    const auto parsed = Target::parse(target);
    return parsed && !parsed->segments().empty() &&
           equals_ignoring_case(parsed->segments()[0], "$batch");
}

void read_url(const json::object& object, std::string_view version, BatchItem& item) {
    auto url = text_in(object, "url");
    if (url.empty() || !is_line(url)) {
        item.refusal = refused("The item has no url.");
        return;
    }
    if (url.size() > kMaxUrlBytes) {
        item.refusal =
            refused(fmt::format("The url of the item is longer than {} bytes.", kMaxUrlBytes));
        return;
    }
    const auto path = url.substr(0, url.find('?'));
    if (path.find("://") != std::string_view::npos) {
        item.refusal = refused(fmt::format(
            "The url '{}' of the item is not relative; leave out scheme and host.", url));
        return;
    }
    if (url.starts_with('/')) url.remove_prefix(1);
    const auto begin = std::min(url.find_first_not_of('/'), url.size());
    const auto first = url.substr(begin).substr(0, url.substr(begin).find_first_of("/?"));
    const bool versioned =
        equals_ignoring_case(first, "v1.0") || equals_ignoring_case(first, "beta");
    item.target = versioned ? fmt::format("/{}", url) : fmt::format("/{}/{}", version, url);
    if (names_batch(item.target)) item.refusal = refused("A batch cannot contain another batch.");
}

void read_headers(const json::object& object, BatchItem& item) {
    const auto* value = object.if_contains("headers");
    if (value == nullptr || value->is_null()) return;
    if (!value->is_object()) {
        item.refusal = refused("The headers of the item are not an object.");
        return;
    }
    for (const auto& [name, header] : value->get_object()) {
        if (std::ranges::find(kOuterHeaders, to_lower(name)) != kOuterHeaders.end()) continue;
        const auto* text = header.if_string();
        if (text == nullptr || !is_line(*text) || !is_line(name)) {
            item.refusal = refused(fmt::format(
                "The header '{}' of the item is not one line of text.", to_lower(name)));
            return;
        }
        item.headers.emplace_back(name, trim(*text));
    }
}

// A string is a picture in base64; anything else is JSON.
void read_body(const json::object& object, BatchItem& item) {
    const auto* value = object.if_contains("body");
    if (value == nullptr || value->is_null()) return;
    const auto* text = value->if_string();
    if (text == nullptr) {
        item.body = json::serialize(*value);
        return;
    }
    const auto bytes = from_any_base64(*text);
    if (bytes)
        item.body = as_text(*bytes);
    else
        item.refusal = refused("The body of the item is a string that is not base64.");
}

Result<BatchItem> read_item(const json::value& value, std::string_view version) {
    const auto* object = value.if_object();
    if (object == nullptr) return wrong("has an item that is not an object");
    BatchItem item{.id = std::string(text_in(*object, "id"))};
    if (item.id.empty()) return wrong("has an item without an id");
    read_body(*object, item);
    read_headers(*object, item);
    read_url(*object, version, item);
    read_method(*object, item);
    return item;
}

std::optional<std::size_t> index_of(const std::vector<BatchItem>& items, std::string_view id) {
    for (std::size_t i = 0; i < items.size(); ++i)
        if (equals_ignoring_case(items[i].id, id)) return i;
    return std::nullopt;
}

Result<void> read_dependencies(const json::value& value, const std::vector<BatchItem>& items,
                               BatchItem& item) {
    const auto* list = value.get_object().if_contains("dependsOn");
    if (list == nullptr || list->is_null()) return {};
    if (!list->is_array()) return wrong("has a dependsOn that is not a list");
    for (const auto& object : list->get_array()) {
        const auto* id = object.if_string();
        const auto index = index_of(items, id == nullptr ? std::string_view() : *id);
        if (!index)
            return wrong(fmt::format("has an item '{}' that depends on an unknown item", item.id));
        item.depends_on.push_back(*index);
    }
    return {};
}

// Repeatedly removes the items that depend on no remaining item.
bool has_cycle(const std::vector<BatchItem>& items) {
    std::vector<bool> done(items.size());
    for (std::size_t round = 0; round < items.size(); ++round)
        for (std::size_t i = 0; i < items.size(); ++i)
            done[i] = done[i] || std::ranges::all_of(items[i].depends_on, [&](std::size_t other) {
                          return done[other];
                      });
    return std::ranges::find(done, false) != done.end();
}

}  // namespace

Result<std::vector<BatchItem>> parse_batch(std::string_view text, std::string_view version) {
    const auto body = parse_json_object(text);
    if (!body) return std::unexpected(body.error());
    const auto* requests = body->if_contains("requests");
    if (requests == nullptr || !requests->is_array()) return wrong("has no array 'requests'");
    const auto& list = requests->get_array();
    if (list.size() > kMaxBatchItems)
        return wrong(fmt::format("has {} items; the limit is {}", list.size(), kMaxBatchItems));
    std::vector<BatchItem> items;
    for (const auto& value : list) {
        auto item = read_item(value, version);
        if (!item) return std::unexpected(std::move(item.error()));
        if (index_of(items, item->id)) return wrong(fmt::format("has two items '{}'", item->id));
        items.push_back(*std::move(item));
    }
    for (std::size_t i = 0; i < items.size(); ++i)
        if (auto read = read_dependencies(list[i], items, items[i]); !read)
            return std::unexpected(std::move(read.error()));
    if (has_cycle(items)) return wrong("has items that depend on each other in a cycle");
    return items;
}

}  // namespace cameo::graph
