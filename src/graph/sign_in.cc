#include "graph/sign_in.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <utility>

#include "base/text.h"
#include "graph/errors.h"
#include "graph/object_json.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxBody = 1'000;

// A request without a length is one whose body comes in chunks.
Result<void> check_declared_length(const http::Request& request) {
    if (request.body_state == http::BodyState::none) return {};
    const auto length = number_in<std::size_t>(request.find("content-length"));
    if (length && *length <= kMaxBody) return {};
    return fail(Fault::too_large,
                fmt::format("The body has at most {} bytes, and a Content-Length.", kMaxBody));
}

Result<std::string> code_in(const http::Request& request) {
    const auto body = read_body(request, kMaxBody);
    if (!body) return std::unexpected(body.error());
    const auto object = parse_json_object(body->view());
    if (!object) return std::unexpected(object.error());
    const auto* code = object->if_contains("code");
    if (code == nullptr || !code->is_string())
        return wrong_member("code", "is required and is a string");
    if (auto known = check_known_members(*object, {"code"}); !known)
        return std::unexpected(std::move(known.error()));
    return std::string(code->get_string());
}

// A code of a user who was disabled since is one that cannot be used.
Result<UserPtr> user_of(const RequestContext& context, const access::SignIn::Grant& grant) {
    auto found = context.directory.find_user(grant.tenant, grant.user, context.wait);
    if (!found) return std::unexpected(std::move(found.error()));
    const auto& user = **found;  // never nullopt on a worker
    if (!user || !user->account_enabled)
        return fail(Fault::unauthenticated, std::string(access::kUnusableCode));
    return user;
}

}  // namespace

HandlerResult get_web(const RequestContext& context) {
    const auto& settings = context.settings;
    const auto& web = settings.web;
    json::array scopes;
    for (const auto& scope : web.scopes) scopes.emplace_back(scope);
    return json_reply(200, {{"version", web.version},
                            {"issuer", text_or_null(web.issuer)},
                            {"clientId", text_or_null(web.client_id)},
                            {"scopes", std::move(scopes)},
                            {"builtinIssuer", web.builtin_issuer},
                            {"uploadBytes", settings.upload_bytes},
                            {"cropUploadBytes", settings.crop_upload_bytes},
                            {"formerPhotoDays", web.former_photo_days.count()}});
}

Result<bool> find_sign_in(RequestContext& context) {
    if (context.sign_in == nullptr)
        return fail(Fault::no_owner,
                    "The built-in issuer of this server is switched off: sign in at your identity "
                    "provider.");
    if (auto fine = check_declared_length(context.request); !fine)
        return std::unexpected(std::move(fine.error()));
    if (context.wait.is_memory_only()) return false;
    const auto code = code_in(context.request);
    if (!code) return std::unexpected(code.error());
    auto grant = context.sign_in->redeem(*code, context.deadline());
    if (!grant) return std::unexpected(std::move(grant.error()));
    context.principal = std::make_shared<const access::Principal>(access::Principal{
        .tenant = grant->tenant, .user_id = grant->user, .app = std::string(access::kWebApp)});
    auto user = user_of(context, *grant);
    if (!user) return std::unexpected(std::move(user.error()));
    context.self = *std::move(user);
    context.found.sign_in = *std::move(grant);
    return true;
}

HandlerResult post_sign_in(const RequestContext& context) {
    const auto token = context.sign_in->issue(*context.found.sign_in, *context.self);
    if (!token) return std::unexpected(token.error());
    return json_reply(
        200, {{"accessToken", token->text}, {"expiresDateTime", date_time(token->expires)}});
}

}  // namespace cameo::graph
