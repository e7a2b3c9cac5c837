#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "directory/people.h"
#include "graph/people_query.h"
#include "http/reply.h"

// The list of people as CSV (RFC 4180): docs/cameo-api.md, "People".
namespace cameo::graph {

// Whether the value of Accept names text/csv with a weight other than 0.
bool accepts_csv(std::string_view accept);

// Everybody of the request, made page by page while it is sent. Fault::malformed for a request of
// one page.
Result<http::Reply> people_csv_reply(const RequestContext& context, const PeopleRequest& request);

// The first line, and the line of one person, each with CRLF.
std::string people_csv_header();
std::string people_csv_line(const directory::Person& person);

}  // namespace cameo::graph
