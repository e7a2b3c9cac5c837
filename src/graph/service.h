#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "access/authenticator.h"
#include "access/rate_limiter.h"
#include "access/sign_in.h"
#include "access/user_resolver.h"
#include "base/clock.h"
#include "base/work_pool.h"
#include "directory/directory.h"
#include "graph/audit.h"
#include "graph/cors.h"
#include "graph/errors.h"
#include "graph/request_context.h"
#include "graph/routes.h"
#include "graph/settings.h"
#include "http/handler.h"
#include "http/reply.h"
#include "http/request.h"
#include "photo/photos.h"

namespace cameo::graph {

// The pools of blocking work: one for each kind, so that a slow kind cannot starve the others.
// Where work may take seconds, one caller never occupies every thread.
struct WorkPools {
    struct Sizes {
        std::size_t store_threads = 4;
        std::size_t list_threads = 2;
        std::size_t upload_threads = 2;
        std::size_t queue_limit = 1'000;
        std::size_t caller_queue_limit = 500;
    };
    explicit WorkPools(const Sizes& sizes);

    // Runs the queued jobs and ends the threads.
    void drain();

    WorkPool store;
    WorkPool lists;  // separate: one list may cost as much as thousands of lookups
    WorkPool batches;
    WorkPool issuers;      // requests that wait for the keys of an identity provider
    WorkPool uploads;      // every picture is decoded here, also those of batches
    WorkPool batch_items;  // further threads for the items of batches
};

// The handler of the HTTP server: Microsoft Graph's API. Evaluates each request in the order of
// docs/http.md, "Order of evaluation": path, method, token, rights, existence, body; each step
// once. Thread-safe. Does not own its dependencies, which must outlive it.
class Service final : public http::Handler {
  public:
    // Receives every Fault::internal and every error with a cause, with its request-id: the detail
    // of a Fault::internal, and every cause, are logged and not sent to the
    // client.
    using FaultLog = std::function<void(std::string_view request_id, const Error& error)>;
    // Answers paths outside the API; nullopt for one that it does not have either. Must not block.
    using OtherPages = std::function<std::optional<http::StartResult>(const http::Request&)>;
    struct Callbacks {
        FaultLog faults;
        AuditSink audit;
        // False if no change may begin, since the audit log cannot write its record soon.
        std::function<bool()> audit_has_room = [] { return true; };
        // Receives every finished request. Must not block.
        std::function<void(const http::FinishedRequest&)> finished =
            [](const http::FinishedRequest&) {};
        OtherPages other_pages = [](const http::Request&) { return std::nullopt; };
    };
    // Authentication, the signed-in user and rate limits.
    struct Access {
        access::Authenticator& authenticator;
        access::UserResolver& users;
        access::Throttle& throttle;
        access::SignIn* sign_in = nullptr;  // null where the built-in issuer is switched off
    };

    Service(Access access, directory::Directory& directory, photo::Photos& photos,
            const Clock& clock, Settings settings, Callbacks callbacks, WorkPools& pools);
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    ~Service() override { pools_.drain(); }  // their jobs use this

    // The reply, if memory suffices, or the rest of the work. Never blocks. An exception of a step,
    // bad_alloc too, becomes a 500 and a line in the log.
    http::StartResult start(const http::Request& request) override;

    // The reply to one item of a batch or of a bulk request, which counts as a request of its own.
    // May block.
    http::Reply run(const http::Request& request);

    // The 500 for the exception that is handled; logs it. REQUIRES: an exception is handled.
    http::Reply exception_reply(const http::Request& request);

    // The error of an item of a batch, in Graph's format.
    http::Reply error_reply(const http::Request& request, int status, std::string_view reason);

    // An error that the HTTP server detects (a malformed head, a full queue), in Graph's format.
    http::Reply error_reply(const http::ProtocolError& error,
                            const http::Request& request) override;

    void finished(const http::FinishedRequest& request) override { callbacks_.finished(request); }

    WorkPools& pools() const { return pools_; }
    // How many requests waited for a thread until their time was over.
    std::uint64_t late_requests() const { return late_; }

  private:
    // The result of a request.
    struct Outcome {
        Result<http::Reply> reply;
        bool changed = false;  // its handler started a change
    };

    // The reply where there is no such route.
    std::variant<http::Reply, RequestContext> find_route(const http::Request& request);
    http::StartResult start_api(const http::Request& request);
    http::StartResult start(RequestContext context);
    http::Reply finish_on_worker(RequestContext& context);
    Result<bool> prepare(RequestContext& context);
    Result<void> begin_again(RequestContext& context);
    Result<bool> authenticate(RequestContext& context);
    Result<std::shared_ptr<const access::Principal>> verify_token(const RequestContext& context);
    Result<bool> find_caller(RequestContext& context);
    HandlerResult advance(RequestContext& context);
    HandlerResult guarded_advance(RequestContext& context);
    WorkPool& pool_of(Work work);
    http::Reply finish(const RequestContext& context, Outcome outcome);
    http::Reply reply_to(const http::Request& request, Realm realm, const Error& error);
    http::Reply not_allowed(const http::Request& request, std::string_view methods);
    void write_audit(const RequestContext& context, const Outcome& outcome, int status) const;

    Access access_;
    directory::Directory& directory_;
    photo::Photos& photos_;
    const Clock& clock_;
    Settings settings_;
    Callbacks callbacks_;
    WorkPools& pools_;
    Cors cors_;
    std::atomic<std::uint64_t> late_ = 0;
};

}  // namespace cameo::graph
