#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "access/authenticator.h"
#include "base/clock.h"
#include "base/work_pool.h"
#include "directory/directory.h"
#include "graph/call.h"
#include "graph/errors.h"
#include "graph/lookups.h"
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

    Service(access::Authenticator& authenticator, directory::Directory& directory,
            photo::Photos& photos, const Clock& clock, Settings settings, FaultLog fault_log);

    // The answer from memory alone; nullopt where it needs the work lane. Never blocks.
    std::optional<http::Reply> try_fast(const http::Request& request);

    // The answer. May block.
    http::Reply answer(const http::Request& request);

    // What the server refuses by itself (a malformed head, a full queue), in Graph's shape.
    http::Reply refuse(const http::Request& request, int status, std::string_view reason);

    // Threads that help to answer the items of batches.
    WorkPool& batch_helpers() { return batch_helpers_; }

  private:
    struct Judged;
    struct Caller {
        std::shared_ptr<const access::Principal> principal;
        std::shared_ptr<const directory::User> self;  // null for an app
    };
    http::Reply error_answer(const http::Request& request, Realm realm, const Error& error);
    Judged judge(const http::Request& request, Lane lane);
    Judged judge_bulk(const http::Request& request, Lane lane);
    http::Reply not_allowed(const http::Request& request, std::string_view methods);
    Result<http::Reply> answer_with(Answer answer, const http::Request& request,
                                    const Target& target, const Route& route,
                                    const Lookups& lookups);
    Result<Caller> authenticate(const http::Request& request, const Route& route,
                                const Lookups& lookups);

    access::Authenticator& authenticator_;
    directory::Directory& directory_;
    photo::Photos& photos_;
    const Clock& clock_;
    Settings settings_;
    FaultLog fault_log_;
    WorkPool batch_helpers_;
};

}  // namespace cameo::graph
