#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "directory/store.h"
#include "graph/entity_schema.h"
#include "graph/request_context.h"
#include "http/reply.h"

// The steps that writes of every kind of object share.
namespace cameo::graph {

enum class Write : std::uint8_t { create, change };

// The body as a JSON object; where something is created, with all required members. Faults:
// malformed, too_large, unsupported_format.
Result<boost::json::object> read_object(const RequestContext& context, const EntitySchema& schema,
                                        Write write);

// Fault::malformed where `body` gives the object another id.
Result<void> check_same_id(const boost::json::object& body, std::string_view id);

// 204 once memory has forgotten what was removed; the 404 of `key` where nothing was.
Result<http::Reply> finish_removal(const RequestContext& context, std::string_view key,
                                   const Result<std::optional<directory::Removed>>& removed);

}  // namespace cameo::graph
