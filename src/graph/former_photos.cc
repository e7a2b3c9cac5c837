#include "graph/former_photos.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "graph/authorize.h"
#include "graph/errors.h"
#include "graph/object_json.h"
#include "graph/photo_content.h"
#include "graph/resources.h"
#include "photo/crop.h"
#include "photo/history.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using photo::FormerPhoto;
using photo::Photo;

json::array sizes_of(const Photo& photo) {
    json::array sizes;
    for (const auto& rendition : photo.renditions)
        sizes.emplace_back(photo::to_string(rendition.size));
    return sizes;
}

json::object record_of(const Photo& photo) {
    return {{"etag", photo.etag},
            {"modifiedDateTime", date_time(photo.modified)},
            {"source", text_or_null(photo.origin.source)},
            {"modifiedBy", text_or_null(photo.origin.by)},
            {"width", photo.largest().size.width},
            {"height", photo.largest().size.height},
            {"sizes", sizes_of(photo)},
            {"crop", photo.crop ? json::value(photo::to_string(*photo.crop)) : json::value()},
            {"run", text_or_null(photo.origin.run)}};
}

json::object record_without_photo() {
    return {{"etag", nullptr},        {"modifiedDateTime", nullptr},
            {"source", nullptr},      {"modifiedBy", nullptr},
            {"width", nullptr},       {"height", nullptr},
            {"sizes", json::array()}, {"crop", nullptr},
            {"run", nullptr}};
}

json::object item_of(const FormerPhoto& former) {
    const auto& photo = former.photo;
    return {{"id", former.id},
            {"modifiedDateTime", date_time(photo.modified)},
            {"source", text_or_null(photo.origin.source)},
            {"modifiedBy", text_or_null(photo.origin.by)},
            {"replacedDateTime", date_time(former.replaced)},
            {"replacedBy", text_or_null(former.replaced_by)},
            {"run", text_or_null(photo.origin.run)},
            {"width", photo.largest().size.width},
            {"height", photo.largest().size.height},
            {"sizes", sizes_of(photo)}};
}

std::string id_in(const RequestContext& context) { return std::string(context.route.item); }

// The size of the path; nullopt for `largest`.
Result<std::optional<photo::Size>> size_in(const RequestContext& context) {
    if (equals_ignoring_case(context.route.size, "largest")) return std::nullopt;
    return asked_size(context);
}

HandlerResult done(const Result<void>& result) {
    if (!result) return std::unexpected(result.error());
    return no_content();
}

// An owner that was removed since the path was resolved.
HandlerResult done(const RequestContext& context, const Result<void>& result) {
    if (!result && result.error().fault == Fault::no_owner)
        return std::unexpected(resource_not_found(context.found.photo_owner.id));
    return done(result);
}

Result<bool> locked_in(const RequestContext& context) {
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    if (auto known = check_known_members(*body, {"locked"}); !known)
        return std::unexpected(std::move(known.error()));
    const auto* locked = body->if_contains("locked");
    if (locked == nullptr || !locked->is_bool())
        return wrong_member("locked", "is required and is true or false");
    return locked->get_bool();
}

}  // namespace

HandlerResult get_photo_record(const RequestContext& context) {
    if (context.wait.is_memory_only()) return std::nullopt;
    const auto& owner = context.found.photo_owner;
    const auto photo = context.photos.find_photo(owner, context.wait);
    if (!photo) return std::unexpected(photo.error());
    const auto locked = context.photos.is_locked(owner, context.deadline());
    if (!locked) return std::unexpected(locked.error());
    auto record = **photo ? record_of(***photo) : record_without_photo();
    record["locked"] = *locked;
    return json_reply(200, record);
}

HandlerResult patch_photo_record(const RequestContext& context) {
    if (!reaches_others(context)) return fail(Fault::denied, "");
    const auto locked = locked_in(context);
    if (!locked) return std::unexpected(locked.error());
    return done(context,
                context.photos.set_lock(context.found.photo_owner, *locked, context.deadline()));
}

HandlerResult list_former_photos(const RequestContext& context) {
    if (context.wait.is_memory_only()) return std::nullopt;
    const auto found = context.photos.former_photos(context.found.photo_owner, context.deadline());
    if (!found) return std::unexpected(found.error());
    json::array items;
    for (const auto& former : *found) items.push_back(item_of(former));
    return json_reply(200, {{"value", std::move(items)}});
}

HandlerResult get_former_photo(const RequestContext& context) {
    const auto size = size_in(context);
    if (!size) return std::unexpected(size.error());
    if (context.wait.is_memory_only()) return std::nullopt;
    std::optional<Error> wrong_size;
    const auto choose = [&](const Photo& photo) {
        const auto* chosen = choose_rendition(photo, *size, context.settings);
        if (chosen == nullptr && *size) wrong_size = no_such_size(photo, **size);
        return chosen;
    };
    auto content = context.photos.read_former(context.found.photo_owner, id_in(context), choose,
                                              context.deadline());
    if (!content && wrong_size) return std::unexpected(*std::move(wrong_size));
    if (!content) return std::unexpected(std::move(content.error()));
    return http::Reply{.status = 200,
                       .fields = fmt::format("Content-Type: {}\r\nCache-Control: private, "
                                             "no-store\r\n",
                                             content->content_type),
                       .body = std::string(as_text(content->jpeg))};
}

HandlerResult restore_former_photo(const RequestContext& context) {
    return done(context, context.photos.restore(context.found.photo_owner, id_in(context),
                                                author_of(context), condition_of(context),
                                                context.deadline()));
}

// Of a locked photo too: nothing that is shown changes.
HandlerResult delete_former_photo(const RequestContext& context) {
    return done(context.photos.remove_former(context.found.photo_owner, id_in(context),
                                             {.acting_owner = context.found.acting_owner},
                                             context.deadline()));
}

HandlerResult erase_photos(const RequestContext& context) {
    return done(context, context.photos.erase(context.found.photo_owner, condition_of(context),
                                              context.deadline()));
}

}  // namespace cameo::graph
