#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/owner.h"
#include "directory/objects.h"

// The properties of each kind of object as one table, by Graph's names. JSON, queries, file
// name patterns and the stores' columns are derived from it, so a new property is one new line.
namespace cameo::directory {

template <class Object>
struct Property {
    using Member = std::variant<std::string Object::*, bool Object::*, PhotoStorage Object::*,
                                Instant Object::*, std::vector<std::string> Object::*,
                                std::vector<EmailAddress> Object::*>;

    std::string_view name;  // Graph's: displayName. A store's column is display_name
    Member member;
    std::size_t max_length = 0;  // characters of each text: Graph's limits
    bool searched = false;       // by $search
    bool indexed = false;        // of a list: a filter finds its items by an index
};

// Every property except tenant and mailbox, which are internal. Specialised for User, Group,
// Contact and ContactFolder. `id` comes first.
template <class Object>
std::span<const Property<Object>> properties();

template <>
std::span<const Property<User>> properties<User>();
template <>
std::span<const Property<Group>> properties<Group>();
template <>
std::span<const Property<Contact>> properties<Contact>();
template <>
std::span<const Property<ContactFolder>> properties<ContactFolder>();

// nullptr if the kind has no such property. Names are compared exactly, as in OData.
template <class Object>
const Property<Object>* find_property(std::string_view name) {
    for (const auto& property : properties<Object>())
        if (property.name == name) return &property;
    return nullptr;
}

// The text of a property whose value is one text; nullptr for others.
template <class Object>
const std::string* text_of(const Object& object, const Property<Object>& property) {
    const auto* member = std::get_if<std::string Object::*>(&property.member);
    return member == nullptr ? nullptr : &(object.**member);
}

// Whether the text has at most that many characters (of UTF-8).
bool fits(std::string_view text, std::size_t max_length);

// The fault of a property's text with a maximum length: `is longer than 64 characters`,
// `contains a control character`. Empty if it is valid.
std::string fault_of(std::string_view text, std::size_t max_length);

// The first `most` characters of the text, or all of it.
std::string_view first_characters(std::string_view text, std::size_t most);

// Whether an object of the kind can have this id: a longer one is never looked up.
template <class Object>
bool can_be_id(std::string_view id) {
    return fits(id, properties<Object>().front().max_length);
}

// `display_name` for displayName.
std::string snake_case(std::string_view name);

}  // namespace cameo::directory
