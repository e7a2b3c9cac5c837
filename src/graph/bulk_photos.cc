#include "graph/bulk_photos.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "graph/bulk_request.h"
#include "graph/request_body.h"
#include "graph/service.h"
#include "graph/target.h"

namespace cameo::graph {
namespace {

// One piece fills a socket's buffer, and a slow reader holds no more than this in memory.
constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

// Makes the parts while they are sent. Keeps what it needs of the request, whose buffer the session
// may use again.
class Parts final : public http::BodySource {
  public:
    Parts(std::vector<BulkItem> items, const http::Request& outer, Service& service,
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
        request.arrived = std::chrono::steady_clock::now();  // a slow reader's last photo is late
        request.fields = {{"Authorization", authorization_}, {"Host", host_}};
        if (!item.if_none_match.empty())
            request.fields.push_back({"If-None-Match", item.if_none_match});
        const auto reply = service_.answer_item(request);
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
    http::Request outer_;  // what the requests for the parts have in common
    std::size_t at_ = 0;
    bool ended_ = false;
};

}  // namespace

bool is_bulk(std::string_view target) {
    return target.substr(0, target.find('?')) == "/cameo/v1/photos";
}

Result<http::Reply> post_bulk(const http::Request& request, Service& service,
                              const Settings& settings) {
    const auto text = read_body(request, settings.json_bytes);
    if (!text) return std::unexpected(text.error());
    auto items = parse_bulk(*text);
    if (!items) return std::unexpected(std::move(items.error()));
    auto boundary = "cameo-" + random_hex128_lower();
    auto fields = fmt::format(
        "Cache-Control: no-store\r\nContent-Type: multipart/mixed; boundary={}\r\n", boundary);
    return http::Reply{.status = 200,
                       .fields = std::move(fields),
                       .source = std::make_shared<Parts>(*std::move(items), request, service,
                                                         std::move(boundary))};
}

}  // namespace cameo::graph
