#include "image_worker/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "image/byte_reader.h"

namespace cameo::image_worker {

const char* const kVersion = CAMEO_VERSION;

namespace {

using image::has_text;
using image::le32;

constexpr std::uint32_t kGreetingMagic = 0x31474943;  // "CIG1"
constexpr std::uint32_t kRequestMagic = 0x32514943;   // "CIQ2"
constexpr std::uint32_t kResponseMagic = 0x32414943;  // "CIA2"
constexpr std::uint32_t kPreview = 2;                 // in place of a storage
constexpr std::size_t kTableEntryBytes = 12;
constexpr std::size_t kVersionAt = 12;
constexpr std::size_t kVersionBytes = 20;
constexpr std::size_t kDetailAt = kVersionAt + kVersionBytes;
constexpr std::size_t kMaxRenditions = photo::kHdSizes.size() + 1;

// Noise at quality 82 takes under two bytes a pixel; headers and tables under 1 KB.
constexpr std::size_t max_bytes_of(photo::Size size) {
    return 4096 + 4 * static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
}

void put(std::uint8_t* to, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) to[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::uint64_t le64(ByteView b, std::size_t at) {
    return static_cast<std::uint64_t>(le32(b, at + 4)) << 32 | le32(b, at);
}

// The faults that a worker may report; only the server reports busy, denied and others.
bool may_report(Fault fault) {
    switch (fault) {
        case Fault::malformed:  // a crop
        case Fault::too_large:
        case Fault::unsupported_format:
        case Fault::width_too_small:
        case Fault::height_too_small:
        case Fault::image_too_large:
        case Fault::invalid_image:
        case Fault::internal:
            return true;
        default:
            return false;
    }
}

// Separates a detail from its cause; neither contains it.
constexpr char kSeparator = '\n';

// The detail is sent to the client, the cause to the log, so they must be printable ASCII.
std::string printable(ByteView detail) {
    std::string text(as_text(detail));
    for (char& c : text)
        if (c < ' ' || c > '~') c = '?';
    return text;
}

Error decode_error(Fault fault, ByteView body) {
    const auto end = static_cast<std::size_t>(std::ranges::find(body, kSeparator) - body.begin());
    const ByteView detail = body.first(std::min(end, kMaxDetailBytes));
    const ByteView cause = end < body.size() ? body.subspan(end + 1) : ByteView();
    return {fault, printable(detail),
            printable(cause.first(std::min(cause.size(), kMaxCauseBytes)))};
}

std::unexpected<Error> protocol_error(std::string_view reason) {
    return fail(Fault::internal, fmt::format("image worker: {}", reason));
}

bool is_jpeg(ByteView bytes) {
    return bytes.size() > 4 && has_text(bytes, 0, "\xFF\xD8\xFF") &&
           has_text(bytes, bytes.size() - 2, "\xFF\xD9");
}

int longer_side(photo::Size size) { return std::max(size.width, size.height); }

// The longer side of the largest rendition that the request can have.
int largest_side(const RenderRequest& request) {
    const auto& [storage, crop, is_preview] = request.options;
    if (is_preview) return photo::kPreviewSide;
    const int most =
        storage == PhotoStorage::directory ? request.limits.directory_side : photo::kHdSizes.back();
    return crop ? static_cast<int>(std::min(crop->side, static_cast<std::uint32_t>(most))) : most;
}

// The sizes must be exactly those that photo::rendition_sizes gives for the largest of them; the
// one of a preview, that for the whole picture.
bool are_sizes_right(const photo::RenderedPhoto& photo, const RenderRequest& request) {
    const photo::Size largest = photo.items.back().size;
    const int most = largest_side(request);
    if (largest.shorter_side() < 1 || longer_side(largest) > most) return false;
    if (request.options.is_preview)
        return photo.items.size() == 1 &&
               largest ==
                   photo::rendition_sizes(photo.picture, PhotoStorage::directory, most).back();
    return std::ranges::equal(photo::rendition_sizes(largest, request.options.storage, most),
                              photo.items, {}, {}, &photo::RenderedPhoto::Item::size);
}

void put_crop(std::uint8_t* to, const photo::Crop& crop) {
    put(to, crop.x, 4);
    put(to + 4, crop.y, 4);
    put(to + 8, crop.side, 4);
    put(to + 12, crop.rotate, 4);
}

// A side of 0 means none.
std::optional<photo::Crop> crop_in(ByteView field) {
    const photo::Crop crop{le32(field, 0), le32(field, 4), le32(field, 8), le32(field, 12)};
    return crop.side == 0 ? std::nullopt : std::optional(crop);
}

// A text in a field of fixed length, padded with zeros.
void put_text(std::span<std::uint8_t> field, std::string_view text) {
    std::ranges::copy(text.substr(0, field.size()), field.begin());
}

std::string text_in(ByteView field) {
    return printable(
        field.first(static_cast<std::size_t>(std::ranges::find(field, 0) - field.begin())));
}

}  // namespace

GreetingBytes encode(const Greeting& greeting) {
    GreetingBytes bytes{};
    put(&bytes[0], kGreetingMagic, 4);
    put(&bytes[4], static_cast<std::uint64_t>(greeting.confinement), 4);
    put(&bytes[8], greeting.landlock_abi, 4);
    put_text(std::span(bytes).subspan(kVersionAt, kVersionBytes), greeting.version);
    put_text(std::span(bytes).subspan(kDetailAt), greeting.detail);
    return bytes;
}

Result<Greeting> decode(const GreetingBytes& bytes) {
    constexpr const char* kWhatToDo = "install cameo and cameo-image-worker of one release";
    if (le32(bytes, 0) != kGreetingMagic)
        return protocol_error(fmt::format("it is from another release; {}", kWhatToDo));
    Greeting greeting{.version = text_in(ByteView(bytes).subspan(kVersionAt, kVersionBytes)),
                      .confinement = static_cast<Confinement>(le32(bytes, 4)),
                      .landlock_abi = le32(bytes, 8),
                      .detail = text_in(ByteView(bytes).subspan(kDetailAt))};
    if (greeting.version != kVersion)
        return protocol_error(fmt::format("it has version {} and the server {}; {}",
                                          greeting.version, kVersion, kWhatToDo));
    if (greeting.confinement == Confinement::failed) return protocol_error(greeting.detail);
    if (greeting.confinement > Confinement::failed) return protocol_error("unknown confinement");
    return greeting;
}

std::string describe(const Greeting& greeting) {
    if (greeting.confinement == Confinement::switched_off) return "none (--no-sandbox)";
    if (greeting.confinement == Confinement::sanitizer) return "none (sanitizer build)";
    if (greeting.landlock_abi == 0) return "seccomp";
    return fmt::format("seccomp, Landlock ABI {}", greeting.landlock_abi);
}

RequestBytes encode(const RenderRequest& request) {
    RequestBytes bytes{};
    put(&bytes[0], kRequestMagic, 4);
    put(&bytes[4],
        request.options.is_preview ? kPreview : static_cast<std::uint64_t>(request.options.storage),
        4);
    put(&bytes[8], request.upload_bytes, 8);
    put(&bytes[16], request.limits.bytes, 8);
    put(&bytes[24], static_cast<std::uint64_t>(request.limits.side), 4);
    put(&bytes[28], static_cast<std::uint64_t>(request.limits.directory_side), 4);
    put(&bytes[32], request.limits.baseline_jpeg_pixels, 8);
    put(&bytes[40], request.limits.other_pixels, 8);
    put(&bytes[48], request.limits.crop_bytes, 8);
    if (request.options.crop) put_crop(&bytes[56], *request.options.crop);
    return bytes;
}

Result<RenderRequest> decode(const RequestBytes& bytes) {
    if (le32(bytes, 0) != kRequestMagic) return protocol_error("no request");
    RenderRequest request;
    request.options = {
        .storage = le32(bytes, 4) == static_cast<std::uint32_t>(PhotoStorage::directory)
                       ? PhotoStorage::directory
                       : PhotoStorage::mailbox,
        .crop = crop_in(ByteView(bytes).subspan(56)),
        .is_preview = le32(bytes, 4) == kPreview};
    request.upload_bytes = le64(bytes, 8);
    request.limits.bytes = le64(bytes, 16);
    request.limits.side = static_cast<int>(le32(bytes, 24));
    request.limits.directory_side = static_cast<int>(le32(bytes, 28));
    request.limits.baseline_jpeg_pixels = le64(bytes, 32);
    request.limits.other_pixels = le64(bytes, 40);
    request.limits.crop_bytes = le64(bytes, 48);
    if (request.upload_bytes > request.options.byte_limit(request.limits))
        return protocol_error("a request over its limit");
    return request;
}

Bytes encode(const Result<photo::RenderedPhoto>& result) {
    Bytes out(kResponseBytes);
    put(&out[0], kResponseMagic, 4);
    if (!result) {
        const auto& [fault, detail, cause] = result.error();
        std::string text = printable(as_bytes(detail.substr(0, kMaxDetailBytes)));
        if (!cause.empty())
            text += kSeparator + printable(as_bytes(cause.substr(0, kMaxCauseBytes)));
        put(&out[4], 1 + static_cast<std::uint64_t>(fault), 4);
        put(&out[12], text.size(), 4);
        out.insert(out.end(), text.begin(), text.end());
        return out;
    }
    const auto& items = result->items;
    put(&out[8], items.size(), 4);
    put(&out[16], static_cast<std::uint64_t>(result->picture.width), 4);
    put(&out[20], static_cast<std::uint64_t>(result->picture.height), 4);
    std::size_t bytes = kResponseBytes + kTableEntryBytes * items.size();
    for (const auto& item : items) bytes += item.jpeg.size();
    out.reserve(bytes);
    out.resize(kResponseBytes + kTableEntryBytes * items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        std::uint8_t* entry = &out[kResponseBytes + kTableEntryBytes * i];
        put(entry, static_cast<std::uint64_t>(items[i].size.width), 4);
        put(entry + 4, static_cast<std::uint64_t>(items[i].size.height), 4);
        put(entry + 8, items[i].jpeg.size(), 4);
    }
    for (const auto& item : items) out.insert(out.end(), item.jpeg.begin(), item.jpeg.end());
    put(&out[12], out.size() - kResponseBytes, 4);
    return out;
}

Result<ResponseHeader> decode(const ResponseBytes& bytes, const RenderRequest& request) {
    if (le32(bytes, 0) != kResponseMagic) return protocol_error("no response");
    const std::uint32_t status = le32(bytes, 4);
    ResponseHeader header{
        .rendered = status == 0,
        .renditions = le32(bytes, 8),
        .body_bytes = le32(bytes, 12),
        .picture = {static_cast<int>(le32(bytes, 16)), static_cast<int>(le32(bytes, 20))}};
    if (!header.rendered) {
        header.fault = static_cast<Fault>(status - 1);
        if (status - 1 > static_cast<std::uint32_t>(Fault::internal) || !may_report(header.fault))
            return protocol_error("a fault that a picture cannot cause");
        if (header.body_bytes > kMaxDetailBytes + 1 + kMaxCauseBytes)
            return protocol_error("a detail that is too long");
        return header;
    }
    if (header.picture.shorter_side() < 1 || longer_side(header.picture) > request.limits.side)
        return protocol_error("a picture of a size that is not allowed");
    const int side = largest_side(request);
    std::size_t most = max_bytes_of({side, side});
    for (const int hd : photo::kHdSizes) most += max_bytes_of({hd, hd});
    if (header.renditions == 0 || header.renditions > kMaxRenditions || header.body_bytes > most ||
        header.body_bytes < header.renditions * kTableEntryBytes)
        return protocol_error("a response that is too long or too short");
    return header;
}

RenderResponse decode_body(const ResponseHeader& header, ByteView body,
                           const RenderRequest& request) {
    if (!header.rendered) return {true, std::unexpected(decode_error(header.fault, body))};
    photo::RenderedPhoto photo{.items = {}, .picture = header.picture};
    std::size_t at = header.renditions * kTableEntryBytes;
    for (std::size_t i = 0; i < header.renditions; ++i) {
        const std::size_t entry = i * kTableEntryBytes;
        const photo::Size size{static_cast<int>(le32(body, entry)),
                               static_cast<int>(le32(body, entry + 4))};
        const std::size_t length = le32(body, entry + 8);
        if (length > body.size() - at)
            return {false, protocol_error("a length beyond the response")};
        const ByteView jpeg = body.subspan(at, length);
        if (!is_jpeg(jpeg)) return {false, protocol_error("a rendition that is not a JPEG")};
        photo.items.push_back({size, Bytes(jpeg.begin(), jpeg.end())});
        at += length;
    }
    if (at != body.size()) return {false, protocol_error("bytes after the renditions")};
    if (!are_sizes_right(photo, request))
        return {false, protocol_error("sizes that a picture cannot have")};
    return {true, std::move(photo)};
}

}  // namespace cameo::image_worker
