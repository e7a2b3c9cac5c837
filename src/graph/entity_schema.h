#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// What Graph shows and takes of each kind of object: names, order, default set (docs/directory.md).
namespace cameo::graph {

struct EntitySchema {
    std::string_view type;        // Graph's type, without its namespace
    std::string_view collection;  // how contexts name the set: users; empty within a mailbox
    std::span<const std::string_view> shown;   // where nothing is selected, in Graph's order
    std::span<const std::string_view> hidden;  // what a selection may name besides
    // Properties of Graph's type that are not kept here: null when selected, as for an object that
    // has none, so that a client that asks for a department still gets its answer.
    std::span<const std::string_view> absent;
    std::span<const std::string_view> writable;  // members of a body that are taken
    std::span<const std::string_view> required;  // of those, what a POST must hold
    // What Extent::basic shows; a property that is not named here is not in the basic set.
    std::span<const std::string_view> basic = {};
};

// How much of an object a caller sees (docs/access.md). The rest is null, a list empty.
enum class Extent : std::uint8_t { id, basic, whole };

// How much of each object of a list the caller sees.
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
extern const EntitySchema kContactSchema;
extern const EntitySchema kFolderSchema;

}  // namespace cameo::graph
