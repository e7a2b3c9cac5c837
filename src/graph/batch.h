#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "base/work_pool.h"
#include "graph/batch_request.h"
#include "graph/request_context.h"
#include "http/reply.h"

namespace cameo::graph {

// `POST /$batch`: docs/http.md, "$batch". 200 even where every item failed.
HandlerResult post_batch(const RequestContext& context);

// Answers one item; called from several threads at once. What it throws is an empty 500. The flag
// says that an item on which this one depends has failed.
using ItemAnswer = std::function<http::Reply(const BatchItem& item, bool dependency_failed)>;

// Answers all items, each once those on which it depends are answered, and gives the replies in the
// order of the items. The calling thread works too, with as many of `helpers` as are free, so that
// it never waits for a place in a queue. An item has failed from status 400 on.
std::vector<http::Reply> run_batch(std::vector<BatchItem> items, const ItemAnswer& answer,
                                   WorkPool& helpers);

}  // namespace cameo::graph
