#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "control/calls.h"
#include "graph/audit.h"
#include "http/body_budget.h"
#include "transfer/photo_service.h"

namespace cameo::control {

// Lets the commands of this machine change photos through the running server: an HTTP server on the
// control socket of the data folder, with a handler of its own (docs/transfer.md, "The control
// socket"). It accepts processes of this user and of root. There are no tokens and no rate limits.
class Server {
  public:
    struct Settings {
        std::filesystem::path data;  // the folder, which this process owns
        std::string program;         // its version
        // Of the bodies of all requests, also those of another server; null for one of its own.
        std::shared_ptr<http::BodyBudget> body_budget;
        std::size_t connections = 64;  // at once; one more gets a 503 or is closed
        // A request that waits longer for a thread is answered with 503: its command waits 5
        // minutes at most, and must not be told of a failure before the change is made.
        std::chrono::milliseconds queue_time = std::chrono::minutes(3);
        std::chrono::milliseconds report_interval = std::chrono::minutes(1);  // of changes
        // For MakeSignInCode; faults as those of a control call.
        std::function<Result<SignInCode>(const access::SignIn::Grant&)> make_sign_in_code =
            [](const auto&) -> Result<SignInCode> {
            return fail(Fault::malformed, "This server has no web page.");
        };
        graph::AuditLevel audit_level = graph::AuditLevel::writes;
        graph::AuditSink audit = [](const graph::AuditRecord&) {};
        // False if a change should not begin, since too many audit lines wait to be written.
        std::function<bool()> audit_has_room = [] { return true; };
        std::function<void(std::string_view)> log;  // a line for the operator; on any thread
    };

    // Borrows the service and the clock. Fault::internal if the socket cannot be made.
    static Result<std::unique_ptr<Server>> start(Settings settings, transfer::PhotoService& service,
                                                 const Clock& clock);

    Server() = default;
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    // As stop(), and waits: finishes the requests that have arrived, closes the other connections
    // and removes the socket.
    virtual ~Server() = default;

    // Takes no more requests, and lets those that have arrived be answered. Thread-safe; returns at
    // once.
    virtual void stop() = 0;
};

}  // namespace cameo::control
