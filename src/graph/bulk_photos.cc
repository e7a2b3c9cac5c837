#include "graph/bulk_photos.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "graph/object_json.h"
#include "graph/request_context.h"
#include "graph/service.h"
#include "graph/target.h"
#include "http/characters.h"
#include "photo/sizes.h"

namespace cameo::graph {
namespace {

// One piece fills the buffer of a socket; a slow reader keeps no more than this in memory.
constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

// Creates the parts while they are sent. Copies what it needs of the request, whose buffer the
// connection reuses.
class MultipartBody final : public http::BodySource {
  public:
    MultipartBody(std::vector<BulkItem> items, const http::Request& outer, Service& service,
                  std::string boundary)
        : items_(std::move(items)),
          service_(service),
          boundary_(std::move(boundary)),
          authorization_(outer.find("authorization")),
          host_(outer.find("host")),
          forwarded_host_(outer.forwarded_host),
          remote_(outer.remote),
          client_id_(outer.client_id),
          outer_{.method = http::Method::get,
                 .method_text = "GET",
                 .remote = remote_,
                 .secure = outer.secure,
                 .forwarded_host = forwarded_host_,
                 .id = outer.id,
                 .client_id = client_id_} {}

    std::optional<std::string> next() override {
        if (ended_) return std::nullopt;
        std::string piece;
        while (at_ < items_.size() && piece.size() < kPieceBytes) append(piece, items_[at_++]);
        if (at_ < items_.size()) return piece;
        ended_ = true;
        return piece + fmt::format("--{}--\r\n", boundary_);
    }

  private:
    void append(std::string& piece, const BulkItem& item) {
        http::Request request = outer_;
        request.target = item.target;
        request.arrived =
            std::chrono::steady_clock::now();  // a slow reader must not run into the deadline
        request.fields = {{"Authorization", authorization_}, {"Host", host_}};
        if (!item.if_none_match.empty())
            request.fields.push_back({"If-None-Match", item.if_none_match});
        const auto reply = service_.run(request);
        const auto body = reply.body.view();
        piece += fmt::format("--{}\r\nContent-ID: {}\r\nStatus: {}\r\nContent-Length: {}\r\n{}\r\n",
                             boundary_, percent_encode(item.id), reply.status, body.size(),
                             reply.fields.view());
        piece.append(body).append("\r\n");
    }

    std::vector<BulkItem> items_;
    Service& service_;
    std::string boundary_;
    std::string authorization_;
    std::string host_;
    std::string forwarded_host_;
    std::string remote_;
    std::string client_id_;
    http::Request outer_;  // the common members of the requests for the parts
    std::size_t at_ = 0;
    bool ended_ = false;
};

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
        return wrong_member("kind", "must be users, groups or teams");
    return kind;
}

// The part of the path after the owner.
Result<std::string> tail_in(const json::object& body, std::string_view kind) {
    const auto size = text_of(body, "size", "");
    if (!size) return size;
    if (size->empty()) return std::string("photo/$value");
    if (!photo::parse_size(*size)) return wrong_member("size", "is not like 96x96");
    if (kind == "teams") return wrong_member("size", "is not supported for teams; leave it out");
    return fmt::format("photos/{}/$value", *size);
}

Result<std::string> etag_of(const json::object& body, std::string_view id) {
    const auto* etags = body.if_contains("ifNoneMatch");
    if (etags == nullptr || etags->is_null()) return std::string();
    if (!etags->is_object()) return wrong_member("ifNoneMatch", "is not an object of ETags by id");
    const auto* etag = etags->get_object().if_contains(id);
    if (etag == nullptr || etag->is_null()) return std::string();
    if (!etag->is_string() || !http::is_visible_ascii(etag->get_string()))
        return wrong_member("ifNoneMatch", "contains a value that is not an ETag");
    return std::string(etag->get_string());
}

}  // namespace

HandlerResult post_bulk(const RequestContext& context) {
    const auto text = read_body(context.request, context.settings.json_bytes);
    if (!text) return std::unexpected(text.error());
    auto items = parse_bulk(text->view());
    if (!items) return std::unexpected(std::move(items.error()));
    auto boundary = "cameo-" + random_hex128_lower();
    auto fields =
        fmt::format("{}Content-Type: multipart/mixed; boundary={}\r\n", kNoStore, boundary);
    return http::Reply{
        .status = 200,
        .fields = std::move(fields),
        .source = std::make_shared<MultipartBody>(*std::move(items), context.request,
                                                  context.service, std::move(boundary))};
}

Result<std::vector<BulkItem>> parse_bulk(std::string_view text) {
    const auto body = parse_json_object(text);
    if (!body) return std::unexpected(body.error());
    const auto* ids = body->if_contains("ids");
    if (ids == nullptr || !ids->is_array()) return wrong_member("ids", "is required and is a list");
    const auto& list = ids->get_array();
    if (list.empty() || list.size() > kMaxBulkIds)
        return wrong_member(
            "ids", fmt::format("has {} items; the limit is 1 to {}", list.size(), kMaxBulkIds));
    const auto kind = kind_in(*body);
    if (!kind) return std::unexpected(kind.error());
    const auto tail = tail_in(*body, *kind);
    if (!tail) return std::unexpected(tail.error());
    std::vector<BulkItem> items;
    for (const auto& value : list) {
        const auto* id = value.if_string();
        if (id == nullptr || id->empty() || id->size() > 1'000)
            return wrong_member("ids", "contains a value that is not an id");
        auto etag = etag_of(*body, *id);
        if (!etag) return std::unexpected(std::move(etag.error()));
        items.push_back({.id = std::string(*id),
                         .target = fmt::format("/v1.0/{}/{}/{}", *kind, percent_encode(*id), *tail),
                         .if_none_match = *std::move(etag)});
    }
    return items;
}

}  // namespace cameo::graph
