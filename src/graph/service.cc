#include "graph/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "graph/call.h"
#include "graph/routes.h"

namespace cameo::graph {
namespace {

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

// The signed-in user's entry: an account that is gone or disabled is refused, remembered token or
// not.
Result<std::shared_ptr<const directory::User>> find_self(const access::Principal& principal,
                                                         const Lookups& lookups) {
    if (principal.is_app()) return nullptr;
    auto self = lookups.user(principal.tenant, principal.user_id);
    if (!self) return self;
    if (!*self)
        return fail(Fault::unauthenticated, "The account of the access token does not exist.");
    if (!(*self)->account_enabled)
        return fail(Fault::unauthenticated, "The account of the access token is disabled.");
    return self;
}

}  // namespace

struct Service::Judged {
    Result<http::Reply> reply;
    Realm realm = Realm::photo;
};

Service::Service(access::Authenticator& authenticator, directory::Directory& directory,
                 photo::Photos& photos, const Clock& clock, Settings settings, FaultLog fault_log)
    : authenticator_(authenticator),
      directory_(directory),
      photos_(photos),
      clock_(clock),
      settings_(std::move(settings)),
      fault_log_(std::move(fault_log)),
      batch_helpers_("batch", kBatchHelpers, kBatchQueue) {}

std::optional<http::Reply> Service::try_fast(const http::Request& request) {
    auto judged = judge(request, Lane::quick);
    if (judged.reply) return std::move(*judged.reply);
    if (judged.reply.error().fault == Fault::not_in_memory) return std::nullopt;
    return error_answer(request, judged.realm, judged.reply.error());
}

http::Reply Service::answer(const http::Request& request) {
    auto judged = judge(request, Lane::work);
    if (judged.reply) return std::move(*judged.reply);
    return error_answer(request, judged.realm, judged.reply.error());
}

http::Reply Service::error_answer(const http::Request& request, Realm realm, const Error& error) {
    if (error.fault == Fault::internal) fault_log_(request.request_id(), error);
    return error_reply(request, clock_.now(), settings_, realm, error);
}

http::Reply Service::refuse(const http::Request& request, int status, std::string_view reason) {
    return error_reply(request, clock_.now(), status, code_of(status), reason,
                       status == 503 ? "Retry-After: 1\r\nCache-Control: no-store\r\n"
                                     : "Cache-Control: no-store\r\n");
}

Service::Judged Service::judge(const http::Request& request, Lane lane) {
    if (request.target == "*") return {options_reply(kAllMethods)};  // RFC 9110 section 9.3.7
    const auto target = Target::parse(request.target);
    if (!target)
        return {fail(Fault::malformed, "The path is malformed; paths begin with /v1.0 or /beta.")};
    const auto route = find_route(*target);
    if (!route) return {std::unexpected(route.error())};
    const Answer answer = route->answers.for_method(request.method);
    if (request.method == http::Method::options) return {options_reply(allow_header(*route))};
    if (answer == nullptr)
        return {error_reply(request, clock_.now(), 405, "Request_BadRequest",
                            fmt::format("The method {} is not allowed here.", request.method_text),
                            allow_line(allow_header(*route)) + "Cache-Control: no-store\r\n")};
    const Lookups lookups(directory_, photos_, lane, deadline_in(settings_.request_time));
    return {answer_with(answer, request, *target, *route, lookups), route->realm};
}

Result<http::Reply> Service::answer_with(Answer answer, const http::Request& request,
                                         const Target& target, const Route& route,
                                         const Lookups& lookups) {
    auto caller = authenticate(request, route, lookups);
    if (!caller) return std::unexpected(std::move(caller.error()));
    return answer({.request = request,
                   .target = target,
                   .route = route,
                   .principal = *caller->principal,
                   .self = caller->self.get(),
                   .lookups = lookups,
                   .settings = settings_,
                   .directory = directory_,
                   .photos = photos_,
                   .clock = clock_,
                   .service = *this});
}

Result<Service::Caller> Service::authenticate(const http::Request& request, const Route& route,
                                              const Lookups& lookups) {
    if (!route.needs_token) return Caller{std::make_shared<const access::Principal>(), nullptr};
    // A proxy and this server might each believe another one of them.
    if (std::ranges::count_if(request.fields, is_authorization) > 1)
        return fail(Fault::unauthenticated, "Several Authorization headers came.");
    auto principal = authenticator_.authenticate(request.find("authorization"));
    if (!principal) return std::unexpected(std::move(principal.error()));
    auto self = find_self(**principal, lookups);
    if (!self) return std::unexpected(std::move(self.error()));
    return Caller{*std::move(principal), *std::move(self)};
}

}  // namespace cameo::graph
