#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "base/work_pool.h"
#include "graph/batch_request.h"
#include "graph/request_context.h"
#include "http/reply.h"

namespace cameo::graph {

// `POST /$batch`: docs/http.md, "$batch". The status is 200 even if every item failed.
HandlerResult post_batch(const RequestContext& context);

// Returns the reply to one item; called from several threads at once. An exception becomes an empty
// 500. The flag is true where an item on which this one depends has failed.
using ItemAnswer = std::function<http::Reply(const BatchItem& item, bool dependency_failed)>;

// Runs all items, each after the items on which it depends, and returns the replies in the order of
// the items. The calling thread takes part, with as many threads of `helpers` as are free, so that
// it never waits in a queue. An item with a status of 400 or more has failed.
std::vector<http::Reply> run_batch(std::vector<BatchItem> items, const ItemAnswer& answer,
                                   WorkPool& helpers);

}  // namespace cameo::graph
