#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "directory/directory.h"
#include "directory/query.h"
#include "graph/entity_schema.h"
#include "graph/object_json.h"
#include "graph/odata.h"
#include "graph/request_context.h"
#include "http/reply.h"

// Answers that show objects of the directory: one, a list, a number. For User, Group, Contact and
// ContactFolder.
namespace cameo::graph {

// What a reply says around the objects.
struct ODataContext {
    const EntitySchema& schema;
    // How contexts name the set: `users`, `users('{id}')/contacts`.
    std::string set;
    // Each item of a list says its type, as where Graph's list may hold several types.
    bool typed_items = false;
};

// The options of a request for one object.
Result<Options> object_options(const RequestContext& context);

// 200 or 201 with one object; `fields` are further header lines.
template <class Object>
Result<http::Reply> object_reply(const RequestContext& context, int status,
                                 const ODataContext& odata, const Object& object,
                                 const Options& options, const std::string& fields = {},
                                 Extent extent = kExtentUnlessSaid<Object>);

// How much of each object of a list the caller sees.
struct Readable {
    Extent others = Extent::id;
    Extent own = Extent::id;
    std::string own_id = {};  // User::id of the signed-in user; empty for an app

    Extent of(std::string_view id) const { return !own_id.empty() && id == own_id ? own : others; }
};

// Which of the directory's lists is meant, and what its options may be: a filter, a search or an
// order by what is not seen of others is Fault::denied.
template <class Object>
struct ListEndpoint {
    ODataContext odata;
    OptionSet options = OptionSet::list;
    Readable readable = {kExtentUnlessSaid<Object>, kExtentUnlessSaid<Object>};
    std::function<Result<directory::Page<Object>>(const directory::Query&)> read;
};

// A page of the list, with a link to the next one.
template <class Object>
Result<http::Reply> list_reply(const RequestContext& context, const ListEndpoint<Object>& endpoint);

// `/$count`: how many there are, as text.
template <class Object>
Result<http::Reply> count_reply(const RequestContext& context,
                                const ListEndpoint<Object>& endpoint);

// 204, where there is nothing to say.
http::Reply no_content();

// `Location: {base}/{path}` and what else goes with a new object.
std::string location_field(const RequestContext& context, std::string_view path);

}  // namespace cameo::graph
