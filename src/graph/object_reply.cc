#include "graph/object_reply.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <utility>

#include "graph/json_reply.h"
#include "graph/list_query.h"
#include "graph/object_json.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::Page;

constexpr std::string_view kNoStore = "Cache-Control: no-store\r\n";

void append_type(json::object& body, const Frame& frame) {
    body["@odata.type"] = fmt::format("#microsoft.graph.{}", frame.kind.type);
}

void append_links(json::object& body, const Call& call, const Frame& frame, std::string_view id) {
    body["@odata.id"] = fmt::format("{}/{}('{}')", call.base_url(), frame.set, percent_encode(id));
}

template <class Object>
Result<void> append(json::object& body, const Call& call, const Frame& frame, const Object& object,
                    const Options& options, Extent extent) {
    if (options.level == MetadataLevel::full) {
        append_type(body, frame);
        append_links(body, call, frame, object.id);
    }
    return append_object(body, object, frame.kind, options, extent);
}

// The link repeats the request, but for where it begins.
std::string next_link(const Call& call, const directory::Cursor& last) {
    auto query = without_options(call.target.query(), {"$skiptoken", "$skip"});
    if (!query.empty()) query += '&';
    return fmt::format("{}/{}?{}$skiptoken={}", call.base_url(), call.target.path(), query,
                       skip_token(last));
}

template <class Object>
struct Asked {
    Options options;
    Page<Object> page;
    bool by_id = false;
};

template <class Object>
Result<Asked<Object>> ask(const Call& call, const Listing<Object>& listing, bool count_only) {
    auto options = parse_options(call.target.query(), call.request.find("accept"), listing.options);
    if (!options) return std::unexpected(std::move(options.error()));
    const Seen seen{listing.frame.kind, listing.readable.others};
    if (auto may = check_order(*options, seen); !may) return std::unexpected(may.error());
    auto query = list_query(*options, filter_type<Object>, is_searched<Object>);
    if (!query) return std::unexpected(std::move(query.error()));
    if (auto may = keep_within(*query, seen, is_searched<Object>); !may)
        return std::unexpected(may.error());
    if (auto work = call.on_the_work_lane(); !work) return std::unexpected(work.error());
    if (count_only) {
        query->top = 1;
        query->count = true;
    }
    auto page = listing.read(*query);
    if (!page) return std::unexpected(std::move(page.error()));
    return Asked<Object>{*std::move(options), *std::move(page), query->by_id};
}

}  // namespace

Result<Options> object_options(const Call& call) {
    return parse_options(call.target.query(), call.request.find("accept"));
}

template <class Object>
Result<http::Reply> object_reply(const Call& call, int status, const Frame& frame,
                                 const Object& object, const Options& options,
                                 const std::string& fields, Extent extent) {
    json::object body;
    if (options.level != MetadataLevel::none)
        body["@odata.context"] = fmt::format("{}/$metadata#{}{}/$entity", call.base_url(),
                                             frame.set, select_suffix(options));
    if (auto done = append(body, call, frame, object, options, extent); !done)
        return std::unexpected(done.error());
    return negotiated(json_reply(status, body, std::string(kNoStore) + fields));
}

template <class Object>
Result<http::Reply> list_reply(const Call& call, const Listing<Object>& listing) {
    const auto asked = ask(call, listing, false);
    if (!asked) return std::unexpected(asked.error());
    const auto& [options, page, by_id] = *asked;
    json::array objects;
    for (const auto& object : page.objects) {
        json::object item;
        if (listing.frame.typed_items && options.level != MetadataLevel::none)
            append_type(item, listing.frame);
        if (auto done =
                append(item, call, listing.frame, object, options, listing.readable.of(object.id));
            !done)
            return std::unexpected(done.error());
        objects.push_back(std::move(item));
    }
    // Names that are none are refused even where no object shows it.
    json::object unseen;
    if (auto known = append_object(unseen, Object{}, listing.frame.kind, options); !known)
        return std::unexpected(known.error());
    json::object body;
    if (options.level != MetadataLevel::none)
        body["@odata.context"] = fmt::format("{}/$metadata#{}{}", call.base_url(),
                                             listing.frame.set, select_suffix(options));
    if (page.count) body["@odata.count"] = *page.count;
    // Where names are not seen, the link has none either.
    if (page.more && !page.objects.empty())
        body["@odata.nextLink"] = next_link(
            call,
            {by_id ? std::string() : page.objects.back().display_name, page.objects.back().id});
    body["value"] = std::move(objects);
    return negotiated(json_reply(200, body, std::string(kNoStore)));
}

template <class Object>
Result<http::Reply> count_reply(const Call& call, const Listing<Object>& listing) {
    const auto asked = ask(call, listing, true);
    if (!asked) return std::unexpected(asked.error());
    return http::Reply{.status = 200,
                       .fields = fmt::format("{}Content-Type: text/plain\r\n", kNoStore),
                       .body = std::to_string(asked->page.count.value_or(0))};
}

http::Reply no_content() { return {.status = 204, .fields = std::string(kNoStore)}; }

std::string location_field(const Call& call, std::string_view path) {
    return fmt::format("Location: {}/{}\r\n", call.base_url(), path);
}

// The four kinds.
template Result<http::Reply> object_reply(const Call&, int, const Frame&, const directory::User&,
                                          const Options&, const std::string&, Extent);
template Result<http::Reply> object_reply(const Call&, int, const Frame&, const directory::Group&,
                                          const Options&, const std::string&, Extent);
template Result<http::Reply> object_reply(const Call&, int, const Frame&, const directory::Contact&,
                                          const Options&, const std::string&, Extent);
template Result<http::Reply> object_reply(const Call&, int, const Frame&,
                                          const directory::ContactFolder&, const Options&,
                                          const std::string&, Extent);
template Result<http::Reply> list_reply(const Call&, const Listing<directory::User>&);
template Result<http::Reply> list_reply(const Call&, const Listing<directory::Group>&);
template Result<http::Reply> list_reply(const Call&, const Listing<directory::Contact>&);
template Result<http::Reply> list_reply(const Call&, const Listing<directory::ContactFolder>&);
template Result<http::Reply> count_reply(const Call&, const Listing<directory::User>&);
template Result<http::Reply> count_reply(const Call&, const Listing<directory::Group>&);
template Result<http::Reply> count_reply(const Call&, const Listing<directory::Contact>&);
template Result<http::Reply> count_reply(const Call&, const Listing<directory::ContactFolder>&);

}  // namespace cameo::graph
