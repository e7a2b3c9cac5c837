#include "graph/people_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "graph/errors.h"
#include "graph/list_query.h"
#include "graph/object_json.h"
#include "graph/people_csv.h"
#include "graph/people_query.h"
#include "graph/request_context.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::CoverageRow;
using directory::Person;

constexpr std::size_t kMaxCoverageRows = 1'000;

json::value photo_json(const std::optional<directory::PersonPhoto>& photo) {
    if (!photo) return nullptr;
    return json::object{{"etag", photo->etag},
                        {"width", photo->width},
                        {"height", photo->height},
                        {"modifiedDateTime", date_time(photo->modified)},
                        {"source", text_or_null(photo->source)}};
}

json::object person_json(const Person& person) {
    const auto& user = person.user;
    return {{"id", user.id},
            {"displayName", text_or_null(user.display_name)},
            {"userPrincipalName", text_or_null(user.user_principal_name)},
            {"mail", text_or_null(user.mail)},
            {"jobTitle", text_or_null(user.job_title)},
            {"department", text_or_null(user.department)},
            {"officeLocation", text_or_null(user.office_location)},
            {"accountEnabled", user.account_enabled},
            {"photo", photo_json(person.photo)},
            {"locked", person.locked}};
}

// The link to the page after this one; null at the end.
json::value next_link(const RequestContext& context, const directory::Page<Person>& page) {
    if (!page.more || page.objects.empty()) return nullptr;
    const auto& last = page.objects.back().user;
    const auto token = skip_token({.value = last.display_name, .id = last.id});
    return json::string(context.link({"$skiptoken"}, "skiptoken=" + token));
}

Result<http::Reply> page_reply(const RequestContext& context, const PeopleRequest& request) {
    auto page = request.is_empty
                    ? directory::Page<Person>{.count = request.query.count ? std::optional(0)
                                                                           : std::nullopt}
                    : context.directory.store().people(request.query, context.deadline());
    if (!page) return std::unexpected(std::move(page.error()));
    json::array people;
    for (const auto& person : page->objects) people.push_back(person_json(person));
    json::object body{{"value", std::move(people)}};
    if (page->count) body["count"] = *page->count;
    body["nextLink"] = next_link(context, *page);
    return json_reply(200, body);
}

json::object coverage_json(const CoverageRow& row) {
    return {{"people", row.people}, {"withPhoto", row.with_photo}, {"small", row.small}};
}

// All rows together, and the largest of them first.
json::object coverage_json(std::vector<CoverageRow> rows) {
    CoverageRow all;
    for (const auto& row : rows) {
        all.people += row.people;
        all.with_photo += row.with_photo;
        all.small += row.small;
    }
    const auto shown = std::min(rows.size(), kMaxCoverageRows);
    std::ranges::partial_sort(rows, rows.begin() + static_cast<std::ptrdiff_t>(shown),
                              [](const CoverageRow& one, const CoverageRow& other) {
                                  return std::pair(other.people, std::string_view(one.name)) <
                                         std::pair(one.people, std::string_view(other.name));
                              });
    json::array list;
    for (const auto& row : std::span(rows).first(shown)) {
        json::object item{{"name", text_or_null(row.name)}};
        for (auto& member : coverage_json(row)) item.insert(member);
        list.push_back(std::move(item));
    }
    auto body = coverage_json(all);
    body["value"] = std::move(list);
    return body;
}

}  // namespace

HandlerResult get_people_list(const RequestContext& context) {
    const auto request = read_people_request(context);
    if (!request) return std::unexpected(request.error());
    auto reply = accepts_csv(context.request.find("accept")) ? people_csv_reply(context, *request)
                                                             : page_reply(context, *request);
    if (!reply) return std::unexpected(std::move(reply.error()));
    return negotiated(*std::move(reply));
}

HandlerResult get_photo_coverage(const RequestContext& context) {
    const auto by = read_coverage_request(context);
    if (!by) return std::unexpected(by.error());
    auto rows =
        context.directory.store().coverage(context.principal->tenant, *by, context.deadline());
    if (!rows) return std::unexpected(std::move(rows.error()));
    return json_reply(200, coverage_json(*std::move(rows)));
}

}  // namespace cameo::graph
