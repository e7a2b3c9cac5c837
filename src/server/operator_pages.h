#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/work_pool.h"
#include "config/config.h"
#include "graph/cors.h"
#include "graph/service.h"
#include "http/handler.h"
#include "http/reply.h"
#include "http/request.h"
#include "ops/metrics.h"
#include "ops/request_logs.h"
#include "server/server_logs.h"

namespace cameo::server {

// The reply of /readyz: whether requests can be answered, and the current problems. It is public,
// so the remarks are only names: `store`, `issuer keys`.
struct Readiness {
    bool ready = false;
    std::string remarks;  // lines
};

// A form of the OpenAPI document, embedded by the build (cmake/embed_openapi.cmake).
struct OpenApiDocument {
    std::string_view path;
    std::string_view content_type;
    std::string_view etag;  // without quotes
    std::string_view text;
};

// The paths outside the API: /healthz, /readyz, /metrics, /openapi.yaml, /openapi.json. Writes each
// finished request to the access log and the metrics. Thread-safe. The service is borrowed.
class OperatorPages {
  public:
    // `readiness` must not block: it is called on the I/O threads. `waiting_for_worker`: the
    // uploads that have a thread and wait for an image worker. `logs` is borrowed.
    OperatorPages(const graph::Service& service, const Clock& clock, const config::Config& config,
                  const ServerLogs& logs, std::function<Readiness()> readiness,
                  std::function<std::size_t()> waiting_for_worker);

    // As graph::Service::OtherPages.
    std::optional<http::StartResult> start(const http::Request& request);
    // As http::Handler::finished.
    void finished(const http::FinishedRequest& request);

    // From now on /readyz answers 503, so that a load balancer uses other servers.
    void begin_shutdown() { stopping_ = true; }

  private:
    void report_untrusted_proxy(const http::FinishedRequest& request);
    http::Reply ready_reply();
    http::Reply document_reply(const http::Request& request, const OpenApiDocument& document);

    graph::Cors cors_;
    const Clock& clock_;
    std::function<Readiness()> readiness_;
    std::atomic<bool> stopping_ = false;
    std::atomic<bool>
        watches_for_proxy_;  // until a request has proxy fields, where no proxy is trusted
    ops::Metrics metrics_;
    std::unique_ptr<ops::AccessLog> access_log_;  // null if switched off
    WorkPool metrics_pool_;                       // last: its jobs use the metrics
};

extern const std::array<OpenApiDocument, 2> kOpenApiDocuments;

// The reply to a GET or HEAD of a document: the document, or 304 if If-None-Match names it. Never
// blocks. Thread-safe.
http::Reply openapi_reply(const http::Request& request, const OpenApiDocument& document);

}  // namespace cameo::server
