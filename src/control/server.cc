#include "control/server.h"

#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "base/work_pool.h"
#include "control/calls.h"
#include "graph/errors.h"
#include "http/handler.h"
#include "http/server.h"

namespace cameo::control {
namespace {

constexpr std::size_t kThreads = 16;      // as many uploads as an import has in flight
constexpr std::size_t kLeaseThreads = 4;  // they do not wait for uploads and sweeps
constexpr std::size_t kQueueLimit = 64;
constexpr std::size_t kRejectedAtOnce = 8;  // connections
// A command of a program before version 4 waits so long, since it reads first.
constexpr std::chrono::seconds kIdleTime{60};
// A lease is renewed at a third of its time, on a connection that is still open.
static_assert(kIdleTime > 2 * photo::kLeaseTime / 3);
constexpr std::string_view kNoStore = "Cache-Control: no-store\r\n";

http::Reply json_reply(std::string body) {
    return {.status = 200,
            .fields = fmt::format("Content-Type: application/json\r\n{}", kNoStore),
            .body = std::move(body)};
}

http::Reply empty_reply() { return {.status = 204, .fields = http::SharedText(kNoStore, nullptr)}; }

bool is_change(const Call& call) {
    return std::holds_alternative<PutPhoto>(call) || std::holds_alternative<RemovePhoto>(call) ||
           std::holds_alternative<KeepBlob>(call) || std::holds_alternative<RemoveOrphans>(call) ||
           std::holds_alternative<MakeSignInCode>(call);
}

bool is_short(const Call& call) {
    return std::holds_alternative<GetServer>(call) || std::holds_alternative<TakeLease>(call) ||
           std::holds_alternative<RenewLease>(call) || std::holds_alternative<EndLease>(call);
}

// `users/{id}`, for the audit log.
std::string resource_of(const OwnerKey& owner) {
    const auto* const kind = owner.kind == OwnerKind::user    ? "users"
                             : owner.kind == OwnerKind::group ? "groups"
                                                              : "contacts";
    return fmt::format("{}/{}", kind, owner.id);
}

class Handler final : public http::Handler {
  public:
    Handler(const Server::Settings& settings, transfer::PhotoService& service, const Clock& clock)
        : settings_(settings),
          service_(service),
          clock_(clock),
          pool_("control", kThreads, kQueueLimit),
          lease_pool_("control lease", kLeaseThreads, kQueueLimit),
          reporter_([this](const std::stop_token& stop) { report_changes(stop); }) {}

    http::StartResult start(const http::Request& request) override {
        if (request.find(kVersionField) != kApiVersion)
            return rejected(
                request,
                {Fault::malformed, fmt::format("The server is of version {}, and the command of "
                                               "another: use the command of the server's version.",
                                               settings_.program)});
        auto call = parse_call(request.method_text, request.target);
        if (!call) return rejected(request, call.error());
        auto& pool = is_short(*call) ? lease_pool_ : pool_;
        const auto most = body_limit(*call);
        return http::Continuation{
            .pool = pool,
            .caller = "",
            .run = [this, &request, call = *std::move(call)] { return audited(request, call); },
            .max_body_bytes = most};
    }

    http::Reply error_reply(const http::ProtocolError& problem,
                            const http::Request& request) override {
        if (!problem.detail.empty()) settings_.log(fmt::format("control: {}", problem.detail));
        const auto* const code = problem.status == 503  ? "ServiceUnavailable"
                                 : problem.status < 500 ? "BadRequest"
                                                        : "InternalServerError";
        return graph::error_reply(request, clock_.now(), problem.status, code, problem.reason);
    }

    void finished(const http::FinishedRequest&) override {}

  private:
    // As Continuation::max_body_bytes.
    std::size_t body_limit(const Call& call) const {
        const auto* put = std::get_if<PutPhoto>(&call);
        return put == nullptr
                   ? 0
                   : photo::RenderOptions{.crop = put->request.crop}.byte_limit(service_.limits());
    }

    http::Reply error(const http::Request& request, const Error& error) const {
        return graph::operator_error_reply(request, clock_.now(), error);
    }

    static graph::AuditRecord record_of(const http::Request& request) {
        return {.app = "cameo",
                .method = request.method_text,
                .target = request.target,
                .request_id = request.request_id(),
                .remote = request.remote};
    }

    void audit(graph::AuditRecord& record, int status) const {
        record.status = status;
        const bool is_audited =
            settings_.audit_level == graph::AuditLevel::all ||
            (settings_.audit_level == graph::AuditLevel::writes && record.must_be_kept);
        if (is_audited) settings_.audit(record);
    }

    http::Reply rejected(const http::Request& request, const Error& reason) const {
        auto reply = error(request, reason);
        auto record = record_of(request);
        audit(record, reply.status);
        return reply;
    }

    http::Reply audited(const http::Request& request, const Call& call) {
        if (has_passed(request.arrived + settings_.queue_time))
            return rejected(request, {Fault::busy, "The server is busy. Try again later."});
        const bool changes = is_change(call);
        if (changes && !settings_.audit_has_room())
            return error(request, {Fault::busy, "The audit log cannot be written fast enough."});
        auto record = record_of(request);
        record.must_be_kept = changes;
        try {
            auto reply =
                std::visit([&](const auto& one) { return answer(request, one, record); }, call);
            audit(record, reply.status);
            if (changes && reply.status < 300) ++changes_;
            return reply;
        } catch (...) {
            audit(record, 500);
            throw;
        }
    }

    http::Reply answer(const http::Request&, const GetServer&, graph::AuditRecord&) const {
        return json_reply(to_json(ServerInfo{settings_.program, service_.limits()}));
    }
    http::Reply answer(const http::Request& request, const PutPhoto& put,
                       graph::AuditRecord& record) {
        record.tenant = put.request.owner.tenant;
        record.resource = resource_of(put.request.owner);
        if (request.body_state == http::BodyState::too_large)
            return error(request,
                         {Fault::too_large,
                          fmt::format("The upload is too large; at most {} bytes are "
                                      "taken.",
                                      photo::RenderOptions{.crop = put.request.crop}.byte_limit(
                                          service_.limits()))});
        const auto outcome = service_.put(put.request, as_bytes(request.body));
        return outcome ? json_reply(to_json(*outcome)) : error(request, outcome.error());
    }
    http::Reply answer(const http::Request& request, const RemovePhoto& remove,
                       graph::AuditRecord& record) {
        record.tenant = remove.owner.tenant;
        record.resource = resource_of(remove.owner);
        return done(request, service_.remove(remove.owner, remove.blob_key));
    }
    http::Reply answer(const http::Request& request, const KeepBlob& keep, graph::AuditRecord&) {
        return done(request, service_.keep_blob(keep.key));
    }
    http::Reply answer(const http::Request& request, const RemoveOrphans&, graph::AuditRecord&) {
        const auto swept = service_.remove_orphan_blobs();
        return swept ? json_reply(to_json(*swept)) : error(request, swept.error());
    }
    http::Reply answer(const http::Request& request, const TakeLease& lease, graph::AuditRecord&) {
        return done(request, service_.take_lease(lease.id));
    }
    http::Reply answer(const http::Request& request, const RenewLease& lease, graph::AuditRecord&) {
        return done(request, service_.renew_lease(lease.id));
    }
    http::Reply answer(const http::Request& request, const EndLease& lease, graph::AuditRecord&) {
        return done(request, service_.end_lease(lease.id));
    }
    http::Reply answer(const http::Request& request, const MakeSignInCode& make,
                       graph::AuditRecord& record) {
        record.tenant = make.grant.tenant;
        record.resource = fmt::format("users/{}", make.grant.user);
        const auto code = settings_.make_sign_in_code(make.grant);
        return code ? json_reply(to_json(*code)) : error(request, code.error());
    }
    http::Reply done(const http::Request& request, const Result<void>& result) const {
        return result ? empty_reply() : error(request, result.error());
    }

    // A line for each interval in which commands changed something: without the audit log too, the
    // operator sees that photos are changed by this way.
    void report_changes(const std::stop_token& stop) {
        std::unique_lock lock(report_mutex_);
        while (!stop.stop_requested()) {
            reporting_.wait_for(lock, stop, settings_.report_interval, [] { return false; });
            if (const auto count = changes_.exchange(0); count > 0)
                settings_.log(fmt::format("control: commands made {} {}", count,
                                          count == 1 ? "change" : "changes"));
        }
    }

    const Server::Settings& settings_;
    transfer::PhotoService& service_;
    const Clock& clock_;
    std::atomic<std::size_t> changes_ = 0;  // since the last report
    std::mutex report_mutex_;
    std::condition_variable_any reporting_;
    WorkPool pool_;
    WorkPool lease_pool_;
    std::jthread reporter_;  // last: it uses the others
};

class RunningServer final : public Server {
  public:
    RunningServer(Settings settings, transfer::PhotoService& service, const Clock& clock)
        : settings_(std::move(settings)), handler_(settings_, service, clock) {}
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;
    ~RunningServer() override { stop(); }

    void stop() override {
        if (server_) server_->stop();
    }

    Result<void> listen(std::size_t upload_bytes) {
        http::ServerSettings http{.plain = false,
                                  .threads = 1,
                                  .max_connections = settings_.connections,
                                  .refused_at_once = kRejectedAtOnce,
                                  .max_body_bytes = upload_bytes,
                                  .body_budget = settings_.body_budget,
                                  .idle_timeout = kIdleTime,
                                  .unix_socket = socket_file(settings_.data)};
        http.notify = [this](const http::Notice& notice) {
            settings_.log(fmt::format("control: {}", notice.text));
        };
        auto server = http::Server::listen(http, handler_);
        if (!server) return std::unexpected(std::move(server.error()));
        server_ = std::move(*server);
        thread_ = std::jthread([this] { server_->run(); });
        return {};
    }

  private:
    const Settings settings_;
    Handler handler_;
    std::unique_ptr<http::Server> server_;
    std::jthread thread_;  // first to end: it runs the server
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(Settings settings, transfer::PhotoService& service,
                                              const Clock& clock) {
    auto server = std::make_unique<RunningServer>(std::move(settings), service, clock);
    if (auto listening = server->listen(service.limits().bytes); !listening)
        return std::unexpected(std::move(listening.error()));
    return server;
}

}  // namespace cameo::control
