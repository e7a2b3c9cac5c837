#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "base/text.h"
#include "photo/sizes.h"
#include "store/memory/memory_store.h"

namespace cameo::store::memory {
namespace {

using directory::CoverageRow;
using directory::PeopleQuery;
using directory::Person;
using directory::PersonPhoto;
using directory::User;

static_assert(directory::kLargeSide == photo::kHdSizes.back());

std::unexpected<Error> late() { return fail(Fault::busy, "The directory did not answer in time."); }

bool is_small(const PersonPhoto& photo) {
    return std::min(photo.width, photo.height) < directory::kLargeSide;
}

bool has_state(const Person& person, PeopleQuery::Photo wanted) {
    switch (wanted) {
        case PeopleQuery::Photo::all:
            return true;
        case PeopleQuery::Photo::none:
            return !person.photo;
        case PeopleQuery::Photo::small:
            return person.photo && is_small(*person.photo);
        case PeopleQuery::Photo::any:
            return person.photo.has_value();
    }
    std::unreachable();
}

OwnerKey owner_of(const User& user) { return {user.tenant, OwnerKind::user, user.id}; }

Person person_of(const User& user, const MemoryCatalog::PhotoState& state) {
    Person person{.user = user, .photo = std::nullopt, .locked = state.locked};
    if (const auto& photo = state.photo)
        person.photo = {.etag = photo->etag,
                        .width = photo->largest().size.width,
                        .height = photo->largest().size.height,
                        .modified = photo->modified,
                        .source = photo->origin.source};
    return person;
}

bool is_wanted(const MemoryRepository& memory, const User& user, const PeopleQuery& query) {
    return memory::is_wanted(memory, user, {.tenant = query.tenant, .members_of = query.group},
                             {.search = query.search}) &&
           (!query.department || user.department == *query.department) &&
           (!query.office_location || user.office_location == *query.office_location);
}

std::pair<std::string, std::string> place_of(std::string_view name, std::string_view id) {
    return {to_lower(name), to_lower(id)};
}

}  // namespace

Result<directory::Page<Person>> MemoryDirectory::people(const PeopleQuery& query,
                                                        Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    directory::Page<Person> page;
    for (const auto& [key, user] : memory_.all<User>()) {
        if (!is_wanted(memory_, user, query)) continue;
        const auto state = memory_.catalog.photo_state(owner_of(user));
        if (query.changed_since && state.changed <= *query.changed_since) continue;
        auto person = person_of(user, state);
        if (has_state(person, query.photo)) page.objects.push_back(std::move(person));
    }
    if (query.count) page.count = page.objects.size();
    const auto place = [](const Person& person) {
        return place_of(person.user.display_name, person.user.id);
    };
    std::ranges::sort(page.objects, {}, place);
    if (query.after)
        std::erase_if(page.objects, [&](const Person& person) {
            return place(person) <= place_of(query.after->value, query.after->id);
        });
    page.more = page.objects.size() > query.top;
    if (page.more) page.objects.resize(query.top);
    return page;
}

Result<std::vector<CoverageRow>> MemoryDirectory::coverage(std::string_view tenant,
                                                           directory::CoverageBy by,
                                                           Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    std::map<std::string, CoverageRow> rows;
    for (const auto& [key, user] : memory_.all<User>()) {
        if (user.tenant != tenant) continue;
        const auto& name =
            by == directory::CoverageBy::department ? user.department : user.office_location;
        const auto person = person_of(user, memory_.catalog.photo_state(owner_of(user)));
        auto& row = rows.try_emplace(name, CoverageRow{.name = name}).first->second;
        ++row.people;
        if (!person.photo) continue;
        ++row.with_photo;
        if (is_small(*person.photo)) ++row.small;
    }
    std::vector<CoverageRow> list;
    for (auto& [name, row] : rows) list.push_back(std::move(row));
    return list;
}

}  // namespace cameo::store::memory
