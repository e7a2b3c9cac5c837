#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "access/authenticator.h"
#include "access/rate_limiter.h"
#include "access/user_resolver.h"
#include "base/clock.h"
#include "base/work_pool.h"
#include "directory/directory.h"
#include "graph/audit.h"
#include "graph/errors.h"
#include "graph/lookups.h"
#include "graph/request_context.h"
#include "graph/routes.h"
#include "graph/settings.h"
#include "graph/target.h"
#include "http/reply.h"
#include "http/request.h"
#include "photo/photos.h"

namespace cameo::graph {

// Graph's face over HTTP: judges each request in the contract's order (path, method, token, rights,
// existence, body) and answers it. Thread-safe. Collaborators are borrowed.
class Service {
  public:
    // Told of every Fault::internal with its request-id: its detail goes to the log, not to the
    // client.
    using FaultLog = std::function<void(std::string_view request_id, const Error& error)>;
    struct Logs {
        FaultLog faults;
        AuditSink audit;
        // False where no change should be begun, since the audit log cannot take its line soon.
        std::function<bool()> audit_has_room = [] { return true; };
    };
    // Who may come in, and how often.
    struct Gate {
        access::Authenticator& authenticator;
        access::UserResolver& people;
        access::Throttle& throttle;
    };

    Service(Gate gate, directory::Directory& directory, photo::Photos& photos, const Clock& clock,
            Settings settings, Logs logs, WorkPool& uploads);

    // The answer from memory alone; nullopt where it needs the work lane. Never blocks.
    std::optional<http::Reply> try_fast(const http::Request& request);

    // The answer. May block. What is thrown below, bad_alloc too, becomes a 500 and a line in the
    // log.
    http::Reply answer(const http::Request& request);

    // The answer to one item of a batch or of a bulk call, which counts as a request of its own.
    // May block.
    http::Reply answer_item(const http::Request& request);

    // Whether the request's token has to be asked of its issuer, which takes its time. Never
    // blocks.
    bool waits_for_issuer(const http::Request& request);

    // What the request costs, by the route that answers it; Work::lookup where there is none. Never
    // blocks.
    static Work work_of(const http::Request& request);

    // The 500 for what was thrown, which is told to the log. REQUIRES: an exception is handled.
    http::Reply answer_exception(const http::Request& request);

    // What the server refuses by itself (a malformed head, a full queue), in Graph's shape.
    http::Reply refuse(const http::Request& request, int status, std::string_view reason);

    // Who asks, by access::caller_name; an address where the token is not known. Never blocks.
    std::string caller_of(const http::Request& request);

    // Threads that help to answer the items of batches.
    WorkPool& batch_helpers() { return batch_helpers_; }
    // Where every upload takes its turn, by its caller: those of batches too.
    WorkPool& uploads() { return uploads_; }

  private:
    struct Judged;
    // Whether the request is counted against its caller's allowance: once, where it is met first.
    enum class Metering : bool { off, on };
    struct Caller {
        std::shared_ptr<const access::Principal> principal;  // null where the token is not believed
        std::shared_ptr<const directory::User> self;         // null for an app
        std::optional<Error> refused;  // why the request is not answered; the rest as far as known
    };
    http::Reply error_answer(const http::Request& request, Realm realm, const Error& error);
    Judged judge(const http::Request& request, Lane lane, Metering metering);
    Judged judge_bulk(const http::Request& request, Lane lane, Metering metering);
    http::Reply not_allowed(const http::Request& request, std::string_view methods);
    http::Reply conclude_guarded(const http::Request& request, Metering metering);
    http::Reply answer_upload(const http::Request& request);
    http::Reply conclude(const http::Request& request, Judged judged);
    void tell_audit(const http::Request& request, const Judged& judged, int status) const;
    Caller authenticate(const http::Request& request, const RouteMatch& route,
                        const Lookups& lookups, Metering metering);
    Result<http::Reply> answer_to(Handler answer, const Caller& caller,
                                  const http::Request& request, const Target& target,
                                  const RouteMatch& route, const Lookups& lookups);

    Gate gate_;
    directory::Directory& directory_;
    photo::Photos& photos_;
    const Clock& clock_;
    Settings settings_;
    Logs logs_;
    WorkPool batch_helpers_;
    WorkPool& uploads_;
};

}  // namespace cameo::graph
