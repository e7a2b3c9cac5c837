#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "directory/kept.h"

// The properties that replies contain and requests may set, by type of object, with Graph's names,
// order and default set (docs/directory.md).
namespace cameo::graph {

struct EntitySchema {
    std::string_view type;  // Graph's type, without its namespace
    std::string_view
        collection;  // the name of the set in context URLs: users; empty within a mailbox
    std::span<const std::string_view> shown;   // without $select, in Graph's order
    std::span<const std::string_view> hidden;  // further properties for $select
    // Properties of Graph's type that are not stored: null when selected; those with kListMark are
    // empty lists. The names are those of @microsoft/microsoft-graph-types.
    std::span<const std::string_view> absent = {};
    // Members of a body that are stored; a time is Graph's to set, so it may only be null.
    std::span<const std::string_view> writable;
    std::span<const std::string_view> required;  // those that a POST must have
    // The properties of Extent::basic.
    std::span<const std::string_view> basic = {};
    std::span<const std::string_view> ordered = {};     // properties for $orderby
    std::span<const std::string_view> expandable = {};  // properties for $expand
    // An open type of Graph: $select accepts names that the type does not have.
    bool is_open = false;
    // Further properties for $select, most of them stored in one JSON object: directory/kept.h.
    std::span<const directory::KeptProperty> (*kept)() =
        directory::kept_properties<directory::ContactFolder>;
};

inline constexpr std::string_view kListMark = "[]";
std::string_view without_list_mark(std::string_view name);

// The type of `microsoft.graph.user` and `graph.user` (the alias of the schema) in any letter case;
// empty for any other text.
std::string_view cast_type(std::string_view text);

// The schema's spelling of a property that is named in any letter case; empty if it has none.
std::string_view known_name(const EntitySchema& schema, std::string_view name);

// How much of an object a caller may see (docs/access.md). Hidden texts are null, hidden lists
// empty.
enum class Extent : std::uint8_t { id, basic, whole };

// How much of each object of a list the caller may see.
struct Readable {
    Extent others = Extent::id;
    Extent own = Extent::id;
    std::string own_id = {};  // User::id of the signed-in user; empty for an app

    Extent of(std::string_view id) const { return !own_id.empty() && id == own_id ? own : others; }
};

bool shows(const EntitySchema& schema, Extent extent, std::string_view name);

extern const EntitySchema kUserSchema;
extern const EntitySchema kGroupSchema;
extern const EntitySchema kTeamSchema;
// A member of a team (team_members.h).
extern const EntitySchema kTeamMemberSchema;
extern const EntitySchema kContactSchema;
extern const EntitySchema kFolderSchema;

}  // namespace cameo::graph
