#include "graph/photo_content.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <utility>
#include <vector>

#include "graph/conditional.h"
#include "graph/reach.h"

namespace cameo::graph {
namespace {

using photo::CachedRendition;
using photo::Photo;
using Content = std::shared_ptr<const CachedRendition>;

std::string validator_fields(const Photo& photo, const Settings& settings) {
    return fmt::format(
        "ETag: \"{}\"\r\nLast-Modified: {}\r\nCache-Control: {}\r\n"
        "Cross-Origin-Resource-Policy: {}\r\n",
        photo.etag, http_date(photo.modified), settings.cache_control,
        settings.embeddable_everywhere ? "cross-origin" : "same-origin");
}

http::Reply not_modified(const Call& call, const Photo& photo) {
    return {.status = 304, .fields = validator_fields(photo, call.settings)};
}

http::Reply whole(const Content& content) {
    return {.status = 200,
            .fields = http::SharedText(content->label, content),
            .body = http::SharedText(as_text(content->jpeg), content)};
}

http::Reply part(const Content& content, ByteRange range) {
    const auto bytes = as_text(content->jpeg);
    auto fields = fmt::format("Content-Range: bytes {}-{}/{}\r\n{}", range.first,
                              range.first + range.length - 1, bytes.size(), content->label);
    return {.status = 206,
            .fields = std::move(fields),
            .body = http::SharedText(bytes.substr(range.first, range.length), content)};
}

Result<http::Reply> reply_with(const Call& call, const Content& content) {
    const auto choice = choose_range(call.request, content->jpeg.size(), *content->photo);
    if (const auto* range = std::get_if<ByteRange>(&choice)) return part(content, *range);
    if (std::holds_alternative<UnsatisfiableRange>(choice))
        return fail(Fault::unsatisfiable_range, std::to_string(content->jpeg.size()));
    return whole(content);
}

// What to say where the photo or its size is missing.
Error missing(const Call& call, const OwnerKey& owner, const std::optional<photo::Size>& size) {
    const auto photo = call.lookups.photo(owner);
    if (!photo) return photo.error();
    if (!*photo || !size) return {Fault::no_photo, ""};
    return no_such_size(**photo, *size);
}

}  // namespace

std::string content_fields(const Photo& photo, const Settings& settings) {
    return fmt::format("Content-Type: {}\r\nAccept-Ranges: bytes\r\n{}", photo.content_type,
                       validator_fields(photo, settings));
}

const photo::Rendition* choose_rendition(const Photo& photo, const std::optional<photo::Size>& size,
                                         const Settings& settings) {
    if (!size) return &photo.largest();
    const auto* exact = photo.find(*size);
    if (exact != nullptr || !settings.oversize_is_nearest) return exact;
    const photo::Rendition* nearest = nullptr;
    for (const auto& item : photo.renditions)
        if (item.size.width <= size->width && item.size.height <= size->height) nearest = &item;
    return nearest;
}

Result<std::optional<photo::Size>> asked_size(const Call& call) {
    if (call.route.size.empty()) return std::nullopt;
    const auto size = photo::parse_size(call.route.size);
    if (!size)
        return fail(Fault::malformed, fmt::format("'{}' is not a photo size; a size is like 48x48.",
                                                  call.route.size));
    return size;
}

Error no_such_size(const Photo& photo, photo::Size asked) {
    std::vector<std::string> sizes;
    for (const auto& item : photo.renditions) sizes.push_back(photo::to_string(item.size));
    return {Fault::no_photo, fmt::format("The photo has no size {}. It exists in: {}.",
                                         photo::to_string(asked), fmt::join(sizes, ", "))};
}

Result<http::Reply> get_photo_content(const Call& call) {
    const auto found = reach_photo_owner(call, access::Operation::read_bytes);
    if (!found) return std::unexpected(found.error());
    const auto size = asked_size(call);
    if (!size) return std::unexpected(size.error());
    const OwnerKey& owner = found->key;

    // Answered before the bytes are looked for: a client that has the photo needs none.
    if (call.request.has("if-none-match")) {
        const auto photo = call.lookups.photo(owner);
        if (!photo) return std::unexpected(photo.error());
        if (*photo && choose_rendition(**photo, *size, call.settings) != nullptr &&
            none_match_names(call.request, (*photo)->etag))
            return not_modified(call, **photo);
    }
    const auto choose = [&](const Photo& photo) {
        return choose_rendition(photo, *size, call.settings);
    };
    const auto content = call.lookups.content(owner, choose);
    if (content) return reply_with(call, *content);
    if (content.error().fault != Fault::no_photo) return std::unexpected(content.error());
    return std::unexpected(missing(call, owner, *size));
}

}  // namespace cameo::graph
