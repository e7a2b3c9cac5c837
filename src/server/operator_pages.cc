#include "server/operator_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "graph/conditional.h"
#include "ops/log.h"

namespace cameo::server {
namespace {

constexpr std::string_view kText =
    "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n";
constexpr std::string_view kOnlyReads =
    "Allow: GET, HEAD\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n";
constexpr std::string_view kMetricsText =
    "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\nCache-Control: no-store\r\n";

http::Reply text_reply(int status, std::string body, std::string_view fields = kText) {
    return {.status = status, .fields = http::SharedText(fields, nullptr), .body = std::move(body)};
}

http::Reply only_reads() {
    return text_reply(405, "Only GET and HEAD are allowed here.\n", kOnlyReads);
}

enum class Page { none, alive, ready, metrics };

std::string_view path_of(const http::Request& request) {
    return request.target.substr(0, request.target.find('?'));
}

Page page_of(std::string_view path) {
    if (path == "/healthz") return Page::alive;
    if (path == "/readyz") return Page::ready;
    if (path == "/metrics") return Page::metrics;
    return Page::none;
}

bool reads(const http::Request& request) {
    return request.method == http::Method::get || request.method == http::Method::head;
}

}  // namespace

OperatorPages::OperatorPages(const graph::Service& service, const Clock& clock,
                             const config::Config& config, const ServerLogs& logs,
                             std::function<Readiness()> readiness,
                             std::function<std::size_t()> waiting_for_worker)
    : cors_(config.cors_origins),
      clock_(clock),
      readiness_(std::move(readiness)),
      watches_for_proxy_(config.http.trusted_proxies.empty()),
      access_log_(logs.access ? std::make_unique<ops::AccessLog>(logs.access) : nullptr),
      metrics_pool_("metrics", 1, 16) {
    const auto waiting = [](const WorkPool& pool) {
        return [&pool] { return static_cast<double>(pool.waiting()); };
    };
    metrics_.add_gauge("cameo_store_queue", "Requests that wait for the stores.",
                       waiting(service.pools().store));
    metrics_.add_gauge("cameo_list_queue", "Lists that wait to be read.",
                       waiting(service.pools().lists));
    metrics_.add_gauge("cameo_upload_queue", "Uploads that wait to be decoded.",
                       [&pool = service.pools().uploads, waits = std::move(waiting_for_worker)] {
                           return static_cast<double>(pool.waiting() + waits());
                       });
    metrics_.add_counter("cameo_late_requests_total",
                         "Requests that waited for a thread until their time was over.",
                         [&service] { return service.late_requests(); });
    metrics_.add_counter("cameo_log_lines_dropped_total",
                         "Lines of the access log and the audit log that were dropped.",
                         [&logs] { return logs.counts().dropped_lines; });
    metrics_.add_counter("cameo_log_write_failures_total",
                         "Failed attempts to write the access log or the audit log.",
                         [&logs] { return logs.counts().write_failures; });
}

std::optional<http::StartResult> OperatorPages::start(const http::Request& request) {
    const auto path = path_of(request);
    const auto* const document = std::ranges::find(kOpenApiDocuments, path, &OpenApiDocument::path);
    if (document != kOpenApiDocuments.end()) return document_reply(request, *document);
    const auto page = page_of(path);
    if (page == Page::none) return std::nullopt;
    if (!reads(request)) return only_reads();
    if (page == Page::alive) return text_reply(200, "ok\n");
    if (page == Page::ready) return ready_reply();
    return http::Continuation{
        metrics_pool_, {}, [this] { return text_reply(200, metrics_.text(), kMetricsText); }};
}

http::Reply OperatorPages::ready_reply() {
    if (stopping_) return text_reply(503, "shutting down\n");
    const auto now = readiness_();
    return now.ready ? text_reply(200, "ready\n" + now.remarks) : text_reply(503, now.remarks);
}

// Tools that show it are pages of other origins.
http::Reply OperatorPages::document_reply(const http::Request& request,
                                          const OpenApiDocument& document) {
    if (auto answer = cors_.preflight(request)) return *std::move(answer);
    auto reply = reads(request) ? openapi_reply(request, document) : only_reads();
    cors_.apply(request, reply);
    return reply;
}

void OperatorPages::report_untrusted_proxy(const http::FinishedRequest& request) {
    if (!watches_for_proxy_.exchange(false)) return;
    ops::log_error(fmt::format(
        "a request from {} has the header fields of a proxy, and [http] trusted_proxies is empty, "
        "so they are ignored. If that is your proxy, add its address to [http] trusted_proxies: "
        "until then logs and limits have the address of the proxy, and links have the scheme of "
        "its requests, perhaps http, unless public_url is set (docs/configuration.md)",
        request.remote));
}

void OperatorPages::finished(const http::FinishedRequest& request) {
    if (request.forwarded && watches_for_proxy_) report_untrusted_proxy(request);
    metrics_.count_request(request.status, request.fast, request.body_bytes, request.duration);
    if (!access_log_) return;
    access_log_->write({.time = clock_.now(),
                        .method = request.method,
                        .target = request.target,
                        .status = request.status,
                        .body_bytes = request.body_bytes,
                        .duration = request.duration,
                        .fast = request.fast,
                        .request_id = request.request_id,
                        .remote = request.remote});
}

http::Reply openapi_reply(const http::Request& request, const OpenApiDocument& document) {
    const auto validator =
        fmt::format("ETag: \"{}\"\r\nCache-Control: no-cache\r\n", document.etag);
    if (graph::none_match_names(request, document.etag))
        return {.status = 304, .fields = validator};
    return {.status = 200,
            // RFC 9512 for the YAML
            .fields = fmt::format("Content-Type: {}\r\n{}", document.content_type, validator),
            .body = http::SharedText(document.text, nullptr)};
}

}  // namespace cameo::server
