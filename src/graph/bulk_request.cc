#include "graph/bulk_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "graph/object_json.h"
#include "graph/target.h"
#include "photo/sizes.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> kKinds{"users", "groups", "teams"};

Result<std::string> text_of(const json::object& body, std::string_view name,
                            std::string_view otherwise) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null()) return std::string(otherwise);
    if (!value->is_string()) return wrong_member(name, "is not a string");
    return std::string(value->get_string());
}

Result<std::string> kind_in(const json::object& body) {
    auto kind = text_of(body, "kind", kKinds.front());
    if (kind && std::ranges::find(kKinds, *kind) == kKinds.end())
        return wrong_member("kind", "is none of users, groups and teams");
    return kind;
}

// What stands behind the owner in a path.
Result<std::string> tail_in(const json::object& body, std::string_view kind) {
    const auto size = text_of(body, "size", "");
    if (!size) return size;
    if (size->empty()) return std::string("photo/$value");
    if (!photo::parse_size(*size)) return wrong_member("size", "is not like 96x96");
    if (kind == "teams") return wrong_member("size", "cannot be asked of teams; leave it out");
    return fmt::format("photos/{}/$value", *size);
}

bool is_visible(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

Result<std::string> etag_of(const json::object& body, std::string_view id) {
    const auto* etags = body.if_contains("ifNoneMatch");
    if (etags == nullptr || etags->is_null()) return std::string();
    if (!etags->is_object()) return wrong_member("ifNoneMatch", "is not an object of ETags by id");
    const auto* etag = etags->get_object().if_contains(id);
    if (etag == nullptr || etag->is_null()) return std::string();
    if (!etag->is_string() || !is_visible(etag->get_string()))
        return wrong_member("ifNoneMatch", "holds what is no ETag");
    return std::string(etag->get_string());
}

}  // namespace

Result<std::vector<BulkItem>> parse_bulk(std::string_view text) {
    const auto body = parse_object(text);
    if (!body) return std::unexpected(body.error());
    const auto* ids = body->if_contains("ids");
    if (ids == nullptr || !ids->is_array()) return wrong_member("ids", "is required and is a list");
    const auto& list = ids->get_array();
    if (list.empty() || list.size() > kMostBulkIds)
        return wrong_member(
            "ids", fmt::format("has {} items; from 1 to {} are taken", list.size(), kMostBulkIds));
    const auto kind = kind_in(*body);
    if (!kind) return std::unexpected(kind.error());
    const auto tail = tail_in(*body, *kind);
    if (!tail) return std::unexpected(tail.error());
    std::vector<BulkItem> items;
    for (const auto& value : list) {
        const auto* id = value.if_string();
        if (id == nullptr || id->empty() || id->size() > 1'000)
            return wrong_member("ids", "holds what is no id");
        auto etag = etag_of(*body, *id);
        if (!etag) return std::unexpected(std::move(etag.error()));
        items.push_back({.id = std::string(*id),
                         .target = fmt::format("/v1.0/{}/{}/{}", *kind, percent_encode(*id), *tail),
                         .if_none_match = *std::move(etag)});
    }
    return items;
}

}  // namespace cameo::graph
