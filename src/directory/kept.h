#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "directory/objects.h"

// Properties of Graph that have no member of their own: those that clients may write are stored as
// they were sent, in one JSON object of each user, group and contact (User::kept;
// docs/directory.md, "Kept properties"). Names, types and read-only marks are those of npm package
// @microsoft/microsoft-graph-types 2.43.1.
namespace cameo::directory {

// texts and objects are lists.
enum class KeptType : std::uint8_t { text, boolean, integer, time, texts, object, objects };

enum class KeptUse : std::uint8_t {
    kept,
    computed,  // by Graph: a body cannot set it
    dropped,   // accepted in a body, never stored and never shown
};

struct KeptProperty {
    std::string_view name;
    KeptType type = KeptType::text;
    KeptUse use = KeptUse::kept;
    std::string_view complex_type = {};  // Graph's type of an object, or of the items of objects
};

// All of a kind, by name. Specialised for User, Group, Contact and ContactFolder, which has none.
template <class Object>
std::span<const KeptProperty> kept_properties();
template <>
std::span<const KeptProperty> kept_properties<User>();
template <>
std::span<const KeptProperty> kept_properties<Group>();
template <>
std::span<const KeptProperty> kept_properties<Contact>();
template <>
std::span<const KeptProperty> kept_properties<ContactFolder>();

// Of exactly that name; nullptr if there is none.
const KeptProperty* find_kept(std::span<const KeptProperty> properties, std::string_view name);

inline bool is_list(const KeptProperty& property) {
    return property.type == KeptType::texts || property.type == KeptType::objects;
}

// The type of an object. One without members takes any.
struct ComplexType {
    std::string_view name;
    std::span<const KeptProperty> members;
};

// All types of properties that are kept, by name.
std::span<const ComplexType> complex_types();
const ComplexType& complex_type(const KeptProperty& property);

// Of one object in all, as JSON.
inline constexpr std::size_t kMaxKeptBytes = 8 << 10;

// The text that the JSON object `kept` has under the name; empty if it has no text there.
std::string kept_text(std::string_view kept, std::string_view name);

// The one kept property of users that a filter may compare: equals, by an index of the stores.
inline constexpr std::string_view kEmployeeId = "employeeId";

}  // namespace cameo::directory
