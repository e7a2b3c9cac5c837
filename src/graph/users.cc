#include "graph/users.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <utility>

#include "graph/json_reply.h"
#include "graph/odata.h"
#include "graph/request_body.h"
#include "graph/user_json.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;

Result<http::Reply> user_reply(const Call& call, int status, const directory::User& user,
                               const Options& options, std::string fields) {
    json::object body;
    if (options.level != MetadataLevel::none)
        body["@odata.context"] =
            fmt::format("{}/$metadata#users{}/$entity", call.base_url(), select_suffix(options));
    if (options.level == MetadataLevel::full) {
        body["@odata.type"] = "#microsoft.graph.user";
        body["@odata.id"] = fmt::format("{}/users('{}')", call.base_url(), user.id);
    }
    if (auto appended = append_user(body, user, options); !appended)
        return std::unexpected(appended.error());
    return json_reply(status, body, std::move(fields));
}

Result<directory::User> parse_body(std::string_view text) {
    boost::system::error_code error;
    const auto value = json::parse(text, error, {}, {.max_depth = 16});
    if (error) return fail(Fault::malformed, "The body is not valid JSON.");
    if (!value.is_object()) return fail(Fault::malformed, "The body is not a JSON object.");
    return parse_user(value.get_object());
}

}  // namespace

Result<http::Reply> get_user(const Call& call) {
    const auto user = reach_user(call, access::Subject::user, access::Operation::read);
    if (!user) return std::unexpected(user.error());
    const auto options = parse_options(call.target.query(), call.request.find("accept"));
    if (!options) return std::unexpected(options.error());
    return user_reply(call, 200, **user, *options,
                      call.route.me ? "Cache-Control: no-store\r\nVary: Authorization\r\n"
                                    : "Cache-Control: no-store\r\n");
}

Result<http::Reply> post_user(const Call& call, directory::Directory& directory) {
    if (access::decide(call.principal, access::Subject::user, access::Operation::write) !=
        access::Reach::all)
        return fail(Fault::denied, "");
    if (call.lookups.lane() == Lane::quick) return fail(Fault::not_in_memory, "");
    const auto text = read_body(call.request, call.settings.json_bytes);
    if (!text) return std::unexpected(text.error());
    auto user = parse_body(*text);
    if (!user) return std::unexpected(user.error());
    user->tenant = call.principal.tenant;
    if (auto added = directory.add(*user, call.lookups.deadline()); !added)
        return std::unexpected(added.error());
    const auto location = fmt::format("Location: {}/users/{}\r\nCache-Control: no-store\r\n",
                                      call.base_url(), user->id);
    return user_reply(call, 201, *user, {}, location);
}

}  // namespace cameo::graph
