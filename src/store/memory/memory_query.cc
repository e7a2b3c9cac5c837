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

template <class Entry>
bool compares(const Entry& entry, const Filter& filter) {
    const auto* property = directory::find_property<Entry>(filter.property);
    if (property == nullptr) return false;
    if (const auto* wanted = std::get_if<bool>(&filter.value)) {
        const auto* truth = std::get_if<bool Entry::*>(&property->member);
        return truth != nullptr && entry.**truth == *wanted;
    }
    const auto* text = directory::text_of(entry, *property);
    if (text == nullptr) return false;
    const auto wanted = to_lower(std::get<std::string>(filter.value));
    const auto folded = to_lower(*text);
    return filter.kind == Filter::Kind::equals ? folded == wanted : folded.starts_with(wanted);
}

template <class Entry>
bool holds(const Entry& entry, const Filter& filter) {
    const auto part_holds = [&](const Filter& part) { return holds(entry, part); };
    switch (filter.kind) {
        case Filter::Kind::all_of:
            return std::ranges::all_of(filter.parts, part_holds);
        case Filter::Kind::any_of:
            return std::ranges::any_of(filter.parts, part_holds);
        case Filter::Kind::none_of:
            return std::ranges::none_of(filter.parts, part_holds);
        default:
            return compares(entry, filter);
    }
}

template <class Entry>
bool has_all(const Entry& entry, const Property<Entry>& property, const Words& wanted) {
    const Words words = directory::words_of(*directory::text_of(entry, property));
    return std::ranges::all_of(wanted, [&](const std::string& start) {
        return std::ranges::any_of(
            words, [&](const std::string& word) { return word.starts_with(start); });
    });
}

template <class Entry>
bool is_found(const Entry& entry, const SearchTerm& term) {
    Words wanted;
    for (const auto& text : term.words)
        std::ranges::copy(directory::words_of(text), std::back_inserter(wanted));
    return !wanted.empty() &&
           std::ranges::any_of(
               directory::properties<Entry>(), [&](const Property<Entry>& property) {
                   return property.searched && directory::looks_into(term, property.name) &&
                          has_all(entry, property, wanted);
               });
}

template <class Entry>
bool is_found(const Entry& entry, const Search& search) {
    return std::ranges::any_of(search, [&](const std::vector<SearchTerm>& terms) {
        return std::ranges::all_of(terms,
                                   [&](const SearchTerm& term) { return is_found(entry, term); });
    });
}

bool is_in(const MemoryEntries& memory, const User& user, const Scope& scope) {
    if (!scope.owners_of.empty() && !memory.is_owner(scope.tenant, scope.owners_of, user.id))
        return false;
    return scope.members_of.empty() || memory.is_member(scope.tenant, scope.members_of, user.id);
}

bool is_in(const MemoryEntries& memory, const Group& group, const Scope& scope) {
    if (scope.teams_only && !group.is_team) return false;
    if (scope.without_hidden && group.visibility == directory::kHiddenMembership &&
        !memory.is_member(scope.tenant, group.id, scope.except_joined_by))
        return false;
    return scope.joined_by.empty() || memory.is_member(scope.tenant, group.id, scope.joined_by);
}

template <class Entry>
bool is_in(const MemoryEntries&, const Entry& item, const Scope& scope) {
    return equals_ignoring_case(item.mailbox, scope.mailbox) &&
           (scope.folder.empty() || item.parent_folder_id == scope.folder);
}

}  // namespace

template <class Entry>
bool is_wanted(const MemoryEntries& memory, const Entry& entry, const Scope& scope,
               const directory::Query& query) {
    return entry.tenant == scope.tenant && is_in(memory, entry, scope) &&
           (!query.filter || holds(entry, *query.filter)) &&
           (!query.search || is_found(entry, *query.search));
}

template bool is_wanted(const MemoryEntries&, const User&, const Scope&, const directory::Query&);
template bool is_wanted(const MemoryEntries&, const Group&, const Scope&, const directory::Query&);
template bool is_wanted(const MemoryEntries&, const Contact&, const Scope&,
                        const directory::Query&);
template bool is_wanted(const MemoryEntries&, const ContactFolder&, const Scope&,
                        const directory::Query&);

}  // namespace cameo::store::memory
