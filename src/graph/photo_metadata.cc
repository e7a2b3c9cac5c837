#include "graph/photo_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string>
#include <utility>

#include "base/text.h"
#include "graph/authorize.h"
#include "graph/errors.h"
#include "graph/odata.h"
#include "graph/photo_content.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;

// Gives the names of $select their own spelling. A profilePhoto is not an open type.
Result<void> resolve_select(Options& options) {
    constexpr std::array<std::string_view, 3> kNames{"id", "width", "height"};
    if (!options.select) return {};
    for (auto& name : *options.select) {
        const auto known = std::ranges::find_if(
            kNames, [&](std::string_view each) { return equals_ignoring_case(each, name); });
        if (known == kNames.end())
            return fail(Fault::malformed, fmt::format("Could not find a property named '{}' on "
                                                      "type 'microsoft.graph.profilePhoto'.",
                                                      name));
        name = *known;
    }
    return {};
}

// The members of one metadata object.
struct PhotoObject {
    std::string path;  // `users('x')/photo`, from the base URL
    std::string content_type;
    std::string etag;  // with its quotes; empty if there is no photo
    photo::Size size;
    bool upper_case_id = false;
};

std::string id_of(const PhotoObject& object) {
    return fmt::format("{}{}{}", object.size.width, object.upper_case_id ? 'X' : 'x',
                       object.size.height);
}

// The members in the order of docs/http.md.
void append_photo(json::object& body, const RequestContext& context, const Options& options,
                  const PhotoObject& object) {
    if (options.level == MetadataLevel::full) {
        body["@odata.type"] = "#microsoft.graph.profilePhoto";
        body["@odata.id"] = fmt::format("{}/{}", context.base_url(), object.path);
        body["@odata.mediaReadLink"] = fmt::format("{}/{}/$value", context.base_url(), object.path);
    }
    if (options.level != MetadataLevel::none) {
        body["@odata.mediaContentType"] = object.content_type;
        body["@odata.mediaEtag"] = object.etag;
    }
    if (options.selects("id")) body["id"] = id_of(object);
    if (options.selects("width")) body["width"] = object.size.width;
    if (options.selects("height")) body["height"] = object.size.height;
}

void append_context(json::object& body, const RequestContext& context, const Options& options,
                    std::string_view fragment) {
    if (options.level == MetadataLevel::none) return;
    body["@odata.context"] = fmt::format("{}#{}", context.metadata_url(), fragment);
}

std::string cache_fields(const RequestContext& context) {
    return fmt::format("Cache-Control: {}\r\n", context.settings.cache_control);
}

PhotoObject photo_object(const RequestContext& context, const photo::Photo& photo,
                         const photo::Rendition& rendition, std::string path) {
    return {.path = std::move(path),
            .content_type = photo.content_type,
            .etag = fmt::format("\"{}\"", photo.etag),
            .size = rendition.size,
            .upper_case_id = context.settings.upper_case_size_ids};
}

// Microsoft's documentation returns this for an owner without a photo; see `missing_metadata`.
PhotoObject placeholder(std::string path) {
    return {.path = std::move(path), .content_type = "image/gif", .size = {1, 1}};
}

// The options, and the owner's name in links.
struct Asked {
    Options options;
    std::string fragment;
};

Result<Asked> ask(const RequestContext& context) {
    auto options = parse_options(context.target.query(), context.request.find("accept"));
    if (!options) return std::unexpected(std::move(options.error()));
    if (auto known = resolve_select(*options); !known)
        return std::unexpected(std::move(known.error()));
    return Asked{*std::move(options), owner_context(context)};
}

// The photo may be null.
Result<PhotoObject> object_of(const RequestContext& context, const photo::Photo* photo,
                              std::string_view fragment, const std::optional<photo::Size>& size) {
    const auto path = [&](photo::Size found) {
        return size ? fmt::format("{}/photos/{}", fragment, photo::to_string(found))
                    : fmt::format("{}/photo", fragment);
    };
    if (photo == nullptr && context.settings.missing_metadata_is_1x1)
        return placeholder(path({1, 1}));
    if (photo == nullptr) return fail(Fault::no_photo, "");
    const auto* rendition = choose_rendition(*photo, size, context.settings);
    if (rendition == nullptr) return std::unexpected(no_such_size(*photo, *size));
    return photo_object(context, *photo, *rendition, path(rendition->size));
}

}  // namespace

HandlerResult get_photo_metadata(const RequestContext& context) {
    const auto asked = ask(context);
    if (!asked) return std::unexpected(asked.error());
    const auto size = asked_size(context);
    if (!size) return std::unexpected(size.error());
    const auto photo = context.photos.find_photo(context.found.photo_owner, context.wait);
    if (!photo) return std::unexpected(photo.error());
    if (!*photo) return std::nullopt;
    const auto object = object_of(context, (*photo)->get(), asked->fragment, *size);
    if (!object) return std::unexpected(object.error());
    json::object body;
    append_context(body, context, asked->options,
                   fmt::format("{}/{}{}/$entity", asked->fragment, *size ? "photos" : "photo",
                               select_suffix(asked->options)));
    append_photo(body, context, asked->options, *object);
    return negotiated(json_reply(200, body, cache_fields(context)));
}

HandlerResult list_photos(const RequestContext& context) {
    const auto asked = ask(context);
    if (!asked) return std::unexpected(asked.error());
    const auto found = context.photos.find_photo(context.found.photo_owner, context.wait);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    const auto& photo = **found;
    if (!photo) return fail(Fault::no_photo, "");
    const auto path = asked->fragment + "/photos";
    json::array objects;
    for (const auto& rendition : photo->renditions) {
        json::object item;
        append_photo(item, context, asked->options,
                     photo_object(context, *photo, rendition,
                                  fmt::format("{}/{}", path, photo::to_string(rendition.size))));
        objects.push_back(std::move(item));
    }
    json::object body;
    append_context(body, context, asked->options, path + select_suffix(asked->options));
    body["value"] = std::move(objects);
    return negotiated(json_reply(200, body, cache_fields(context)));
}

}  // namespace cameo::graph
