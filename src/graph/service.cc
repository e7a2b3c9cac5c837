#include "graph/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "base/text.h"
#include "graph/batch.h"
#include "graph/bulk_photos.h"
#include "graph/request_context.h"
#include "graph/routes.h"

namespace cameo::graph {
namespace {

using http::Method;

constexpr std::size_t kBatchHelpers =
    4;                                   // they wait for stores and pictures more than they compute
constexpr std::size_t kBatchQueue = 64;  // a batch without a helper is answered by its own thread

bool is_authorization(const http::Field& field) {
    return equals_ignoring_case(field.name, "authorization");
}

std::string_view code_of(int status) {
    switch (status) {
        case 413:
            return "RequestEntityTooLarge";
        case 429:
            return "ApplicationThrottled";
        case 500:
            return "InternalServerError";
        case 503:
            return "ServiceUnavailable";
        default:
            return "BadRequest";
    }
}

constexpr std::string_view kAllMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";

std::string allow_line(std::string_view methods) {
    return fmt::format("Allow: {}, OPTIONS\r\n", methods);
}

http::Reply options_reply(std::string_view methods) {
    return {.status = 204, .fields = allow_line(methods)};
}

// How long a request may wait for its issuer's keys; the rest of its time is the stores'.
constexpr std::chrono::seconds kIssuerTime{5};

bool writes(const http::Request& request) {
    return request.method == Method::post || request.method == Method::put ||
           request.method == Method::patch || request.method == Method::del;
}

access::Throttle::Kind kind_of(const http::Request& request, const RouteMatch& route) {
    const bool upload = work_of(route, request.method) == Work::upload;
    return upload ? access::Throttle::Kind::upload : access::Throttle::Kind::request;
}

bool is_refusal(const Result<http::Reply>& reply) {
    return !reply &&
           (reply.error().fault == Fault::unauthenticated || reply.error().fault == Fault::denied ||
            reply.error().fault == Fault::throttled);
}

// The owner or object that the path names, for the audit log.
std::string resource(const RouteMatch& route, const directory::User* self) {
    const auto user = route.is_me() && self != nullptr ? std::string_view(self->id)
                      : route.is_me()                  ? std::string_view("me")
                                                       : route.user_key;
    switch (route.type) {
        case ResourceType::root:
            return {};
        case ResourceType::user:
            return fmt::format("users/{}", user);
        case ResourceType::group:
            return fmt::format("groups/{}", route.key);
        case ResourceType::team:
            return fmt::format("teams/{}", route.key);
        case ResourceType::contact:
            return fmt::format("users/{}/contacts/{}", user, route.key);
        case ResourceType::folder:
            return fmt::format("users/{}/contactFolders/{}", user,
                               route.folders.empty() ? "contacts" : route.folders.back());
    }
    std::unreachable();
}

}  // namespace

struct Service::Judged {
    Result<http::Reply> reply;
    Realm realm = Realm::photo;
    Caller caller;
    bool audited = false;
    bool must_be_kept = false;  // its line, unless it is a refusal
    bool by_token = true;       // the answer depends on the token
    std::string resource;       // where it is audited
};

Service::Service(Gate gate, directory::Directory& directory, photo::Photos& photos,
                 const Clock& clock, Settings settings, Logs logs, WorkPool& uploads)
    : gate_(gate),
      directory_(directory),
      photos_(photos),
      clock_(clock),
      settings_(std::move(settings)),
      logs_(std::move(logs)),
      batch_helpers_("batch", kBatchHelpers, kBatchQueue),
      uploads_(uploads) {}

std::optional<http::Reply> Service::try_fast(const http::Request& request) {
    auto judged = judge(request, Lane::quick, Metering::on);
    if (!judged.reply && judged.reply.error().fault == Fault::not_in_memory) return std::nullopt;
    return conclude(request, std::move(judged));
}

http::Reply Service::answer(const http::Request& request) {
    return conclude_guarded(request, Metering::off);
}

http::Reply Service::answer_item(const http::Request& request) {
    if (work_of(request) == Work::upload) return answer_upload(request);
    return conclude_guarded(request, Metering::on);
}

http::Reply Service::conclude_guarded(const http::Request& request, Metering metering) {
    try {
        return conclude(request, judge(request, Lane::work, metering));
    } catch (...) {
        return answer_exception(request);
    }
}

http::Reply Service::answer_exception(const http::Request& request) {
    try {
        throw;
    } catch (const std::exception& error) {
        return error_answer(request, Realm::directory, {Fault::internal, error.what()});
    } catch (...) {
        return error_answer(request, Realm::directory, {Fault::internal, "an unknown exception"});
    }
}

// Waits for the item's turn among all uploads. A job of that pool waits for no other, so there is
// no circle.
http::Reply Service::answer_upload(const http::Request& request) {
    const auto task = std::make_shared<std::packaged_task<http::Reply()>>(
        [&] { return conclude_guarded(request, Metering::on); });
    auto reply = task->get_future();
    if (!uploads_.try_post([task] { (*task)(); }, caller_of(request)))
        return refuse(request, 503, "The server is busy. Try again later.");
    return reply.get();
}

std::string Service::caller_of(const http::Request& request) {
    const auto principal = gate_.authenticator.authenticate(request.find("authorization"));
    return principal ? access::caller_name(**principal) : fmt::format("address {}", request.remote);
}

bool Service::waits_for_issuer(const http::Request& request) {
    const auto principal = gate_.authenticator.authenticate(request.find("authorization"));
    return !principal && principal.error().fault == Fault::not_in_memory;
}

Work Service::work_of(const http::Request& request) {
    const auto target = Target::parse(request.target);
    if (!target) return Work::lookup;
    const auto route = match_route(*target);
    return route ? graph::work_of(*route, request.method) : Work::lookup;
}

http::Reply Service::conclude(const http::Request& request, Judged judged) {
    if (!judged.reply && judged.reply.error().fault == Fault::unauthenticated)
        if (auto admitted = gate_.throttle.admit_unauthenticated(request.remote); !admitted) {
            judged.reply = std::unexpected(std::move(admitted.error()));
            judged.audited = false;  // the log would grow as fast as anyone can ask
        }
    auto reply = judged.reply ? *std::move(judged.reply)
                              : error_answer(request, judged.realm, judged.reply.error());
    if (judged.audited) tell_audit(request, judged, reply.status);
    if (judged.by_token) reply.vary.authorization = true;
    return reply;
}

void Service::tell_audit(const http::Request& request, const Judged& judged, int status) const {
    AuditRecord record{.method = request.method_text,
                       .target = request.target,
                       .resource = judged.resource,
                       .status = status,
                       .request_id = request.request_id(),
                       .remote = request.remote,
                       .must_be_kept = judged.must_be_kept && (status < 400 || status >= 500)};
    if (judged.caller.principal) {
        record.tenant = judged.caller.principal->tenant;
        record.user = judged.caller.principal->user_id;
        record.app = judged.caller.principal->app;
    }
    if (judged.caller.self) record.user = judged.caller.self->id;
    logs_.audit(record);
}

http::Reply Service::error_answer(const http::Request& request, Realm realm, const Error& error) {
    if (is_server_fault(error.fault)) logs_.faults(request.request_id(), error);
    return error_reply(request, clock_.now(), settings_, realm, error);
}

http::Reply Service::refuse(const http::Request& request, int status, std::string_view reason) {
    return error_reply(request, clock_.now(), status, code_of(status), reason,
                       status == 503 ? "Retry-After: 1\r\nCache-Control: no-store\r\n"
                                     : "Cache-Control: no-store\r\n");
}

Service::Judged Service::judge(const http::Request& request, Lane lane, Metering metering) {
    if (request.target == "*") return {options_reply(kAllMethods)};  // RFC 9110 section 9.3.7
    if (is_bulk(request.target)) return judge_bulk(request, lane, metering);
    const auto target = Target::parse(request.target);
    if (!target)
        return {fail(Fault::malformed, "The path is malformed; paths begin with /v1.0 or /beta.")};
    const auto route = match_route(*target);
    if (!route) return {std::unexpected(route.error())};
    const Handler answer = route->handlers.for_method(request.method);
    if (request.method == http::Method::options) return {options_reply(allow_header(*route))};
    if (answer == nullptr) return {not_allowed(request, allow_header(*route))};
    const Lookups lookups(directory_, photos_, lane, request.arrived + settings_.request_time);
    auto caller = authenticate(request, *route, lookups, metering);
    const bool changes = writes(request) && answer != post_batch;
    const bool has_room = !changes || caller.refused || logs_.audit_has_room();
    Judged judged{.reply = has_room ? answer_to(answer, caller, request, *target, *route, lookups)
                                    : fail(Fault::busy, "The audit log cannot be written."),
                  .realm = route->realm};
    judged.must_be_kept = changes && has_room && lane == Lane::work;
    judged.by_token = route->needs_token;
    judged.audited = settings_.audit == AuditLevel::all || (settings_.audit == AuditLevel::writes &&
                                                            (is_refusal(judged.reply) || changes));
    if (judged.audited) judged.resource = resource(*route, caller.self.get());
    judged.caller = std::move(caller);
    return judged;
}

http::Reply Service::not_allowed(const http::Request& request, std::string_view methods) {
    return error_reply(request, clock_.now(), 405, "Request_BadRequest",
                       fmt::format("The method {} is not allowed here.", request.method_text),
                       allow_line(methods) + "Cache-Control: no-store\r\n");
}

Service::Judged Service::judge_bulk(const http::Request& request, Lane lane, Metering metering) {
    constexpr std::string_view kMethods = "POST";
    if (request.method == http::Method::options) return {options_reply(kMethods)};
    if (request.method != http::Method::post) return {not_allowed(request, kMethods)};
    const Lookups lookups(directory_, photos_, lane, request.arrived + settings_.request_time);
    auto caller = authenticate(request, {}, lookups, metering);
    if (caller.refused) {
        Judged refused{.reply = std::unexpected(*caller.refused)};
        refused.audited = settings_.audit != AuditLevel::off && is_refusal(refused.reply);
        refused.caller = std::move(caller);
        return refused;
    }
    if (lane == Lane::quick) return {fail(Fault::not_in_memory, "")};
    return {post_bulk(request, *this, settings_)};
}

Result<http::Reply> Service::answer_to(Handler answer, const Caller& caller,
                                       const http::Request& request, const Target& target,
                                       const RouteMatch& route, const Lookups& lookups) {
    if (caller.refused) return std::unexpected(*caller.refused);
    // Caught here, so that a change that was made before is audited.
    try {
        return answer({.request = request,
                       .target = target,
                       .route = route,
                       .principal = *caller.principal,
                       .self = caller.self.get(),
                       .lookups = lookups,
                       .settings = settings_,
                       .directory = directory_,
                       .photos = photos_,
                       .clock = clock_,
                       .service = *this});
    } catch (const std::exception& error) {
        return fail(Fault::internal, error.what());
    }
}

Service::Caller Service::authenticate(const http::Request& request, const RouteMatch& route,
                                      const Lookups& lookups, Metering metering) {
    if (!route.needs_token) return {.principal = std::make_shared<const access::Principal>()};
    // A proxy and this server might each believe another one of them.
    if (std::ranges::count_if(request.fields, is_authorization) > 1)
        return {.refused = Error{Fault::unauthenticated, "Several Authorization headers came."}};
    std::optional<Deadline> issuer_time;
    std::optional<Deadline> store_time;
    if (lookups.lane() == Lane::work) {
        store_time = lookups.deadline();
        issuer_time = std::min(*store_time, deadline_in(kIssuerTime));
    }
    auto principal = gate_.authenticator.authenticate(request.find("authorization"), issuer_time);
    if (!principal) return {.refused = std::move(principal.error())};
    Caller caller{.principal = *std::move(principal)};
    if (metering == Metering::on)
        if (auto admitted = gate_.throttle.admit(*caller.principal, kind_of(request, route));
            !admitted) {
            caller.refused = std::move(admitted.error());
            return caller;
        }
    auto self = gate_.people.find(*caller.principal, store_time);
    if (self)
        caller.self = *std::move(self);
    else
        caller.refused = std::move(self.error());
    return caller;
}

}  // namespace cameo::graph
