#pragma once

#include <string_view>

#include "base/result.h"
#include "directory/people.h"
#include "graph/request_context.h"

// The requests for lists of people: docs/cameo-api.md, "People".
namespace cameo::graph {

// Whether the caller may read the list of people: a permission to read all users with all
// properties, and one to read the photos of all users. Fault::denied with a sentence. As a Finder,
// it runs before any parameter is read.
Result<bool> check_reader_of_people(RequestContext& context);

struct PeopleRequest {
    directory::PeopleQuery query;
    bool is_empty = false;  // of a group whose members the caller does not see
    bool has_page = false;  // has `top` or `skiptoken`
};

// The parameters of the request. REQUIRES: on a worker. Fault::malformed, with the parameter's
// name, for an unknown or repeated parameter or a wrong value; for `group` also Fault::denied
// without a permission to read members, and Fault::no_owner.
Result<PeopleRequest> read_people_request(const RequestContext& context);

// `by` of the coverage. Fault::malformed as above.
Result<directory::CoverageBy> read_coverage_request(const RequestContext& context);

}  // namespace cameo::graph
