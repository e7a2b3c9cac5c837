#include "graph/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "base/text.h"
#include "graph/authorize.h"

namespace cameo::graph {
namespace {

using http::Method;

constexpr std::size_t kBatchHelpers = 4;  // they mostly wait for stores and pictures
constexpr std::size_t kBatchQueue = 64;   // a batch without a helper runs its items itself
constexpr std::size_t kIssuerThreads = 2;

// How long a request may wait for the keys of its issuer; the rest of its time is for the stores.
constexpr std::chrono::seconds kIssuerTime{5};

constexpr std::string_view kAllMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
constexpr std::string_view kNoOAuth =
    "This server has no OAuth endpoints: tokens come from your identity provider, or from the "
    "command 'cameo token'. See docs/identity.md.";
constexpr std::string_view kBusy = "The server is busy. Try again later.";

std::size_t all_but_one(std::size_t threads) { return threads > 1 ? threads - 1 : 1; }

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

// RFC 9110 section 9.1: the names of methods are case-sensitive.
bool is_known_in_capitals(std::string_view method) {
    constexpr std::array<std::string_view, 7> kMethods{"GET",   "HEAD",   "POST",   "PUT",
                                                       "PATCH", "DELETE", "OPTIONS"};
    return std::ranges::any_of(kMethods,
                               [&](auto known) { return equals_ignoring_case(known, method); });
}

std::string allow_line(std::string_view methods) {
    return fmt::format("Allow: {}, OPTIONS\r\n", methods);
}

http::Reply options_reply(std::string_view methods) {
    return {.status = 204, .fields = allow_line(methods), .vary = {.authorization = true}};
}

// RFC 9110 section 9.3.7.
bool is_server_wide_options(const http::Request& request) {
    return request.method == Method::options && request.target == "*";
}

bool is_change(const RequestContext& context) {
    return context.endpoint.work == Work::change || context.endpoint.work == Work::upload;
}

access::Throttle::Kind kind_of(const RequestContext& context) {
    return context.endpoint.work == Work::upload ? access::Throttle::Kind::upload
                                                 : access::Throttle::Kind::request;
}

bool is_refusal(const Result<http::Reply>& reply) {
    return !reply &&
           (reply.error().fault == Fault::unauthenticated || reply.error().fault == Fault::denied ||
            reply.error().fault == Fault::throttled);
}

bool is_audited(const RequestContext& context, const Result<http::Reply>& reply) {
    const auto level = context.settings.audit;
    if (level != AuditLevel::writes) return level == AuditLevel::all;
    return is_refusal(reply) || (is_change(context) && !context.endpoint.is_read_only);
}

// A key that is missing in the path makes the next segment the key.
void explain_empty_segment(const RequestContext& context, Error& error) {
    if (!context.target.has_empty_segment()) return;
    if (error.fault != Fault::no_owner && error.fault != Fault::no_photo) return;
    append_sentence(error, realm_of(context.route), kEmptySegment);
}

// As Continuation::max_body_bytes.
std::size_t body_limit(const RequestContext& context) {
    const bool is_cropped =
        context.endpoint.work == Work::upload && context.request.has("cameo-crop");
    return is_cropped || context.endpoint.has_large_body ? context.settings.crop_upload_bytes : 0;
}

std::string caller_of(const RequestContext& context) {
    return context.principal && context.route.needs_token
               ? access::caller_name(*context.principal)
               : fmt::format("address {}", context.request.remote);
}

// The owner or object that the path names, for the audit log.
std::string resource_of(const RequestContext& context) {
    const auto& route = context.route;
    const auto* self = context.self.get();
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
            return fmt::format(
                "users/{}/contactFolders/{}", user,
                route.folder_count == 0 ? "contacts" : route.folders(context.target).back());
    }
    std::unreachable();
}

}  // namespace

WorkPools::WorkPools(const Sizes& sizes)
    : store("store", sizes.store_threads, sizes.queue_limit, sizes.caller_queue_limit),
      lists("lists", sizes.list_threads, sizes.queue_limit, sizes.caller_queue_limit,
            all_but_one(sizes.list_threads)),
      batches("batches", sizes.store_threads, sizes.queue_limit, sizes.caller_queue_limit,
              all_but_one(sizes.store_threads)),
      issuers("issuers", kIssuerThreads, sizes.queue_limit, sizes.caller_queue_limit),
      uploads("uploads", sizes.upload_threads, sizes.queue_limit, sizes.caller_queue_limit),
      batch_items("batch", kBatchHelpers, kBatchQueue) {}

void WorkPools::drain() {
    store.drain();
    batches.drain();
    issuers.drain();
    lists.drain();
    batch_items.drain();
    uploads.drain();  // after the batches, whose uploads it decodes
}

Service::Service(Access access, directory::Directory& directory, photo::Photos& photos,
                 const Clock& clock, Settings settings, Callbacks callbacks, WorkPools& pools)
    : access_(access),
      directory_(directory),
      photos_(photos),
      clock_(clock),
      settings_(std::move(settings)),
      callbacks_(std::move(callbacks)),
      pools_(pools),
      cors_(settings_.cors_origins) {}

http::StartResult Service::start(const http::Request& request) {
    if (!has_version(request.target))
        if (auto started = callbacks_.other_pages(request)) return *std::move(started);
    if (auto preflight = cors_.preflight(request)) return *std::move(preflight);
    auto started = start_api(request);
    if (auto* reply = std::get_if<http::Reply>(&started)) cors_.apply(request, *reply);
    return started;
}

http::StartResult Service::start_api(const http::Request& request) {
    auto routed = find_route(request);
    if (auto* reply = std::get_if<http::Reply>(&routed)) return std::move(*reply);
    return start(std::get<RequestContext>(std::move(routed)));
}

std::variant<http::Reply, RequestContext> Service::find_route(const http::Request& request) {
    if (is_server_wide_options(request)) return options_reply(kAllMethods);
    auto target = Target::parse(request.target);
    if (!target && is_oauth_endpoint(request.target))
        return reply_to(request, Realm::directory, {Fault::no_owner, std::string(kNoOAuth)});
    if (!target) return reply_to(request, Realm::photo, target.error());
    auto route = match_route(*target);
    if (!route) return reply_to(request, Realm::photo, route.error());
    if (request.method == Method::options) return options_reply(allow_header(*route));
    const auto* endpoint = route->endpoints->for_method(request.method);
    if (endpoint == nullptr) return not_allowed(request, allow_header(*route));
    return RequestContext{.request = request,
                          .target = *std::move(target),
                          .route = *std::move(route),
                          .endpoint = *endpoint,
                          .settings = settings_,
                          .directory = directory_,
                          .photos = photos_,
                          .clock = clock_,
                          .service = *this,
                          .sign_in = access_.sign_in};
}

http::StartResult Service::start(RequestContext context) {
    auto result = guarded_advance(context);
    if (!result) return finish(context, {std::unexpected(std::move(result.error()))});
    if (*result) return finish(context, {**std::move(result)});
    auto& pool_of_work = pool_of(context.endpoint.work);
    // Apart, so that no caller with a known token waits behind those whose issuer is slow.
    auto& pool = context.step == Step::authenticate ? pools_.issuers : pool_of_work;
    auto caller = caller_of(context);
    const auto most = body_limit(context);
    auto kept = std::make_unique<RequestContext>(std::move(context));
    return http::Continuation{pool, std::move(caller),
                              [this, kept = std::move(kept)] {
                                  auto reply = finish_on_worker(*kept);
                                  cors_.apply(kept->request, reply);
                                  return reply;
                              },
                              &pool_of_work, most};
}

http::Reply Service::finish_on_worker(RequestContext& context) {
    try {
        const auto due = context.request.arrived + settings_.request_time;
        // Such a client may have left, and too little time would remain for the work.
        if (has_passed(due)) {
            ++late_;
            return error_reply(context.request, 503, kBusy);
        }
        context.wait = Wait::until(due);
        if (is_change(context) && context.step > Step::authenticate)
            if (auto valid = begin_again(context); !valid)
                return finish(context, {std::unexpected(std::move(valid.error()))});
        auto result = guarded_advance(context);
        if (result && !*result) result = fail(Fault::internal, "a worker gave no reply");
        const bool changed = is_change(context) && context.step == Step::handle;
        if (!result) return finish(context, {std::unexpected(std::move(result.error())), changed});
        return finish(context, {**std::move(result), changed});
    } catch (...) {
        // The change may have been made, and its line was not written.
        const Outcome outcome{fail(Fault::internal, ""), true};
        if (is_change(context) && context.step == Step::handle &&
            is_audited(context, outcome.reply))
            write_audit(context, outcome, 500);
        return exception_reply(context.request);
    }
}

// The body of a write may take minutes to arrive. Token, caller, permissions and resource are
// evaluated again; the rate limiter has already counted the request.
Result<void> Service::begin_again(RequestContext& context) {
    if (context.route.needs_token) {
        auto principal = verify_token(context);
        if (!principal) return std::unexpected(std::move(principal.error()));
        context.principal = *std::move(principal);
    }
    context.step = Step::find_caller;
    context.reaches_all = false;
    context.found = {};
    return {};
}

// An upload is queued with all other uploads. A job of that pool waits for no other job, so there
// is no deadlock.
http::Reply Service::run(const http::Request& request) try {
    auto routed = find_route(request);
    if (auto* reply = std::get_if<http::Reply>(&routed)) return std::move(*reply);
    auto& context = std::get<RequestContext>(routed);
    const bool is_upload = context.endpoint.work == Work::upload;
    auto started = start(std::move(context));
    if (auto* reply = std::get_if<http::Reply>(&started)) return std::move(*reply);
    auto& rest = std::get<http::Continuation>(started);
    if (!is_upload) return rest.run();
    const auto task =
        std::make_shared<std::packaged_task<http::Reply()>>([&] { return rest.run(); });
    auto reply = task->get_future();
    if (!pools_.uploads.try_post([task] { (*task)(); }, rest.caller))
        return error_reply(request, 503, kBusy);
    return reply.get();
} catch (...) {
    return exception_reply(request);
}

WorkPool& Service::pool_of(Work work) {
    switch (work) {
        case Work::read:
        case Work::change:
            return pools_.store;
        case Work::list:
            return pools_.lists;
        case Work::upload:
            return pools_.uploads;
        case Work::batch:
            return pools_.batches;
    }
    std::unreachable();
}

// The steps before the handler. False if the next step needs a worker.
Result<bool> Service::prepare(RequestContext& context) {
    if (context.step == Step::authenticate) {
        auto done = authenticate(context);
        if (!done || !*done) return done;
        context.step = Step::find_caller;
    }
    if (context.step == Step::find_caller) {
        auto done = find_caller(context);
        if (!done || !*done) return done;
        context.step = Step::authorize;
    }
    if (context.step == Step::authorize) {
        if (is_change(context) && !context.endpoint.is_read_only && !callbacks_.audit_has_room())
            return fail(Fault::busy, "The audit log cannot be written.");
        if (auto done = authorize(context); !done) return std::unexpected(std::move(done.error()));
        context.step = Step::find_resource;
    }
    if (context.step == Step::find_resource) {
        const auto find =
            context.endpoint.find == nullptr ? context.route.find : context.endpoint.find;
        if (find != nullptr) {
            auto done = find(context);
            if (!done || !*done) return done;
        }
        context.step = Step::handle;
    }
    return true;
}

// nullopt: the rest needs a worker.
HandlerResult Service::advance(RequestContext& context) {
    auto ready = prepare(context);
    if (!ready) return std::unexpected(std::move(ready.error()));
    const bool on_worker = !context.wait.is_memory_only();
    if (!*ready || (context.endpoint.work != Work::read && !on_worker)) return std::nullopt;
    return context.endpoint.handler(context);
}

// Exceptions are caught here, so that a change made before the exception is audited.
HandlerResult Service::guarded_advance(RequestContext& context) {
    try {
        return advance(context);
    } catch (const std::exception& error) {
        return fail(Fault::internal, error.what());
    } catch (...) {
        return fail(Fault::internal, "an unknown exception");
    }
}

Result<bool> Service::authenticate(RequestContext& context) {
    if (!context.route.needs_token) {
        static const auto kAnonymous = std::make_shared<const access::Principal>();
        context.principal = kAnonymous;
        return true;
    }
    auto principal = verify_token(context);
    if (!principal) return std::unexpected(std::move(principal.error()));
    if (!*principal) return false;
    context.principal = *std::move(principal);
    if (auto admitted = access_.throttle.admit(*context.principal, kind_of(context)); !admitted)
        return std::unexpected(std::move(admitted.error()));
    return true;
}

// Null if memory does not suffice; never on a worker.
Result<std::shared_ptr<const access::Principal>> Service::verify_token(
    const RequestContext& context) {
    const auto& request = context.request;
    // A proxy and this server might each use a different one.
    if (std::ranges::count_if(request.fields, is_authorization) > 1)
        return fail(Fault::unauthenticated, "The request has more than one Authorization header.");
    const Wait wait = context.wait.is_memory_only()
                          ? context.wait
                          : Wait::until(std::min(context.deadline(), deadline_in(kIssuerTime)));
    return access_.authenticator.authenticate(request.find("authorization"), wait);
}

Result<bool> Service::find_caller(RequestContext& context) {
    if (!context.route.needs_token) return true;
    auto self = access_.users.find(*context.principal, context.wait);
    if (!self) return std::unexpected(std::move(self.error()));
    if (!*self) return false;
    context.self = **std::move(self);
    return true;
}

http::Reply Service::finish(const RequestContext& context, Outcome outcome) {
    bool audited = is_audited(context, outcome.reply);
    const bool is_anonymous =
        !outcome.reply &&
        (outcome.reply.error().fault == Fault::unauthenticated || !context.route.needs_token);
    if (is_anonymous)
        if (auto admitted = access_.throttle.admit_unauthenticated(context.request.remote);
            !admitted) {
            outcome.reply = std::unexpected(std::move(admitted.error()));
            audited = false;  // else anonymous clients could fill the log
        }
    if (!outcome.reply) explain_empty_segment(context, outcome.reply.error());
    auto reply = outcome.reply
                     ? *std::move(outcome.reply)
                     : reply_to(context.request, realm_of(context.route), outcome.reply.error());
    if (audited) write_audit(context, outcome, reply.status);
    if (context.route.needs_token) reply.vary.authorization = true;
    return reply;
}

void Service::write_audit(const RequestContext& context, const Outcome& outcome, int status) const {
    const auto& request = context.request;
    AuditRecord record{.method = request.method_text,
                       .target = request.target,
                       .resource = resource_of(context),
                       .status = status,
                       .request_id = request.request_id(),
                       .remote = request.remote,
                       .must_be_kept = outcome.changed && (status < 400 || status >= 500)};
    if (context.principal) {
        record.tenant = context.principal->tenant;
        record.user = context.principal->user_id;
        record.app = context.principal->app;
    }
    if (context.self) record.user = context.self->id;
    callbacks_.audit(record);
}

http::Reply Service::exception_reply(const http::Request& request) {
    try {
        throw;
    } catch (const std::exception& error) {
        return reply_to(request, Realm::directory, {Fault::internal, error.what()});
    } catch (...) {
        return reply_to(request, Realm::directory, {Fault::internal, "an unknown exception"});
    }
}

http::Reply Service::reply_to(const http::Request& request, Realm realm, const Error& error) {
    if (is_server_fault(error.fault) || !error.cause.empty())
        callbacks_.faults(request.request_id(), error);
    return graph::error_reply(request, clock_.now(), settings_, realm, error);
}

http::Reply Service::error_reply(const http::Request& request, int status,
                                 std::string_view reason) {
    return graph::error_reply(
        request, clock_.now(), status, code_of(status), reason,
        fmt::format("{}{}", status == 503 ? "Retry-After: 1\r\n" : "", kNoStore));
}

http::Reply Service::error_reply(const http::ProtocolError& error, const http::Request& request) {
    if (!error.detail.empty())
        callbacks_.faults(request.request_id(), {Fault::internal, std::string(error.detail)});
    auto reply = error_reply(request, error.status, error.reason);
    cors_.apply(request, reply);
    return reply;
}

http::Reply Service::not_allowed(const http::Request& request, std::string_view methods) {
    const auto sent = request.method_text;
    const bool is_lower = request.method == Method::other && is_known_in_capitals(sent);
    return graph::error_reply(request, clock_.now(), 405, "Request_BadRequest",
                              fmt::format("The method {} is not allowed for this resource.{}", sent,
                                          is_lower ? " Methods are in capitals." : ""),
                              allow_line(methods).append(kNoStore));
}

}  // namespace cameo::graph
