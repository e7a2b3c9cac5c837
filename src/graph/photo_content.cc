#include "graph/photo_content.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "graph/authorize.h"
#include "graph/conditional.h"
#include "graph/request_context.h"
#include "http/characters.h"
#include "photo/crop.h"
#include "photo/history.h"

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

http::Reply not_modified(const RequestContext& context, const Photo& photo) {
    return {.status = 304, .fields = validator_fields(photo, context.settings)};
}

http::Reply whole(const Content& content) {
    return {.status = 200,
            .fields = http::SharedText(content->headers, content),
            .body = http::SharedText(as_text(content->jpeg), content)};
}

http::Reply part(const Content& content, ByteRange range) {
    const auto bytes = as_text(content->jpeg);
    auto fields = fmt::format("Content-Range: bytes {}-{}/{}\r\n{}", range.first,
                              range.first + range.length - 1, bytes.size(), content->headers);
    return {.status = 206,
            .fields = std::move(fields),
            .body = http::SharedText(bytes.substr(range.first, range.length), content)};
}

// The answer that the request's conditions give in place of the bytes; nullopt for none.
std::optional<Result<http::Reply>> conditional_reply(const RequestContext& context,
                                                     const Photo& photo) {
    switch (evaluate_read(context.request, photo, context.clock.now())) {
        case ReadOutcome::proceed:
            return std::nullopt;
        case ReadOutcome::not_modified:
            return not_modified(context, photo);
        case ReadOutcome::failed:
            return fail(Fault::precondition_failed,
                        "The photo is not the one that the request's condition names.");
    }
    std::unreachable();
}

HandlerResult reply_with(const RequestContext& context, const Content& content) {
    // Again, since the photo may have been replaced since the conditions were evaluated.
    if (has_read_condition(context.request))
        if (auto reply = conditional_reply(context, *content->photo)) return *std::move(reply);
    const auto choice =
        choose_range(context.request, content->jpeg.size(), *content->photo, context.clock.now());
    if (const auto* range = std::get_if<ByteRange>(&choice)) return part(content, *range);
    if (std::holds_alternative<UnsatisfiableRange>(choice))
        return fail(Fault::unsatisfiable_range, std::to_string(content->jpeg.size()));
    return whole(content);
}

// No body and no content type: SDKs try to parse what is declared as JSON. No ETag: the stored
// bytes are not those that were sent (RFC 9110 section 8.8).
http::Reply done(int status) {
    return {.status = status, .fields = http::SharedText(kNoStore, nullptr)};
}

bool is_own_photo(const RequestContext& context) {
    const auto& owner = context.found.photo_owner;
    if (context.found.acting_owner) return true;
    return owner.kind == OwnerKind::user && context.self && owner.id == context.self->id;
}

PhotoStorage storage_of(const FoundResource& found) {
    if (found.contact) return PhotoStorage::mailbox;
    return found.group ? found.group->photo_storage : found.user->photo_storage;
}

// The types of the supported formats, and those that name no format.
constexpr std::array<std::string_view, 9> kExpectedTypes{
    "image/jpeg", "image/jpg",  "image/png",
    "image/webp", "image/gif",  "image/heic",
    "image/heif", "image/avif", "application/octet-stream"};

// The error of an upload, with what its Content-Type tells about its cause. The type is never
// trusted: the bytes decide which format they are in.
Error with_content_type(const http::Request& request, Error error) {
    const auto sent = request.find("content-type");
    const auto type = trim(sent.substr(0, sent.find(';')));
    const bool is_form = equals_ignoring_case(type, "application/x-www-form-urlencoded");
    const bool is_of_bytes =
        error.fault == Fault::invalid_image || error.fault == Fault::unsupported_format;
    if (is_of_bytes && is_form) {
        append_sentence(
            error, Realm::photo,
            "It was sent as a form, for which 'curl -d' removes line ends; send it with "
            "--data-binary or -T.");
        return error;
    }
    const bool is_expected = std::ranges::any_of(
        kExpectedTypes, [&](auto expected) { return equals_ignoring_case(expected, type); });
    if (error.fault == Fault::unsupported_format && !type.empty() && type.size() <= 100 &&
        http::is_visible_ascii(type) && !is_expected)
        append_sentence(error, Realm::photo, fmt::format("Its Content-Type is '{}'.", type));
    return error;
}

Result<std::optional<photo::Crop>> crop_of(const http::Request& request) {
    const auto text = single_field(request, "Cameo-Crop");
    if (!text) return std::unexpected(text.error());
    if (!*text) return std::nullopt;
    return photo::parse_crop(**text);
}

// As Origin::source.
Result<std::string> source_of(const http::Request& request) {
    const auto source = single_field(request, "Cameo-Source");
    if (!source) return std::unexpected(source.error());
    if (!*source) return std::string("api");
    if (**source != "web")
        return fail(Fault::malformed, "The header Cameo-Source has a value that is not 'web'.");
    return std::string(**source);
}

// As Origin::run. photo::Photos checks that there is such a run.
Result<std::string> run_of(const RequestContext& context) {
    const auto run = single_field(context.request, "Cameo-Run");
    if (!run) return std::unexpected(run.error());
    if (*run && context.found.contact)
        return fail(Fault::malformed, "The photo of a contact cannot belong to a run.");
    // As all of docs/cameo-api.md, "Runs".
    if (*run && !reaches_others(context)) return fail(Fault::denied, "");
    if (*run && (*run)->empty()) return fail(Fault::malformed, std::string(photo::kNoRun));
    return std::string(run->value_or(""));
}

// What the request says about its upload; the bytes are missing.
Result<photo::Upload> describe_upload(const RequestContext& context) {
    const auto crop = crop_of(context.request);
    if (!crop) return std::unexpected(crop.error());
    auto source = source_of(context.request);
    if (!source) return std::unexpected(std::move(source.error()));
    auto run = run_of(context);
    if (!run) return std::unexpected(std::move(run.error()));
    return photo::Upload{
        .bytes = {},
        .storage = storage_of(context.found),
        .crop = *crop,
        .origin = {.source = *std::move(source), .by = author_of(context), .run = *std::move(run)}};
}

Result<RequestBody> read_picture(const RequestContext& context, std::size_t limit) {
    auto body = read_body(context.request, limit);
    if (body && body->view().empty())
        return fail(Fault::malformed, "The request has no body; send the picture's bytes.");
    return body;
}

HandlerResult write(const RequestContext& context, int status) {
    const auto& owner = context.found.photo_owner;
    auto upload = describe_upload(context);
    if (!upload) return std::unexpected(std::move(upload.error()));
    const auto& settings = context.settings;
    const auto body =
        read_picture(context, upload->crop ? settings.crop_upload_bytes : settings.upload_bytes);
    if (!body) return std::unexpected(body.error());
    upload->bytes = as_bytes(body->view());
    const auto put = context.photos.put(owner, *upload, condition_of(context), context.deadline());
    // The owner was removed while its upload was decoded.
    if (!put && put.error().fault == Fault::no_owner)
        return std::unexpected(resource_not_found(owner.id));
    if (!put) return std::unexpected(with_content_type(context.request, put.error()));
    return done(status);
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

Result<std::optional<photo::Size>> asked_size(const RequestContext& context) {
    if (context.route.size.empty()) return std::nullopt;
    const auto size = photo::parse_size(context.route.size);
    if (!size)
        return fail(Fault::malformed, fmt::format("'{}' is not a photo size; a size is like 48x48.",
                                                  context.route.size));
    return size;
}

Error no_such_size(const Photo& photo, photo::Size asked) {
    std::vector<std::string> sizes;
    for (const auto& item : photo.renditions) sizes.push_back(photo::to_string(item.size));
    return {Fault::no_photo, fmt::format("The photo has no size {}. It exists in: {}.",
                                         photo::to_string(asked), fmt::join(sizes, ", "))};
}

HandlerResult get_photo_content(const RequestContext& context) {
    const auto size = asked_size(context);
    if (!size) return std::unexpected(size.error());
    const OwnerKey& owner = context.found.photo_owner;

    // Before the bytes are looked up: a client that has the photo needs none.
    if (has_read_condition(context.request)) {
        const auto photo = context.photos.find_photo(owner, context.wait);
        if (!photo) return std::unexpected(photo.error());
        if (!*photo) return std::nullopt;
        if (**photo && choose_rendition(***photo, *size, context.settings) != nullptr)
            if (auto reply = conditional_reply(context, ***photo)) return *std::move(reply);
    }
    // One reference, so that the function is stored without an allocation.
    struct {
        const std::optional<photo::Size>& size;
        const Settings& settings;
        std::optional<Error> wrong_size;
    } choice{*size, context.settings, std::nullopt};
    const auto choose = [&choice](const Photo& photo) {
        const auto* chosen = choose_rendition(photo, choice.size, choice.settings);
        if (chosen == nullptr && choice.size) choice.wrong_size = no_such_size(photo, *choice.size);
        return chosen;
    };
    const auto content = context.photos.find_content(owner, choose, context.wait);
    if (content && !*content) return std::nullopt;
    if (content) return reply_with(context, **content);
    if (choice.wrong_size) return std::unexpected(*std::move(choice.wrong_size));
    return std::unexpected(content.error());
}

photo::WriteCondition condition_of(const RequestContext& context) {
    auto condition = write_condition(context.request, context.clock.now());
    condition.acting_owner = context.found.acting_owner;
    condition.unless_locked = is_own_photo(context);
    return condition;
}

std::string author_of(const RequestContext& context) {
    return context.self ? context.self->user_principal_name : context.principal->app;
}

HandlerResult put_photo(const RequestContext& context) { return write(context, 200); }

HandlerResult put_team_photo(const RequestContext& context) { return write(context, 204); }

HandlerResult post_preview(const RequestContext& context) {
    if (context.request.has("cameo-crop"))
        return fail(Fault::malformed,
                    "A preview shows the whole picture and takes no header Cameo-Crop.");
    const auto body = read_picture(context, context.settings.crop_upload_bytes);
    if (!body) return std::unexpected(body.error());
    const auto preview = context.photos.preview(as_bytes(body->view()), context.deadline());
    if (!preview) return std::unexpected(with_content_type(context.request, preview.error()));
    return http::Reply{.status = 200,
                       .fields = fmt::format(
                           "Content-Type: image/jpeg\r\nCameo-Picture: width={}, height={}\r\n{}",
                           preview->picture.width, preview->picture.height, kNoStore),
                       .body = std::string(as_text(preview->items.front().jpeg))};
}

HandlerResult delete_photo(const RequestContext& context) {
    const auto removed = context.photos.remove(context.found.photo_owner, condition_of(context),
                                               context.deadline(), author_of(context));
    if (!removed) return std::unexpected(removed.error());
    return done(200);
}

}  // namespace cameo::graph
