#include "graph/runs.h"

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "directory/property.h"
#include "graph/authorize.h"
#include "graph/errors.h"
#include "graph/object_json.h"
#include "graph/photo_content.h"
#include "photo/history.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using photo::Run;

constexpr std::size_t kMostRuns = 100;       // of one list
constexpr std::size_t kMaxNameLength = 200;  // characters

json::object object_of(const Run& run) {
    return {{"id", run.id},
            {"name", run.name},
            {"startedDateTime", date_time(run.started)},
            {"startedBy", run.started_by},
            {"photos", run.photos},
            {"undoneDateTime", run.undone ? json::value(date_time(*run.undone)) : json::value()}};
}

Result<std::string> name_in(const RequestContext& context) {
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    if (auto known = check_known_members(*body, {"name"}); !known)
        return std::unexpected(std::move(known.error()));
    const auto* name = body->if_contains("name");
    if (name == nullptr || !name->is_string())
        return wrong_member("name", "is required and is a string");
    const std::string_view text = name->get_string();
    if (text.empty() || !directory::fits(text, kMaxNameLength))
        return wrong_member("name", "must have 1 to 200 characters");
    return std::string(text);
}

Result<Run> find_run(const RequestContext& context) {
    const std::string id(context.route.item);
    auto found = context.photos.find_run(context.principal->tenant, id, context.deadline());
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) return std::unexpected(resource_not_found(id));
    return **std::move(found);
}

}  // namespace

HandlerResult post_run(const RequestContext& context) {
    const auto name = name_in(context);
    if (!name) return std::unexpected(name.error());
    const auto run = context.photos.start_run(context.principal->tenant, *name, author_of(context),
                                              context.deadline());
    if (!run) return std::unexpected(run.error());
    return json_reply(201, object_of(*run));
}

HandlerResult list_runs(const RequestContext& context) {
    if (context.wait.is_memory_only()) return std::nullopt;
    const auto runs = context.photos.runs(context.principal->tenant, kMostRuns, context.deadline());
    if (!runs) return std::unexpected(runs.error());
    json::array items;
    for (const auto& run : *runs) items.push_back(object_of(run));
    return json_reply(200, {{"value", std::move(items)}});
}

HandlerResult get_run(const RequestContext& context) {
    if (context.wait.is_memory_only()) return std::nullopt;
    const auto run = find_run(context);
    if (!run) return std::unexpected(run.error());
    return json_reply(200, object_of(*run));
}

HandlerResult undo_run(const RequestContext& context) {
    const auto run = find_run(context);
    if (!run) return std::unexpected(run.error());
    const auto undone = context.photos.undo_run(*run, author_of(context), context.deadline());
    if (!undone) return std::unexpected(undone.error());
    return json_reply(
        200,
        {{"restored", undone->restored}, {"removed", undone->removed}, {"kept", undone->kept}});
}

}  // namespace cameo::graph
