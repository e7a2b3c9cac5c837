#include "graph/object_write.h"

#include <boost/json.hpp>
#include <utility>

#include "base/text.h"
#include "graph/authorize.h"
#include "graph/object_json.h"
#include "graph/object_reply.h"
#include "graph/request_context.h"

namespace cameo::graph {

Result<boost::json::object> read_object(const RequestContext& context, const EntitySchema& schema,
                                        Write write) {
    const auto text = read_body(context.request, context.settings.json_bytes);
    if (!text) return std::unexpected(text.error());
    auto body = parse_json_object(text->view());
    if (!body || write == Write::change) return body;
    if (auto complete = check_required(*body, schema); !complete)
        return std::unexpected(std::move(complete.error()));
    return body;
}

Result<void> check_same_id(const boost::json::object& body, std::string_view id) {
    const auto* value = body.if_contains("id");
    if (value == nullptr) return {};
    const auto* text = value->if_string();
    if (text != nullptr && equals_ignoring_case(*text, id)) return {};
    return wrong_member("id", "cannot be changed");
}

Result<http::Reply> finish_removal(const RequestContext& context, std::string_view key,
                                   const Result<std::optional<directory::Removed>>& removed) {
    if (!removed) return std::unexpected(removed.error());
    if (!*removed) return std::unexpected(resource_not_found(key));
    for (const auto& owner : (*removed)->owners) context.photos.forget(owner);
    return no_content();
}

}  // namespace cameo::graph
