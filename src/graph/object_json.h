#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.h"
#include "directory/objects.h"
#include "graph/entity_schema.h"
#include "graph/odata.h"
#include "graph/request_context.h"

// Objects of the directory as Graph's JSON: User, Group, Contact and ContactFolder. A team is a
// Group with kTeamSchema.
namespace cameo::graph {

// The default extent: of people only the id, so that a new reply which forgets the extent reveals
// none.
template <class Object>
inline constexpr Extent kDefaultExtent =
    std::is_same_v<Object, directory::User> ? Extent::id : Extent::whole;

// Gives the names of $select the schema's spelling. A name that an open type does not have stays:
// it is part of the context URL, not of the value. Fault::malformed for any other unknown name.
Result<void> resolve_select(Options& options, const EntitySchema& schema);

// Appends the selected members to `body`; those beyond `extent` without their values. REQUIRES:
// resolve_select.
template <class Object>
void append_object(boost::json::object& body, const Object& object, const EntitySchema& schema,
                   const Options& options, Extent extent = kDefaultExtent<Object>);

// Copies the writable members of `body` into `object`; null empties a text or a list. Kept ones are
// merged as merge_kept says. Other members, passwordProfile above all, are ignored.
// Fault::malformed names the invalid member.
template <class Object>
Result<void> read_object(const boost::json::object& body, const EntitySchema& schema,
                         Object& object);

// Fault::malformed with the first required member that `body` lacks.
Result<void> check_required(const boost::json::object& body, const EntitySchema& schema);

// The id of `body` in lower case, or a new GUID if it has none. Fault::malformed for an id that is
// not a GUID.
Result<std::string> id_of_new(const boost::json::object& body);

// The body of the request as a JSON object. Faults of read_body and parse_json_object.
Result<boost::json::object> read_json_body(const RequestContext& context);

// Fault::malformed where the text is not a JSON object.
Result<boost::json::object> parse_json_object(std::string_view text);

// `2026-11-30T20:15:00Z`.
std::string date_time(Instant time);

// Null for an empty text, which is an absent value.
boost::json::value text_or_null(std::string_view text);

// Fault::malformed with the first member of `body` that is none of `names`.
Result<void> check_known_members(const boost::json::object& body,
                                 std::initializer_list<std::string_view> names);

// The error for a member of a body.
std::unexpected<Error> wrong_member(std::string_view name, std::string_view what);

}  // namespace cameo::graph
