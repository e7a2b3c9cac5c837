#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "directory/directory.h"
#include "directory/kept.h"
#include "graph/entity_schema.h"
#include "graph/odata.h"
#include "graph/request_context.h"

// The kept properties of users, groups and contacts in bodies and replies: docs/directory.md, "Kept
// properties".
namespace cameo::graph {

// Merges the kept properties of `body` into `kept`, a JSON object or empty: null removes a
// property, an object changes the members that it has. Fault::malformed for a value of another type
// than Graph's, for a property that Graph computes, and beyond the limits: kMaxKeptBytes in all,
// lists of 250 items, 4 levels.
Result<void> merge_kept(const boost::json::object& body,
                        std::span<const directory::KeptProperty> properties, std::string& kept);

// Whether $select names a property whose value is in the kept ones. REQUIRES: resolve_select.
bool selects_kept(const Options& options, const EntitySchema& schema);

// Empty for a text that is no JSON object.
boost::json::object parse_kept(std::string_view kept);

// The value for a reply; null or an empty list where there is none or it is not visible.
boost::json::value kept_value(const boost::json::object& kept,
                              const directory::KeptProperty& property, bool visible);

// The object, or where $select names a kept property, the object as the store has it now: null if
// it is gone, nullopt where the store would have to be asked and must not be.
template <class Object>
Result<CacheResult<Object>> with_kept(const RequestContext& context,
                                      std::shared_ptr<const Object> object,
                                      const EntitySchema& schema, const Options& options) {
    if (!selects_kept(options, schema)) return CacheResult<Object>(std::move(object));
    return context.directory.find_with_kept<Object>(context.principal->tenant, object->id,
                                                    context.wait);
}

// The size of a page whose entries have kept properties, their own or expanded ones: it ends at
// 4 MB. Other pages are not measured.
class PageSize {
  public:
    PageSize(const Options& options, const EntitySchema& schema);

    // Whether the entry still belongs to the page; the first one always does.
    bool takes(const boost::json::object& entry);

  private:
    bool measured_ = false;
    std::size_t bytes_ = 0;
};

}  // namespace cameo::graph
