#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "directory/kept.h"
#include "directory/property.h"
#include "directory/query.h"
#include "store/memory/memory_store.h"

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

bool compares(std::string_view text, const Filter& filter) {
    const auto* value = std::get_if<std::string>(&filter.value);
    if (value == nullptr) return false;
    const auto wanted = to_lower(*value);
    const auto folded = to_lower(text);
    switch (filter.kind) {
        case Filter::Kind::starts_with:
            return folded.starts_with(wanted);
        case Filter::Kind::ends_with:
            return folded.ends_with(wanted);
        case Filter::Kind::at_least:
            return folded >= wanted;
        case Filter::Kind::at_most:
            return folded <= wanted;
        default:
            return folded == wanted;
    }
}

bool compares(bool truth, const Filter& filter) {
    const auto* wanted = std::get_if<bool>(&filter.value);
    return wanted != nullptr && truth == *wanted;
}

bool compares(Instant time, const Filter& filter) {
    const auto* wanted = std::get_if<Instant>(&filter.value);
    if (wanted == nullptr) return false;
    if (filter.kind == Filter::Kind::at_least) return time >= *wanted;
    if (filter.kind == Filter::Kind::at_most) return time <= *wanted;
    return time == *wanted;
}

bool compares(PhotoStorage, const Filter&) { return false; }

bool compares(const directory::EmailAddress& item, const Filter& filter) {
    return compares(filter.member == Filter::Member::name ? item.name : item.address, filter);
}

template <class Item>
bool compares(const std::vector<Item>& items, const Filter& filter) {
    return std::ranges::any_of(items, [&](const Item& item) { return compares(item, filter); });
}

template <class Object>
bool compares(const Object& object, const Property<Object>& property, const Filter& filter) {
    constexpr bool kExactIds =
        std::is_same_v<Object, Contact> || std::is_same_v<Object, ContactFolder>;
    if (kExactIds && property.name == "id" && filter.kind == Filter::Kind::equals)
        return filter.value == decltype(filter.value)(object.id);
    return std::visit([&](auto member) { return compares(object.*member, filter); },
                      property.member);
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
        default: {
            if constexpr (std::is_same_v<Object, User>)
                if (filter.property == directory::kEmployeeId)
                    return compares(directory::kept_text(object.kept, filter.property), filter);
            const auto* property = directory::find_property<Object>(filter.property);
            return property != nullptr && compares(object, *property, filter);
        }
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
                   return property.searched && directory::searches_property(term, property.name) &&
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

bool is_visible(const MemoryRepository& memory, const Group& group, const Scope& scope) {
    return !scope.without_hidden || group.visibility != directory::kHiddenMembership ||
           memory.is_member(scope.tenant, group.id, scope.except_joined_by);
}

bool shares_group(const MemoryRepository& memory, const User& user, const Scope& scope) {
    if (equals_ignoring_case(user.id, scope.shares_group_with)) return false;
    return std::ranges::any_of(memory.all<Group>(), [&](const auto& item) {
        const Group& group = item.second;
        return group.tenant == scope.tenant && is_visible(memory, group, scope) &&
               memory.is_member(scope.tenant, group.id, user.id) &&
               memory.is_member(scope.tenant, group.id, scope.shares_group_with);
    });
}

bool is_in(const MemoryRepository& memory, const User& user, const Scope& scope) {
    if (!scope.owners_of.empty() && !memory.is_owner(scope.tenant, scope.owners_of, user.id))
        return false;
    if (!scope.reports_of.empty()) {
        const auto manager = memory.managers.find({scope.tenant, to_lower(user.id)});
        if (manager == memory.managers.end() || manager->second != to_lower(scope.reports_of))
            return false;
    }
    if (!scope.people_of.empty() && !memory.is_member(scope.tenant, scope.people_of, user.id) &&
        !memory.is_owner(scope.tenant, scope.people_of, user.id))
        return false;
    if (!scope.shares_group_with.empty() && !shares_group(memory, user, scope)) return false;
    return scope.members_of.empty() || memory.is_member(scope.tenant, scope.members_of, user.id);
}

bool is_in(const MemoryRepository& memory, const Group& group, const Scope& scope) {
    if (scope.teams_only && !group.is_team) return false;
    if (!is_visible(memory, group, scope)) return false;
    return scope.joined_by.empty() || memory.is_member(scope.tenant, group.id, scope.joined_by);
}

template <class Object>
bool is_in(const MemoryRepository&, const Object& item, const Scope& scope) {
    return equals_ignoring_case(item.mailbox, scope.mailbox) &&
           (scope.folder.empty() || item.parent_folder_id == scope.folder);
}

using directory::Contact;
using directory::ContactFolder;
using directory::Group;
using directory::Removed;
using directory::User;

// Erases the contacts and folders of the tenant for which `goes` is true, and adds them to
// `removed`.
template <class Object, class Goes>
void take(MemoryRepository& memory, std::string_view tenant, Removed& removed, Goes goes) {
    std::erase_if(memory.all<Object>(), [&](const auto& item) {
        const Object& object = item.second;
        if (object.tenant != tenant || !goes(object)) return false;
        if constexpr (std::is_same_v<Object, Contact>)
            removed.owners.push_back({object.tenant, OwnerKind::contact, object.id});
        else
            removed.folders.push_back(object.id);
        return true;
    });
}

// Records a change of the groups that lose the user as a member or an owner.
void record_change_of_groups(MemoryRepository& memory, const User& user, Instant now) {
    const auto record = [&](const auto& people, photo::Change::What what) {
        for (const auto& [tenant, group, id] : people)
            if (tenant == user.tenant && id == to_lower(user.id))
                memory.record_change_of_group(tenant, group, what, now);
    };
    record(memory.members, photo::Change::What::members_changed);
    record(memory.owners, photo::Change::What::owners_changed);
}

void take_all(MemoryRepository& memory, const User& user, Removed& removed) {
    removed.owners.push_back({user.tenant, OwnerKind::user, user.id});
    const auto is_theirs = [&](const auto& item) {
        return equals_ignoring_case(item.mailbox, user.id);
    };
    take<Contact>(memory, user.tenant, removed, is_theirs);
    take<ContactFolder>(memory, user.tenant, removed, is_theirs);
    for (auto* people : {&memory.members, &memory.owners})
        std::erase_if(*people, [&](const auto& one) {
            return std::get<0>(one) == user.tenant && std::get<2>(one) == to_lower(user.id);
        });
    std::erase_if(memory.managers, [&](const auto& link) {
        return link.first.first == user.tenant &&
               (link.first.second == to_lower(user.id) || link.second == to_lower(user.id));
    });
    std::erase_if(memory.sign_in_codes, [&](const auto& code) {
        return code.second.tenant == user.tenant && equals_ignoring_case(code.second.user, user.id);
    });
    std::erase_if(memory.bound_users, [&](const auto& bound) {
        if (bound.first.tenant != user.tenant || bound.second != to_lower(user.id)) return false;
        removed.subjects.push_back(bound.first);
        return true;
    });
}

void take_all(MemoryRepository& memory, const Group& group, Removed& removed) {
    removed.owners.push_back({group.tenant, OwnerKind::group, group.id});
    for (auto* people : {&memory.members, &memory.owners})
        std::erase_if(*people, [&](const auto& one) {
            return std::get<0>(one) == group.tenant && std::get<1>(one) == to_lower(group.id);
        });
}

void take_all(MemoryRepository&, const Contact& contact, Removed& removed) {
    removed.owners.push_back({contact.tenant, OwnerKind::contact, contact.id});
}

void take_all(MemoryRepository& memory, const ContactFolder& folder, Removed& removed) {
    removed.folders = folders_in(memory, folder.tenant, folder.id);
    const auto goes = removed.folders;
    take<Contact>(memory, folder.tenant, removed, [&](const Contact& contact) {
        return std::ranges::find(goes, contact.parent_folder_id) != goes.end();
    });
    for (const auto& id : goes) memory.all<ContactFolder>().erase({folder.tenant, id});
}

using directory::Contact;
using directory::ContactFolder;
using directory::Group;
using directory::User;

std::unexpected<Error> late() { return fail(Fault::busy, "The directory did not answer in time."); }

// `before`, the object as it was, is null for a new one.
Result<void> check(MemoryRepository& memory, const User& user, const User* /*before*/) {
    for (const auto& [key, other] : memory.all<User>())
        if (other.tenant == user.tenant && !equals_ignoring_case(other.id, user.id) &&
            equals_ignoring_case(other.user_principal_name, user.user_principal_name))
            return fail(Fault::conflict, "A user with that userPrincipalName already exists.");
    return {};
}

Result<void> check(MemoryRepository& memory, const Group& group, const Group* before) {
    const auto nickname = directory::unique_nickname(group);
    if (nickname.empty() || (before != nullptr && directory::unique_nickname(*before) == nickname))
        return {};
    if (!memory.has_nickname(group.tenant, nickname)) return {};
    return fail(Fault::conflict, std::string(directory::kTakenNickname));
}

// Checks that the mailbox and the parent folder exist.
template <class Object>
Result<void> check(MemoryRepository& memory, const Object& item, const Object* /*before*/) {
    const User* owner = memory.find<User>(item.tenant, item.mailbox);
    if (owner == nullptr) return fail(Fault::no_owner, "There is no such mailbox.");
    if (item.parent_folder_id == directory::default_folder_id(owner->id)) return {};
    const auto* parent = memory.find<ContactFolder>(item.tenant, item.parent_folder_id);
    if (parent == nullptr || !equals_ignoring_case(parent->mailbox, item.mailbox))
        return fail(Fault::no_owner, "There is no such parent folder in the mailbox.");
    if constexpr (std::is_same_v<Object, ContactFolder>) {
        const auto inside = folders_in(memory, item.tenant, item.id);
        if (std::ranges::find(inside, item.parent_folder_id) != inside.end())
            return fail(Fault::conflict, "A folder cannot lie in itself.");
    }
    return {};
}

template <class Object>
OwnerKey owner_of(const Object& object) {
    const auto kind = std::is_same_v<Object, User>    ? OwnerKind::user
                      : std::is_same_v<Object, Group> ? OwnerKind::group
                                                      : OwnerKind::contact;
    return {object.tenant, kind, object.id};
}

// Does nothing for a folder, which cannot own a photo.
template <class Object>
void record(MemoryRepository& memory, const Object& object, photo::Change::What what) {
    if constexpr (!std::is_same_v<Object, ContactFolder>)
        memory.catalog.record_change(owner_of(object), what, SystemClock().now());
}

template <class Object>
Object without_kept(Object object) {
    if constexpr (!std::is_same_v<Object, ContactFolder>) object.kept.clear();
    return object;
}

// The sort key of a list.
struct Place {
    std::variant<std::string, std::int64_t> value;
    std::string id;
    auto operator<=>(const Place&) const = default;
};

template <class Object>
Place place_of(const Object& object, const directory::Query& query) {
    if (query.by_id) return {"", key_of<Object>(object.id)};
    const auto* property = directory::find_property<Object>(query.order_by);
    if (const auto* time = std::get_if<Instant Object::*>(&property->member))
        return {(object.**time).time_since_epoch().count(), key_of<Object>(object.id)};
    return {to_lower(*directory::text_of(object, *property)), key_of<Object>(object.id)};
}

// nullopt for the time of a cursor that is not a number.
template <class Object>
std::optional<Place> place_of(const directory::Cursor& cursor, const directory::Query& query) {
    auto id = key_of<Object>(cursor.id);
    if (query.by_id) return Place{"", std::move(id)};
    const auto* property = directory::find_property<Object>(query.order_by);
    if (!std::holds_alternative<Instant Object::*>(property->member))
        return Place{to_lower(cursor.value), std::move(id)};
    const auto time = number_in<std::int64_t>(cursor.value);
    if (!time) return std::nullopt;
    return Place{*time, std::move(id)};
}

template <class Object>
void sort(std::vector<Object>& objects, const directory::Query& query) {
    const auto place = [&](const Object& object) { return place_of(object, query); };
    std::ranges::sort(objects, {}, place);
    if (query.descending) std::ranges::reverse(objects);
    if (!query.after) return;
    const auto cursor = place_of<Object>(*query.after, query);
    std::erase_if(objects, [&](const Object& object) {
        if (!cursor) return true;
        return query.descending ? place(object) >= *cursor : place(object) <= *cursor;
    });
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

std::vector<std::string> folders_in(MemoryRepository& memory, std::string_view tenant,
                                    std::string_view folder) {
    if (memory.find<ContactFolder>(tenant, folder) == nullptr) return {};
    std::vector<std::string> ids{std::string(folder)};
    for (std::size_t next = 0; next < ids.size(); ++next)
        for (const auto& [key, child] : memory.all<ContactFolder>())
            if (child.tenant == tenant && child.parent_folder_id == ids[next])
                ids.push_back(child.id);
    return ids;
}

template <class Object>
std::optional<Removed> remove(MemoryRepository& memory, std::string_view tenant,
                              std::string_view id, Instant now) {
    const Object* found = memory.find<Object>(tenant, id);
    if (found == nullptr) return std::nullopt;
    Removed removed;
    const Object object = *found;
    if constexpr (std::is_same_v<Object, User>) record_change_of_groups(memory, object, now);
    take_all(memory, object, removed);
    for (const auto& owner : removed.owners) {
        memory.catalog.drop(owner, now);
        memory.catalog.record_change(owner, photo::Change::What::owner_removed, now);
    }
    memory.all<Object>().erase({object.tenant, key_of<Object>(object.id)});
    return removed;
}

template std::optional<Removed> remove<User>(MemoryRepository&, std::string_view, std::string_view,
                                             Instant);
template std::optional<Removed> remove<Group>(MemoryRepository&, std::string_view, std::string_view,
                                              Instant);
template std::optional<Removed> remove<Contact>(MemoryRepository&, std::string_view,
                                                std::string_view, Instant);
template std::optional<Removed> remove<ContactFolder>(MemoryRepository&, std::string_view,
                                                      std::string_view, Instant);

template <class Object>
Result<std::optional<Object>> MemoryTable<Object>::find(std::string_view tenant,
                                                        std::string_view id, Deadline deadline,
                                                        directory::WithKept with_kept) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    const Object* found = memory_.find<Object>(tenant, id);
    if (found == nullptr) return std::nullopt;
    return with_kept == directory::WithKept::yes ? *found : without_kept(*found);
}

template <class Object>
Result<void> MemoryTable<Object>::add(const Object& object, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    return insert(object);
}

template <class Object>
Result<void> MemoryTable<Object>::insert(const Object& object) {
    if (memory_.find<Object>(object.tenant, object.id) != nullptr)
        return fail(Fault::conflict, "Something with that id already exists in the tenant.");
    const Object* none = nullptr;
    if (auto fits = check(memory_, object, none); !fits) return fits;
    memory_.all<Object>().emplace(MemoryRepository::Key(object.tenant, key_of<Object>(object.id)),
                                  object);
    record(memory_, object, photo::Change::What::owner_added);
    return {};
}

template <class Object>
Result<std::optional<Object>> MemoryTable<Object>::change(std::string_view tenant,
                                                          std::string_view id, const Change& change,
                                                          Deadline deadline,
                                                          const ActingOwner& acting_owner) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    return update(tenant, id, change, acting_owner);
}

template <class Object>
Result<std::optional<Object>> MemoryTable<Object>::update(std::string_view tenant,
                                                          std::string_view id, const Change& change,
                                                          const ActingOwner& acting_owner) {
    auto* found = memory_.find<Object>(tenant, id);
    if (found == nullptr) return std::nullopt;
    if (auto allowed = memory_.check_acting_owner(tenant, id, acting_owner); !allowed)
        return std::unexpected(std::move(allowed.error()));
    Object object = *found;
    if (auto changed = change(object); !changed) return std::unexpected(changed.error());
    if (object == *found) return object;
    if (auto fits = check(memory_, object, &*found); !fits) return std::unexpected(fits.error());
    *found = object;
    record(memory_, object, photo::Change::What::owner_changed);
    return object;
}

template <class Object>
Result<std::optional<directory::Removed>> MemoryTable<Object>::remove(
    std::string_view tenant, std::string_view id, Instant now, Deadline deadline,
    const ActingOwner& acting_owner) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    if (auto fine = memory_.check_acting_owner(tenant, id, acting_owner); !fine)
        return std::unexpected(std::move(fine.error()));
    return memory::remove<Object>(memory_, tenant, id, now);
}

template <class Object>
Result<directory::Page<Object>> MemoryTable<Object>::list(const directory::Scope& scope,
                                                          const directory::Query& query,
                                                          Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    directory::Page<Object> page;
    for (const auto& [key, object] : memory_.all<Object>())
        if (is_wanted(memory_, object, scope, query))
            page.objects.push_back(query.with_kept ? object : without_kept(object));
    if (query.count) page.count = page.objects.size();
    sort(page.objects, query);
    const auto skipped = std::min(query.skip, page.objects.size());
    page.objects.erase(page.objects.begin(),
                       page.objects.begin() + static_cast<std::ptrdiff_t>(skipped));
    page.more = page.objects.size() > query.top;
    if (page.more) page.objects.resize(query.top);
    if (!scope.people_of.empty())
        for (const auto& object : page.objects)
            page.owning.push_back(memory_.is_owner(scope.tenant, scope.people_of, object.id));
    return page;
}

template class MemoryTable<User>;
template class MemoryTable<Group>;
template class MemoryTable<Contact>;
template class MemoryTable<ContactFolder>;

}  // namespace cameo::store::memory
