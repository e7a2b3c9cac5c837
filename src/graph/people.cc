#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "directory/objects.h"
#include "directory/query.h"
#include "graph/authorize.h"
#include "graph/entity_schema.h"
#include "graph/errors.h"
#include "graph/list_query.h"
#include "graph/object_json.h"
#include "graph/odata.h"
#include "graph/resources.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::Contact;
using directory::Filter;
using directory::User;

constexpr std::size_t kDefaultTop = 10;     // as in Graph
constexpr std::size_t kMaxPeople = 10'000;  // of $skip and $top together

constexpr std::array<std::string_view, 14> kShown{
    "id",          "displayName",          "givenName",      "surname",           "jobTitle",
    "companyName", "department",           "officeLocation", "userPrincipalName", "imAddress",
    "isFavorite",  "scoredEmailAddresses", "phones",         "personType"};
constexpr std::array<std::string_view, 6> kAbsent{"birthday",   "personNotes", "postalAddresses[]",
                                                  "profession", "websites[]",  "yomiCompany"};
const EntitySchema kPersonSchema{.type = "person",
                                 .collection = "people",
                                 .shown = kShown,
                                 .hidden = {},
                                 .absent = kAbsent,
                                 .writable = {},
                                 .required = {}};

// What a permission for people covers of users.
constexpr std::array<std::string_view, 4> kSearched{"displayName", "givenName", "surname", "mail"};

struct Person {
    std::string display_name;
    std::string id;
    json::object members;  // by Graph's names
};

json::value text_or_null(const std::string& text) {
    if (text.empty()) return nullptr;
    return json::string(text);
}

json::array scored(const std::vector<std::string>& addresses) {
    json::array list;
    for (const auto& address : addresses)
        if (!address.empty()) list.push_back({{"address", address}, {"relevanceScore", nullptr}});
    return list;
}

void append_phones(json::array& phones, std::string_view type,
                   const std::vector<std::string>& numbers) {
    for (const auto& number : numbers)
        if (!number.empty()) phones.push_back({{"type", type}, {"number", number}});
}

json::object type_of(std::string_view subclass) {
    return {{"class", "Person"}, {"subclass", subclass}};
}

// A permission for people covers the basic set of a user; the rest needs a permission for users.
Person person_of(const User& user, Extent extent) {
    const bool whole = extent == Extent::whole;
    const auto beyond = [&](const std::string& text) {
        return whole ? text_or_null(text) : json::value(nullptr);
    };
    json::array phones;
    if (whole) {
        append_phones(phones, "mobile", {user.mobile_phone});
        append_phones(phones, "business", user.business_phones);
    }
    return {user.display_name,
            user.id,
            {{"id", user.id},
             {"displayName", text_or_null(user.display_name)},
             {"givenName", text_or_null(user.given_name)},
             {"surname", text_or_null(user.surname)},
             {"jobTitle", beyond(user.job_title)},
             {"companyName", beyond(user.company_name)},
             {"department", beyond(user.department)},
             {"officeLocation", beyond(user.office_location)},
             {"userPrincipalName", text_or_null(user.user_principal_name)},
             {"isFavorite", false},
             {"scoredEmailAddresses", scored({user.mail})},
             {"phones", std::move(phones)},
             {"personType", type_of("OrganizationUser")}}};
}

Person person_of(const Contact& contact) {
    json::array phones;
    append_phones(phones, "mobile", {contact.mobile_phone});
    append_phones(phones, "business", contact.business_phones);
    std::vector<std::string> addresses;
    for (const auto& each : contact.email_addresses) addresses.push_back(each.address);
    return {contact.display_name,
            contact.id,
            {{"id", contact.id},
             {"displayName", text_or_null(contact.display_name)},
             {"givenName", text_or_null(contact.given_name)},
             {"surname", text_or_null(contact.surname)},
             {"jobTitle", text_or_null(contact.job_title)},
             {"companyName", text_or_null(contact.company_name)},
             {"isFavorite", false},
             {"scoredEmailAddresses", scored(addresses)},
             {"phones", std::move(phones)},
             {"personType", type_of("PersonalContact")}}};
}

struct PeopleQuery {
    Options options;
    std::size_t top = kDefaultTop;
    std::optional<directory::Search> search;
    std::string address;  // the beginning of an address that $search means; empty for none
};

Result<PeopleQuery> read_query(const RequestContext& context) {
    auto options = parse_options(context.target.query(), context.request.find("accept"),
                                 OptionSet::list_with_skip);
    if (!options) return std::unexpected(std::move(options.error()));
    if (auto known = resolve_select(*options, kPersonSchema); !known)
        return std::unexpected(std::move(known.error()));
    if (options->filter || options->orderby || options->skiptoken || options->count)
        return fail(Fault::unsupported_query,
                    "People support the query options $search, $select, $skip and $top.");
    if (options->skip > kMaxPeople)
        return fail(Fault::malformed,
                    fmt::format("The query option $skip is more than {}.", kMaxPeople));
    const auto top = options->top.value_or(kDefaultTop);
    PeopleQuery query{.options = *std::move(options), .top = top};
    const auto& sent = query.options.search;
    if (!sent) return query;
    auto search = parse_search(*sent, searched_name<User>);
    if (!search) return std::unexpected(std::move(search.error()));
    for (auto& terms : *search)
        for (auto& term : terms) {
            if (!term.property.empty() &&
                std::ranges::find(kSearched, term.property) == kSearched.end())
                return fail(Fault::malformed,
                            fmt::format("The query option $search cannot search the property '{}'.",
                                        term.property));
            term.among.assign(kSearched.begin(), kSearched.end());
        }
    query.search = *std::move(search);
    std::string text(trim(*sent));
    std::erase(text, '"');
    if (text.find(' ') == std::string::npos) query.address = text;
    return query;
}

directory::Query directory_query(const PeopleQuery& query) {
    return {.search = query.search, .top = query.options.skip + query.top + 1};
}

Result<void> add_colleagues(const RequestContext& context, const PeopleQuery& query,
                            std::vector<Person>& people) {
    const auto& self = context.self;
    const directory::Scope scope{.tenant = context.principal->tenant,
                                 .shares_group_with = context.found.user->id,
                                 .without_hidden = !sees_hidden_members(context),
                                 .except_joined_by = self == nullptr ? std::string() : self->id};
    auto page = context.directory.list<User>(scope, directory_query(query), context.deadline());
    if (!page) return std::unexpected(std::move(page.error()));
    const auto readable = readable_users(context);
    for (const auto& user : page->objects) people.push_back(person_of(user, readable.of(user.id)));
    return {};
}

// All terms of an alternative in one of the names: what else a contact has is not searched.
directory::Search search_of_names(const directory::Search& search) {
    directory::Search names;
    for (const auto& terms : search)
        for (const auto* name : {"displayName", "givenName", "surname"}) {
            auto alternative = terms;
            for (auto& term : alternative)
                if (term.property.empty()) term.property = name;
            names.push_back(std::move(alternative));
        }
    return names;
}

// Contacts are private: a permission for people covers one's own, any other mailbox takes the
// permission for contacts. Their names are searched by words, their addresses by their beginning.
Result<void> add_contacts(const RequestContext& context, const PeopleQuery& query,
                          std::vector<Person>& people) {
    const bool own = context.self != nullptr && context.self->id == context.found.user->id;
    if (!own && !reads_all(context, access::Resource::contact)) return {};
    const directory::Scope scope{.tenant = context.principal->tenant,
                                 .mailbox = context.found.user->id};
    std::vector<directory::Query> queries{directory_query(query)};
    if (query.search) queries.front().search = search_of_names(*query.search);
    if (!query.address.empty()) {
        queries.push_back(directory_query(query));
        queries.back().search.reset();
        queries.back().filter = Filter{.kind = Filter::Kind::starts_with,
                                       .property = "emailAddresses",
                                       .value = query.address,
                                       .parts = {}};
    }
    std::set<std::string, std::less<>> seen;
    for (const auto& each : queries) {
        auto page = context.directory.list<Contact>(scope, each, context.deadline());
        if (!page) return std::unexpected(std::move(page.error()));
        for (const auto& contact : page->objects)
            if (seen.insert(contact.id).second) people.push_back(person_of(contact));
    }
    return {};
}

// Members that the person lacks are null.
json::object selected(const RequestContext& context, const Person& person, const Options& options) {
    json::object item;
    if (options.level == MetadataLevel::full) {
        item["@odata.type"] = "#microsoft.graph.person";
        item["@odata.id"] =
            fmt::format("{}/users('{}')/people('{}')", context.base_url(),
                        percent_encode(context.found.user->id), percent_encode(person.id));
    }
    const auto show = [&](std::string_view name) {
        const auto* value = person.members.if_contains(name);
        const bool is_list =
            std::ranges::find(kAbsent, std::string(name).append(kListMark)) != kAbsent.end();
        item[name] = value != nullptr ? *value : is_list ? json::value(json::array()) : nullptr;
    };
    if (options.select) {
        for (const auto& name : *options.select) show(name);
        return item;
    }
    for (const auto name : kShown) show(name);
    return item;
}

}  // namespace

HandlerResult list_people(const RequestContext& context) {
    const auto query = read_query(context);
    if (!query) return std::unexpected(query.error());
    std::vector<Person> people;
    auto done = add_colleagues(context, *query, people);
    if (done) done = add_contacts(context, *query, people);
    if (!done) return std::unexpected(std::move(done.error()));
    std::ranges::sort(people, {}, [](const Person& person) {
        return std::pair(to_lower(person.display_name), person.id);
    });
    const auto first = std::min(query->options.skip, people.size());
    const auto last = std::min(first + query->top, people.size());
    json::array value;
    for (auto i = first; i < last; ++i)
        value.push_back(selected(context, people[i], query->options));
    json::object body;
    if (query->options.level != MetadataLevel::none)
        body["@odata.context"] =
            fmt::format("{}#users('{}')/people{}", context.metadata_url(),
                        percent_encode(context.found.user->id), select_suffix(query->options));
    if (last < people.size() && last <= kMaxPeople)
        body["@odata.nextLink"] = context.link({"$skip"}, fmt::format("$skip={}", last));
    body["value"] = std::move(value);
    return negotiated(json_reply(200, body));
}

}  // namespace cameo::graph
