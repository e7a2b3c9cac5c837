#include "graph/object_reply.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <utility>

#include "graph/errors.h"
#include "graph/list_query.h"
#include "graph/object_json.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::Page;

constexpr std::string_view kNoStore = "Cache-Control: no-store\r\n";

void append_type(json::object& body, const ODataContext& odata) {
    body["@odata.type"] = fmt::format("#microsoft.graph.{}", odata.schema.type);
}

void append_links(json::object& body, const RequestContext& context, const ODataContext& odata,
                  std::string_view id) {
    body["@odata.id"] =
        fmt::format("{}/{}('{}')", context.base_url(), odata.set, percent_encode(id));
}

template <class Object>
Result<void> append(json::object& body, const RequestContext& context, const ODataContext& odata,
                    const Object& object, const Options& options, Extent extent) {
    if (options.level == MetadataLevel::full) {
        append_type(body, odata);
        append_links(body, context, odata, object.id);
    }
    return append_object(body, object, odata.schema, options, extent);
}

// The link repeats the request, but for where it begins.
std::string next_link(const RequestContext& context, const directory::Cursor& last) {
    auto query = without_options(context.target.query(), {"$skiptoken", "$skip"});
    if (!query.empty()) query += '&';
    return fmt::format("{}/{}?{}$skiptoken={}", context.base_url(), context.target.path(), query,
                       skip_token(last));
}

template <class Object>
struct Asked {
    Options options;
    Page<Object> page;
    bool by_id = false;
};

template <class Object>
Result<Asked<Object>> ask(const RequestContext& context, const ListEndpoint<Object>& endpoint,
                          bool count_only) {
    auto options =
        parse_options(context.target.query(), context.request.find("accept"), endpoint.options);
    if (!options) return std::unexpected(std::move(options.error()));
    const Seen seen{endpoint.odata.schema, endpoint.readable.others};
    if (auto may = check_order(*options, seen); !may) return std::unexpected(may.error());
    auto query = list_query(*options, filter_type<Object>, is_searched<Object>);
    if (!query) return std::unexpected(std::move(query.error()));
    if (auto may = keep_within(*query, seen, is_searched<Object>); !may)
        return std::unexpected(may.error());
    if (count_only) {
        query->top = 1;
        query->count = true;
    }
    auto page = endpoint.read(*query);
    if (!page) return std::unexpected(std::move(page.error()));
    return Asked<Object>{*std::move(options), *std::move(page), query->by_id};
}

}  // namespace

Result<Options> object_options(const RequestContext& context) {
    return parse_options(context.target.query(), context.request.find("accept"));
}

template <class Object>
Result<http::Reply> object_reply(const RequestContext& context, int status,
                                 const ODataContext& odata, const Object& object,
                                 const Options& options, const std::string& fields, Extent extent) {
    json::object body;
    if (options.level != MetadataLevel::none)
        body["@odata.context"] = fmt::format("{}/$metadata#{}{}/$entity", context.base_url(),
                                             odata.set, select_suffix(options));
    if (auto done = append(body, context, odata, object, options, extent); !done)
        return std::unexpected(done.error());
    return negotiated(json_reply(status, body, std::string(kNoStore) + fields));
}

template <class Object>
Result<http::Reply> list_reply(const RequestContext& context,
                               const ListEndpoint<Object>& endpoint) {
    const auto asked = ask(context, endpoint, false);
    if (!asked) return std::unexpected(asked.error());
    const auto& [options, page, by_id] = *asked;
    json::array objects;
    for (const auto& object : page.objects) {
        json::object item;
        if (endpoint.odata.typed_items && options.level != MetadataLevel::none)
            append_type(item, endpoint.odata);
        if (auto done = append(item, context, endpoint.odata, object, options,
                               endpoint.readable.of(object.id));
            !done)
            return std::unexpected(done.error());
        objects.push_back(std::move(item));
    }
    // Names that are none are refused even where no object shows it.
    json::object hidden_value;
    if (auto known = append_object(hidden_value, Object{}, endpoint.odata.schema, options); !known)
        return std::unexpected(known.error());
    json::object body;
    if (options.level != MetadataLevel::none)
        body["@odata.context"] = fmt::format("{}/$metadata#{}{}", context.base_url(),
                                             endpoint.odata.set, select_suffix(options));
    if (page.count) body["@odata.count"] = *page.count;
    // Where names are not seen, the link has none either.
    if (page.more && !page.objects.empty())
        body["@odata.nextLink"] = next_link(
            context,
            {by_id ? std::string() : page.objects.back().display_name, page.objects.back().id});
    body["value"] = std::move(objects);
    return negotiated(json_reply(200, body, std::string(kNoStore)));
}

template <class Object>
Result<http::Reply> count_reply(const RequestContext& context,
                                const ListEndpoint<Object>& endpoint) {
    const auto asked = ask(context, endpoint, true);
    if (!asked) return std::unexpected(asked.error());
    return http::Reply{.status = 200,
                       .fields = fmt::format("{}Content-Type: text/plain\r\n", kNoStore),
                       .body = std::to_string(asked->page.count.value_or(0))};
}

http::Reply no_content() { return {.status = 204, .fields = std::string(kNoStore)}; }

std::string location_field(const RequestContext& context, std::string_view path) {
    return fmt::format("Location: {}/{}\r\n", context.base_url(), path);
}

// The four kinds.
template Result<http::Reply> object_reply(const RequestContext&, int, const ODataContext&,
                                          const directory::User&, const Options&,
                                          const std::string&, Extent);
template Result<http::Reply> object_reply(const RequestContext&, int, const ODataContext&,
                                          const directory::Group&, const Options&,
                                          const std::string&, Extent);
template Result<http::Reply> object_reply(const RequestContext&, int, const ODataContext&,
                                          const directory::Contact&, const Options&,
                                          const std::string&, Extent);
template Result<http::Reply> object_reply(const RequestContext&, int, const ODataContext&,
                                          const directory::ContactFolder&, const Options&,
                                          const std::string&, Extent);
template Result<http::Reply> list_reply(const RequestContext&,
                                        const ListEndpoint<directory::User>&);
template Result<http::Reply> list_reply(const RequestContext&,
                                        const ListEndpoint<directory::Group>&);
template Result<http::Reply> list_reply(const RequestContext&,
                                        const ListEndpoint<directory::Contact>&);
template Result<http::Reply> list_reply(const RequestContext&,
                                        const ListEndpoint<directory::ContactFolder>&);
template Result<http::Reply> count_reply(const RequestContext&,
                                         const ListEndpoint<directory::User>&);
template Result<http::Reply> count_reply(const RequestContext&,
                                         const ListEndpoint<directory::Group>&);
template Result<http::Reply> count_reply(const RequestContext&,
                                         const ListEndpoint<directory::Contact>&);
template Result<http::Reply> count_reply(const RequestContext&,
                                         const ListEndpoint<directory::ContactFolder>&);

}  // namespace cameo::graph
