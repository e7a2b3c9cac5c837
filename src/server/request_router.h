#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
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

// The handler of the HTTP server. Routes each request to the Graph API or to the operator's pages
// (/healthz, /readyz, /metrics, /openapi.yaml), and each finished request to the access log and the
// metrics. Thread-safe. The service is borrowed.
class RequestRouter final : public http::Handler {
  public:
    // `readiness` must not block: it is called on the I/O threads. `waiting_for_worker`: the
    // uploads that have a thread and wait for an image worker. `logs` is borrowed.
    RequestRouter(graph::Service& service, const Clock& clock, const config::Config& config,
                  const ServerLogs& logs, std::function<Readiness()> readiness,
                  std::function<std::size_t()> waiting_for_worker);
    ~RequestRouter() override;

    http::StartResult start(const http::Request& request) override;
    http::Reply error_reply(const http::ProtocolError& error,
                            const http::Request& request) override;
    void finished(const http::FinishedRequest& request) override;

    // From now on /readyz answers 503, so that a load balancer uses other servers.
    void begin_shutdown() { stopping_ = true; }

    // Runs the waiting jobs and ends the threads of the pools.
    void drain();

  private:
    http::StartResult start_graph(const http::Request& request);
    http::Reply run_in_time(const http::Request& request, http::Continuation& rest);
    void report_untrusted_proxy(const http::Request& request);
    http::Reply ready_reply();
    http::Reply document_reply(const http::Request& request);
    http::Reply readable(const http::Request& request, http::Reply reply) const;
    void add_cors_fields(http::Reply& reply, const http::Request& request) const;

    graph::Service& service_;
    graph::Cors cors_;
    const Clock& clock_;
    std::function<Readiness()> readiness_;
    const std::chrono::milliseconds request_time_;
    std::atomic<bool> stopping_ = false;
    std::atomic<bool>
        watches_for_proxy_;  // until a request has proxy fields, where no proxy is trusted
    std::atomic<std::uint64_t> late_ = 0;  // requests
    ops::Metrics metrics_;
    std::unique_ptr<ops::AccessLog> access_log_;  // null if switched off
    WorkPool metrics_pool_;
};

// docs/openapi.yaml, embedded by the build (cmake/embed_openapi.cmake), and its ETag without
// quotes.
extern const std::string_view kOpenApiDocument;
extern const std::string_view kOpenApiEtag;

// The answer to a GET or HEAD of /openapi.yaml: the document, or 304 if If-None-Match names it.
// Never blocks. Thread-safe.
http::Reply openapi_reply(const http::Request& request);

}  // namespace cameo::server
