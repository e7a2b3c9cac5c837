#include "store/memory/memory_query.h"

#include <algorithm>

#include "directory/property.h"
#include "directory/words.h"

namespace cameo::store::memory {
namespace {

using directory::Contact;
using directory::ContactFolder;
using directory::Filter;
using directory::Group;
using directory::Property;
using directory::Scope;
using directory::Search;
using directory::SearchTerm;
using directory::User;
using Words = std::vector<std::string>;

template <class Object>
bool compares(const Object& object, const Filter& filter) {
    const auto* property = directory::find_property<Object>(filter.property);
    if (property == nullptr) return false;
    if (const auto* wanted = std::get_if<bool>(&filter.value)) {
        const auto* truth = std::get_if<bool Object::*>(&property->member);
        return truth != nullptr && object.**truth == *wanted;
    }
    const auto* text = directory::text_of(object, *property);
    if (text == nullptr) return false;
    const auto wanted = to_lower(std::get<std::string>(filter.value));
    const auto folded = to_lower(*text);
    return filter.kind == Filter::Kind::equals ? folded == wanted : folded.starts_with(wanted);
}

template <class Object>
bool holds(const Object& object, const Filter& filter) {
    const auto part_holds = [&](const Filter& part) { return holds(object, part); };
    switch (filter.kind) {
        case Filter::Kind::all_of:
            return std::ranges::all_of(filter.parts, part_holds);
        case Filter::Kind::any_of:
            return std::ranges::any_of(filter.parts, part_holds);
        case Filter::Kind::none_of:
            return std::ranges::none_of(filter.parts, part_holds);
        default:
            return compares(object, filter);
    }
}

template <class Object>
bool has_all(const Object& object, const Property<Object>& property, const Words& wanted) {
    const Words words = directory::words_of(*directory::text_of(object, property));
    return std::ranges::all_of(wanted, [&](const std::string& start) {
        return std::ranges::any_of(
            words, [&](const std::string& word) { return word.starts_with(start); });
    });
}

template <class Object>
bool is_found(const Object& object, const SearchTerm& term) {
    Words wanted;
    for (const auto& text : term.words)
        std::ranges::copy(directory::words_of(text), std::back_inserter(wanted));
    return !wanted.empty() &&
           std::ranges::any_of(
               directory::properties<Object>(), [&](const Property<Object>& property) {
                   return property.searched && directory::looks_into(term, property.name) &&
                          has_all(object, property, wanted);
               });
}

template <class Object>
bool is_found(const Object& object, const Search& search) {
    return std::ranges::any_of(search, [&](const std::vector<SearchTerm>& terms) {
        return std::ranges::all_of(terms,
                                   [&](const SearchTerm& term) { return is_found(object, term); });
    });
}

bool is_in(const MemoryRepository& memory, const User& user, const Scope& scope) {
    if (!scope.owners_of.empty() && !memory.is_owner(scope.tenant, scope.owners_of, user.id))
        return false;
    return scope.members_of.empty() || memory.is_member(scope.tenant, scope.members_of, user.id);
}

bool is_in(const MemoryRepository& memory, const Group& group, const Scope& scope) {
    if (scope.teams_only && !group.is_team) return false;
    if (scope.without_hidden && group.visibility == directory::kHiddenMembership &&
        !memory.is_member(scope.tenant, group.id, scope.except_joined_by))
        return false;
    return scope.joined_by.empty() || memory.is_member(scope.tenant, group.id, scope.joined_by);
}

template <class Object>
bool is_in(const MemoryRepository&, const Object& item, const Scope& scope) {
    return equals_ignoring_case(item.mailbox, scope.mailbox) &&
           (scope.folder.empty() || item.parent_folder_id == scope.folder);
}

}  // namespace

template <class Object>
bool is_wanted(const MemoryRepository& memory, const Object& object, const Scope& scope,
               const directory::Query& query) {
    return object.tenant == scope.tenant && is_in(memory, object, scope) &&
           (!query.filter || holds(object, *query.filter)) &&
           (!query.search || is_found(object, *query.search));
}

template bool is_wanted(const MemoryRepository&, const User&, const Scope&,
                        const directory::Query&);
template bool is_wanted(const MemoryRepository&, const Group&, const Scope&,
                        const directory::Query&);
template bool is_wanted(const MemoryRepository&, const Contact&, const Scope&,
                        const directory::Query&);
template bool is_wanted(const MemoryRepository&, const ContactFolder&, const Scope&,
                        const directory::Query&);

}  // namespace cameo::store::memory
