#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/owner.h"
#include "directory/contact.h"
#include "directory/group.h"
#include "directory/user.h"

// The properties of each kind of entry as one table, by Graph's names: what JSON, queries, file
// name patterns and the stores' columns are made from, so that a new property is one new line.
namespace cameo::directory {

template <class Entry>
struct Property {
    using Member =
        std::variant<std::string Entry::*, bool Entry::*, PhotoStorage Entry::*,
                     std::vector<std::string> Entry::*, std::vector<EmailAddress> Entry::*>;

    std::string_view name;  // Graph's: displayName. A store's column is display_name
    Member member;
    std::size_t max_length = 0;  // characters of each text: Graph's limits
    bool searched = false;       // $search looks here
};

// Every property but tenant and mailbox, which no client sees. Specialised for User, Group, Contact
// and ContactFolder. `id` comes first.
template <class Entry>
std::span<const Property<Entry>> properties();

template <>
std::span<const Property<User>> properties<User>();
template <>
std::span<const Property<Group>> properties<Group>();
template <>
std::span<const Property<Contact>> properties<Contact>();
template <>
std::span<const Property<ContactFolder>> properties<ContactFolder>();

// nullptr where the kind has no such property. Names are compared exactly, as in OData.
template <class Entry>
const Property<Entry>* find_property(std::string_view name) {
    for (const auto& property : properties<Entry>())
        if (property.name == name) return &property;
    return nullptr;
}

// The text of a property whose value is one text; nullptr for the others.
template <class Entry>
const std::string* text_of(const Entry& entry, const Property<Entry>& property) {
    const auto* member = std::get_if<std::string Entry::*>(&property.member);
    return member == nullptr ? nullptr : &(entry.**member);
}

// Whether the text has at most so many characters (of UTF-8).
bool fits(std::string_view text, std::size_t max_length);

// What is wrong with a text of a property of at most so many characters: `is longer than 64
// characters`, `holds a control character`. Empty where nothing is.
std::string fault_of(std::string_view text, std::size_t max_length);

// The text's first characters, so many at most.
std::string_view first_characters(std::string_view text, std::size_t most);

// Whether an entry of the kind can have this id. What is longer is not looked for.
template <class Entry>
bool can_be_id(std::string_view id) {
    return fits(id, properties<Entry>().front().max_length);
}

// `display_name` for displayName.
std::string snake_case(std::string_view name);

}  // namespace cameo::directory
