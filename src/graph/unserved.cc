#include "graph/unserved.h"

#include <fmt/format.h>

namespace cameo::graph {

Result<http::Reply> get_nothing(const Call& call) {
    return fail(Fault::no_owner, fmt::format("The resource '{}' is not served here.",
                                             call.target.segments().back()));
}

}  // namespace cameo::graph
