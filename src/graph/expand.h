#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/result.h"
#include "directory/objects.h"
#include "graph/entity_schema.h"
#include "graph/odata.h"
#include "graph/request_context.h"

// $expand of `manager` (users) and of `members` and `owners` (groups), one of them in a request,
// with an optional $select: `members($select=id,displayName)` (docs/directory.md). A list has at
// most 20 items, as in Graph.
namespace cameo::graph {

// Reads Options::expand into expansion and expanded_select. Fault::malformed for a name that the
// type cannot expand; Fault::unsupported_query for another form.
Result<void> resolve_expand(Options& options, const EntitySchema& schema);

// Fault::denied where the caller may not read what is expanded by its own path.
Result<void> check_expansion(const RequestContext& context, const Options& options);

// Appends the expanded objects, with their type and what the caller may see; a missing manager is
// left out. For User, Group, Contact and ContactFolder. REQUIRES: runs on a worker, unless there is
// no expansion.
template <class Object>
Result<void> append_expansion(boost::json::object& item, const RequestContext& context,
                              const Object& object, const Options& options);

}  // namespace cameo::graph
