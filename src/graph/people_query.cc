#include "graph/people_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "access/principal.h"
#include "base/clock.h"
#include "base/text.h"
#include "graph/authorize.h"
#include "graph/list_query.h"
#include "graph/odata.h"

namespace cameo::graph {
namespace {

using directory::PeopleQuery;

constexpr std::size_t kMaxTop = 999;

std::unexpected<Error> wrong(std::string_view name, std::string_view what) {
    return fail(Fault::malformed, fmt::format("The query parameter '{}' {}.", name, what));
}

struct Parameter {
    std::string_view name;
    Result<void> (*read)(const std::string& value, PeopleRequest& request);
};

// Words in any place: what people type into a search box is never a syntax error.
Result<void> read_search(const std::string& value, PeopleRequest& request) {
    const auto words = directory::words_of(value);
    if (words.size() > kMaxSearchWords)
        return wrong("search", fmt::format("has more than {} words", kMaxSearchWords));
    directory::Search search(1);
    for (const auto& word : words) {
        if (word.size() > kLongestSearchWord)
            return wrong("search",
                         fmt::format("has a word of more than {} bytes", kLongestSearchWord));
        search.front().push_back({.property = {}, .words = {word}});
    }
    if (words.empty()) search.clear();  // matches no user
    request.query.search = std::move(search);
    return {};
}

Result<void> read_photo(const std::string& value, PeopleRequest& request) {
    constexpr std::array<std::pair<std::string_view, PeopleQuery::Photo>, 3> kValues{
        {{"none", PeopleQuery::Photo::none},
         {"small", PeopleQuery::Photo::small},
         {"any", PeopleQuery::Photo::any}}};
    const auto* found =
        std::ranges::find(kValues, value, [](const auto& one) { return one.first; });
    if (found == kValues.end()) return wrong("photo", "is not none, small or any");
    request.query.photo = found->second;
    return {};
}

Result<void> read_changed_since(const std::string& value, PeopleRequest& request) {
    request.query.changed_since = parse_utc(value);
    if (!request.query.changed_since)
        return wrong("changedSince", "is not a time such as 2026-11-30T10:00:00Z");
    return {};
}

Result<void> read_top(const std::string& value, PeopleRequest& request) {
    const auto top = number_in<std::size_t>(value);
    if (!top || *top < 1 || *top > kMaxTop) return wrong("top", "is not a number from 1 to 999");
    request.query.top = *top;
    request.has_page = true;
    return {};
}

Result<void> read_skiptoken(const std::string& value, PeopleRequest& request) {
    request.query.after = read_skip_token(value);
    if (!request.query.after)
        return wrong("skiptoken", "is not valid: use the link of nextLink as it is");
    request.has_page = true;
    return {};
}

constexpr std::array kParameters{
    Parameter{"search", read_search},
    Parameter{"department",
              [](const std::string& value, PeopleRequest& request) -> Result<void> {
                  request.query.department = value;
                  return {};
              }},
    Parameter{"officeLocation",
              [](const std::string& value, PeopleRequest& request) -> Result<void> {
                  request.query.office_location = value;
                  return {};
              }},
    Parameter{"group",
              [](const std::string& value, PeopleRequest& request) -> Result<void> {
                  request.query.group = value;
                  return {};
              }},
    Parameter{"photo", read_photo},
    Parameter{"changedSince", read_changed_since},
    Parameter{"top", read_top},
    Parameter{"skiptoken", read_skiptoken},
};

// For these, an empty value is one: people without it.
bool takes_empty(std::string_view name) { return name == "department" || name == "officeLocation"; }

// Each parameter at most once, and only those of `names`.
template <class Names>
Result<std::vector<QueryParameter>> known_parameters(const RequestContext& context,
                                                     const Names& names) {
    auto parameters = query_parameters(context.target.query());
    if (!parameters) return parameters;
    for (auto one = parameters->begin(); one != parameters->end(); ++one) {
        if (std::ranges::find(names, one->name) == names.end())
            return wrong(one->name, "is not supported here");
        if (std::ranges::find(parameters->begin(), one, one->name, &QueryParameter::name) != one)
            return wrong(one->name, "is given twice");
    }
    return parameters;
}

// Rights first: the reply reveals no group to a caller who may not read members.
Result<void> find_group_of(const RequestContext& context, PeopleRequest& request) {
    const auto& id = request.query.group;
    if (id.empty()) return {};
    if (!reads_all(context, access::Resource::member))
        return fail(Fault::denied,
                    "The query parameter 'group' needs a permission to read the members of groups, "
                    "such as GroupMember.Read.All.");
    const auto found =
        context.directory.find<directory::Group>(context.principal->tenant, id, context.wait);
    if (!found) return std::unexpected(found.error());
    if (!**found) return std::unexpected(resource_not_found(id));
    const auto seen = sees_members(context, ***found);
    if (!seen) return std::unexpected(seen.error());
    request.is_empty = !**seen;
    return {};
}

}  // namespace

Result<bool> check_reader_of_people(RequestContext& context) {
    if (!reads_all(context, access::Resource::user))
        return fail(Fault::denied,
                    "The list of people needs a permission to read all users with all properties, "
                    "such as User.Read.All.");
    if (!reads_all(context, access::Resource::user_photo))
        return fail(Fault::denied,
                    "The list of people needs a permission to read the photos of all users, such "
                    "as User.Read.All or ProfilePhoto.Read.All.");
    if (!access::has_photos(*context.principal, access::Resource::user_photo))
        return fail(Fault::denied, "Users of this organisation have no photos.");
    return true;
}

Result<PeopleRequest> read_people_request(const RequestContext& context) {
    static constexpr auto kNames = [] {
        std::array<std::string_view, kParameters.size()> names;
        std::ranges::transform(kParameters, names.begin(), &Parameter::name);
        return names;
    }();
    const auto parameters = known_parameters(context, kNames);
    if (!parameters) return std::unexpected(parameters.error());
    PeopleRequest request;
    request.query.tenant = context.principal->tenant;
    for (const auto& [name, value] : *parameters) {
        if (value.empty() && !takes_empty(name)) continue;  // as absent
        const auto* parameter = std::ranges::find(kParameters, name, &Parameter::name);
        if (auto read = parameter->read(value, request); !read)
            return std::unexpected(std::move(read.error()));
    }
    request.query.count = !request.query.after;
    if (auto found = find_group_of(context, request); !found)
        return std::unexpected(std::move(found.error()));
    return request;
}

Result<directory::CoverageBy> read_coverage_request(const RequestContext& context) {
    const auto parameters = known_parameters(context, std::array<std::string_view, 1>{"by"});
    if (!parameters) return std::unexpected(parameters.error());
    if (parameters->empty() || parameters->front().value == "department")
        return directory::CoverageBy::department;
    if (parameters->front().value == "officeLocation")
        return directory::CoverageBy::office_location;
    return wrong("by", "is not department or officeLocation");
}

}  // namespace cameo::graph
