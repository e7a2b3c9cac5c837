#include "app/face.h"

#include <string_view>
#include <utility>

#include "app/openapi_page.h"
#include "base/text.h"

namespace cameo::app {
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

// Whether the path ends in that word, be there a $ or %24 before it.
bool ends_with(const http::Request& request, std::string_view word) {
    auto path = request.target.substr(0, request.target.find('?'));
    while (path.ends_with('/')) path.remove_suffix(1);
    return path.size() > word.size() &&
           equals_ignoring_case(path.substr(path.size() - word.size()), word);
}

// A picture to decode, unlike the directory's JSON.
bool is_upload(const http::Request& request) {
    if (request.method != http::Method::put && request.method != http::Method::patch) return false;
    return ends_with(request, "value");
}

// Several requests in one, which may hold uploads too.
bool is_batch(const http::Request& request) {
    return request.method == http::Method::post && ends_with(request, "batch");
}

}  // namespace

Face::Face(graph::Service& service, const Clock& clock, const Config& config,
           const ServerLogs& logs, std::function<Readiness()> readiness)
    : service_(service),
      cors_(config.cors_origins),
      clock_(clock),
      readiness_(std::move(readiness)),
      request_time_(config.graph.request_time),
      access_log_(logs.access ? std::make_unique<ops::AccessLog>(logs.access) : nullptr),
      store_pool_("store", config.store_threads, config.queue_limit, config.caller_queue_limit()),
      batch_pool_("batches", config.store_threads, config.queue_limit, config.caller_queue_limit()),
      issuer_pool_("issuers", 2, config.queue_limit, config.caller_queue_limit()),
      health_pool_("health", 1, 16) {
    const auto waiting = [](const WorkPool& pool) {
        return [&pool] { return static_cast<double>(pool.waiting()); };
    };
    metrics_.add_gauge("cameo_store_queue", "Requests that wait for the stores.",
                       waiting(store_pool_));
    metrics_.add_gauge("cameo_decode_queue", "Uploads that wait to be decoded.",
                       waiting(service_.uploads()));
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

Face::~Face() = default;

std::optional<http::Reply> Face::try_fast(const http::Request& request) {
    const auto page = page_of(request);
    if (page == Page::document) return document_reply(request);
    if (page == Page::none) {
        if (auto answer = cors_.preflight(request)) return answer;
        auto reply = service_.try_fast(request);
        if (reply) reply->more_fields = cors_.fields(request);
        return reply;
    }
    if (!reads(request)) return only_reads();
    if (page == Page::alive) return text_reply(200, "ok\n");
    return std::nullopt;
}

WorkPool& Face::pool(const http::Request& request) {
    if (page_of(request) != Page::none) return health_pool_;
    // Apart, so that nobody with a known token waits behind those whose issuer is slow.
    if (service_.waits_for_issuer(request)) return issuer_pool_;
    if (is_batch(request)) return batch_pool_;
    return is_upload(request) ? service_.uploads() : store_pool_;
}

std::string Face::caller(const http::Request& request) { return service_.caller_of(request); }

http::Reply Face::handle(const http::Request& request) {
    switch (page_of(request)) {
        case Page::ready:
            return ready_reply();
        case Page::metrics:
            return text_reply(200, metrics_.text(), kMetricsText);
        default:
            return answer(request);
    }
}

// A client that has waited so long may have left, and stores and pictures would have no time.
http::Reply Face::answer(const http::Request& request) {
    if (!has_passed(request.arrived + request_time_))
        return readable(request, service_.answer(request));
    ++late_;
    return refuse({503, "The server is busy. Try again later."}, request);
}

http::Reply Face::ready_reply() {
    if (stopping_) return text_reply(503, "shutting down\n");
    const auto now = readiness_();
    return now.ready ? text_reply(200, "ready\n" + now.remarks) : text_reply(503, now.remarks);
}

// No secret, and tools that show it are pages of other origins.
http::Reply Face::document_reply(const http::Request& request) {
    if (auto answer = cors_.preflight(request)) return *std::move(answer);
    if (!reads(request)) return readable(request, only_reads());
    return readable(request, openapi_reply(request));
}

http::Reply Face::refuse(const http::Refusal& refusal, const http::Request& request) {
    return readable(request, service_.refuse(request, refusal.status, refusal.reason));
}

// By a page of another origin that may read it: an error too.
http::Reply Face::readable(const http::Request& request, http::Reply reply) const {
    reply.more_fields = cors_.fields(request);
    return reply;
}

void Face::finished(const http::Exchange& exchange) {
    metrics_.count_request(exchange.status, exchange.fast, exchange.body_bytes, exchange.duration);
    if (!access_log_) return;
    access_log_->write({.time = clock_.now(),
                        .method = exchange.method,
                        .target = exchange.target,
                        .status = exchange.status,
                        .body_bytes = exchange.body_bytes,
                        .duration = exchange.duration,
                        .fast = exchange.fast,
                        .request_id = exchange.request_id,
                        .remote = exchange.remote});
}

void Face::drain() {
    store_pool_.drain();
    batch_pool_.drain();
    issuer_pool_.drain();
    service_.uploads().drain();  // after the batches, whose uploads it answers
    health_pool_.drain();
}

}  // namespace cameo::app
