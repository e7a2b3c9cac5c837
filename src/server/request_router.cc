#include "server/request_router.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <variant>

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

enum class Page { none, alive, ready, metrics, document };

Page page_of(const http::Request& request) {
    const auto path = request.target.substr(0, request.target.find('?'));
    if (path == "/healthz") return Page::alive;
    if (path == "/readyz") return Page::ready;
    if (path == "/metrics") return Page::metrics;
    if (path == "/openapi.yaml") return Page::document;
    return Page::none;
}

bool reads(const http::Request& request) {
    return request.method == http::Method::get || request.method == http::Method::head;
}

}  // namespace

RequestRouter::RequestRouter(graph::Service& service, const Clock& clock,
                             const config::Config& config, const ServerLogs& logs,
                             std::function<Readiness()> readiness,
                             std::function<std::size_t()> waiting_for_worker)
    : service_(service),
      cors_(config.cors_origins),
      clock_(clock),
      readiness_(std::move(readiness)),
      request_time_(config.graph.request_time),
      watches_for_proxy_(config.http.trusted_proxies.empty()),
      access_log_(logs.access ? std::make_unique<ops::AccessLog>(logs.access) : nullptr),
      metrics_pool_("metrics", 1, 16) {
    const auto waiting = [](const WorkPool& pool) {
        return [&pool] { return static_cast<double>(pool.waiting()); };
    };
    metrics_.add_gauge("cameo_store_queue", "Requests that wait for the stores.",
                       waiting(service_.pools().store));
    metrics_.add_gauge("cameo_list_queue", "Lists that wait to be read.",
                       waiting(service_.pools().lists));
    metrics_.add_gauge("cameo_upload_queue", "Uploads that wait to be decoded.",
                       [&pool = service_.pools().uploads, waits = std::move(waiting_for_worker)] {
                           return static_cast<double>(pool.waiting() + waits());
                       });
    metrics_.add_counter("cameo_late_requests_total",
                         "Requests that waited for a thread until their time was over.",
                         [this] { return late_.load(); });
    metrics_.add_counter("cameo_log_lines_dropped_total",
                         "Lines of the access log and the audit log that were dropped.",
                         [&logs] { return logs.counts().dropped_lines; });
    metrics_.add_counter("cameo_log_write_failures_total",
                         "Failed attempts to write the access log or the audit log.",
                         [&logs] { return logs.counts().write_failures; });
}

RequestRouter::~RequestRouter() { drain(); }  // the jobs use this and the service

http::StartResult RequestRouter::start(const http::Request& request) {
    if (watches_for_proxy_) report_untrusted_proxy(request);
    const auto page = page_of(request);
    if (page == Page::document) return document_reply(request);
    if (page == Page::none) return start_graph(request);
    if (!reads(request)) return only_reads();
    if (page == Page::alive) return text_reply(200, "ok\n");
    if (page == Page::ready) return ready_reply();
    return http::Continuation{
        metrics_pool_, {}, [this] { return text_reply(200, metrics_.text(), kMetricsText); }};
}

http::StartResult RequestRouter::start_graph(const http::Request& request) {
    if (auto answer = cors_.preflight(request)) return *std::move(answer);
    auto started = service_.start(request);
    if (auto* reply = std::get_if<http::Reply>(&started)) {
        add_cors_fields(*reply, request);
        return started;
    }
    auto& rest = std::get<http::Continuation>(started);
    auto& pool = rest.pool;
    auto caller = rest.caller;
    return http::Continuation{pool, std::move(caller),
                              [this, &request, rest = std::move(rest)]() mutable {
                                  return readable(request, run_in_time(request, rest));
                              }};
}

// A client that has waited so long may have left, and too little time would remain for the work.
http::Reply RequestRouter::run_in_time(const http::Request& request, http::Continuation& rest) {
    if (!has_passed(request.arrived + request_time_)) return rest.run();
    ++late_;
    return service_.error_reply(request, 503, "The server is busy. Try again later.");
}

void RequestRouter::report_untrusted_proxy(const http::Request& request) {
    if (!request.forwarded || !watches_for_proxy_.exchange(false)) return;
    ops::log_error(fmt::format(
        "a request from {} has the header fields of a proxy, and [http] trusted_proxies is empty, "
        "so they are ignored. If that is your proxy: logs and limits have the address of the "
        "proxy, and "
        "links have the scheme of its requests, perhaps http, unless public_url is set "
        "(docs/configuration.md)",
        request.remote));
}

http::Reply RequestRouter::ready_reply() {
    if (stopping_) return text_reply(503, "shutting down\n");
    const auto now = readiness_();
    return now.ready ? text_reply(200, "ready\n" + now.remarks) : text_reply(503, now.remarks);
}

// Public, for any origin: tools that show it are pages of other origins.
http::Reply RequestRouter::document_reply(const http::Request& request) {
    if (auto answer = cors_.preflight(request)) return *std::move(answer);
    if (!reads(request)) return readable(request, only_reads());
    return readable(request, openapi_reply(request));
}

http::Reply RequestRouter::error_reply(const http::ProtocolError& error,
                                       const http::Request& request) {
    if (!error.detail.empty())
        ops::log_error(fmt::format("request {}: {}", request.request_id(), error.detail));
    return readable(request, service_.error_reply(request, error.status, error.reason));
}

// Adds the CORS headers, to error replies as well.
http::Reply RequestRouter::readable(const http::Request& request, http::Reply reply) const {
    add_cors_fields(reply, request);
    return reply;
}

void RequestRouter::add_cors_fields(http::Reply& reply, const http::Request& request) const {
    reply.more_fields = cors_.fields(request);
    reply.vary.origin = cors_.vary();
}

void RequestRouter::finished(const http::FinishedRequest& request) {
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

void RequestRouter::drain() {
    service_.pools().drain();
    metrics_pool_.drain();
}

http::Reply openapi_reply(const http::Request& request) {
    const auto validator = fmt::format("ETag: \"{}\"\r\nCache-Control: no-cache\r\n", kOpenApiEtag);
    if (graph::none_match_names(request, kOpenApiEtag)) return {.status = 304, .fields = validator};
    return {.status = 200,
            .fields = "Content-Type: application/yaml\r\n" + validator,  // RFC 9512
            .body = http::SharedText(kOpenApiDocument, nullptr)};
}

}  // namespace cameo::server
