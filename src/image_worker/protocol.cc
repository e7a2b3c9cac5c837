#include "image_worker/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "image/byte_reader.h"

namespace cameo::image_worker {

const char* const kVersion = CAMEO_VERSION;

namespace {

using image::has_text;
using image::le32;

constexpr std::uint32_t kGreetingMagic = 0x31474943;  // "CIG1"
constexpr std::uint32_t kRequestMagic = 0x31514943;   // "CIQ1"
constexpr std::uint32_t kAnswerMagic = 0x31414943;    // "CIA1"
constexpr std::size_t kTableEntryBytes = 12;
constexpr std::size_t kVersionAt = 12;
constexpr std::size_t kVersionBytes = 20;
constexpr std::size_t kDetailAt = kVersionAt + kVersionBytes;
constexpr std::size_t kMaxRenditions = photo::kHdSizes.size() + 1;

// Noise at quality 82 takes under two bytes a pixel; headers and tables under 1 KB.
constexpr std::size_t most_bytes_of(photo::Size size) {
    return 4096 + 4 * static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
}

void put(std::uint8_t* to, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) to[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::uint64_t le64(ByteView b, std::size_t at) {
    return static_cast<std::uint64_t>(le32(b, at + 4)) << 32 | le32(b, at);
}

// What a worker may say went wrong. Others (busy, denied, ...) are not its to say.
bool is_workers_fault(Fault fault) {
    switch (fault) {
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

// It goes to the client or to the log: plain characters only.
std::string clean(ByteView detail) {
    std::string text(as_text(detail));
    for (char& c : text)
        if (c < ' ' || c > '~') c = '?';
    return text;
}

std::unexpected<Error> implausible(std::string_view why) {
    return fail(Fault::internal, fmt::format("image worker: {}", why));
}

bool is_jpeg(ByteView bytes) {
    return bytes.size() > 4 && has_text(bytes, 0, "\xFF\xD8\xFF") &&
           has_text(bytes, bytes.size() - 2, "\xFF\xD9");
}

// The rule of the sizes, applied to the largest of them, must give exactly these.
bool are_sizes_right(const photo::RenderedPhoto& photo, const Request& request) {
    const photo::Size largest = photo.items.back().size;
    const int most = request.storage == PhotoStorage::directory ? request.limits.directory_side
                                                                : photo::kHdSizes.back();
    if (largest.shorter_side() < 1 || std::max(largest.width, largest.height) > most) return false;
    return std::ranges::equal(photo::rendition_sizes(largest, request.storage, most), photo.items,
                              {}, {}, &photo::RenderedPhoto::Item::size);
}

// A text in a field of fixed length, filled with zeros.
void put_text(std::span<std::uint8_t> field, std::string_view text) {
    std::ranges::copy(text.substr(0, field.size()), field.begin());
}

std::string text_in(ByteView field) {
    return clean(
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
        return implausible(fmt::format("it is not one of this release; {}", kWhatToDo));
    const Greeting greeting{.version = text_in(ByteView(bytes).subspan(kVersionAt, kVersionBytes)),
                            .confinement = static_cast<Confinement>(le32(bytes, 4)),
                            .landlock_abi = le32(bytes, 8),
                            .detail = text_in(ByteView(bytes).subspan(kDetailAt))};
    if (greeting.version != kVersion)
        return implausible(fmt::format("it has version {} and the server {}; {}", greeting.version,
                                       kVersion, kWhatToDo));
    if (greeting.confinement == Confinement::failed) return implausible(greeting.detail);
    if (greeting.confinement > Confinement::failed) return implausible("an unknown confinement");
    return greeting;
}

std::string describe(const Greeting& greeting) {
    if (greeting.confinement == Confinement::switched_off) return "none (--no-sandbox)";
    if (greeting.confinement == Confinement::sanitizer) return "none (sanitizer build)";
    if (greeting.landlock_abi == 0) return "seccomp";
    return fmt::format("seccomp, Landlock ABI {}", greeting.landlock_abi);
}

RequestHeader encode(const Request& request) {
    RequestHeader header{};
    put(&header[0], kRequestMagic, 4);
    put(&header[4], static_cast<std::uint64_t>(request.storage), 4);
    put(&header[8], request.upload_bytes, 8);
    put(&header[16], request.limits.bytes, 8);
    put(&header[24], static_cast<std::uint64_t>(request.limits.side), 4);
    put(&header[28], static_cast<std::uint64_t>(request.limits.directory_side), 4);
    put(&header[32], request.limits.baseline_jpeg_pixels, 8);
    put(&header[40], request.limits.other_pixels, 8);
    return header;
}

Result<Request> decode(const RequestHeader& header) {
    if (le32(header, 0) != kRequestMagic) return implausible("no request");
    Request request;
    request.storage = le32(header, 4) == static_cast<std::uint32_t>(PhotoStorage::directory)
                          ? PhotoStorage::directory
                          : PhotoStorage::mailbox;
    request.upload_bytes = le64(header, 8);
    request.limits.bytes = le64(header, 16);
    request.limits.side = static_cast<int>(le32(header, 24));
    request.limits.directory_side = static_cast<int>(le32(header, 28));
    request.limits.baseline_jpeg_pixels = le64(header, 32);
    request.limits.other_pixels = le64(header, 40);
    if (request.upload_bytes > request.limits.bytes) return implausible("request over its limit");
    return request;
}

Bytes encode(const Result<photo::RenderedPhoto>& answer) {
    Bytes out(kAnswerBytes);
    put(&out[0], kAnswerMagic, 4);
    if (!answer) {
        const auto detail = as_bytes(answer.error().detail);
        const ByteView cut = detail.first(std::min(detail.size(), kMaxDetailBytes));
        put(&out[4], 1 + static_cast<std::uint64_t>(answer.error().fault), 4);
        put(&out[12], cut.size(), 4);
        out.insert(out.end(), cut.begin(), cut.end());
        return out;
    }
    const auto& items = answer->items;
    put(&out[8], items.size(), 4);
    out.resize(kAnswerBytes + kTableEntryBytes * items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        std::uint8_t* entry = &out[kAnswerBytes + kTableEntryBytes * i];
        put(entry, static_cast<std::uint64_t>(items[i].size.width), 4);
        put(entry + 4, static_cast<std::uint64_t>(items[i].size.height), 4);
        put(entry + 8, items[i].jpeg.size(), 4);
    }
    for (const auto& item : items) out.insert(out.end(), item.jpeg.begin(), item.jpeg.end());
    put(&out[12], out.size() - kAnswerBytes, 4);
    return out;
}

Result<AnswerShape> decode(const AnswerHeader& header, const Request& request) {
    if (le32(header, 0) != kAnswerMagic) return implausible("no answer");
    const std::uint32_t status = le32(header, 4);
    AnswerShape shape{
        .rendered = status == 0, .renditions = le32(header, 8), .body_bytes = le32(header, 12)};
    if (!shape.rendered) {
        shape.fault = static_cast<Fault>(status - 1);
        if (status - 1 > static_cast<std::uint32_t>(Fault::internal) ||
            !is_workers_fault(shape.fault))
            return implausible("a fault that is not its own");
        if (shape.body_bytes > kMaxDetailBytes) return implausible("a detail too long");
        return shape;
    }
    const int side = request.storage == PhotoStorage::directory ? request.limits.directory_side : 0;
    std::size_t most = most_bytes_of({side, side});
    for (const int hd : photo::kHdSizes) most += most_bytes_of({hd, hd});
    if (shape.renditions == 0 || shape.renditions > kMaxRenditions || shape.body_bytes > most ||
        shape.body_bytes < shape.renditions * kTableEntryBytes)
        return implausible("an answer too long or too short");
    return shape;
}

Answer decode_body(const AnswerShape& shape, ByteView body, const Request& request) {
    if (!shape.rendered) return {true, fail(shape.fault, clean(body))};
    photo::RenderedPhoto photo;
    std::size_t at = shape.renditions * kTableEntryBytes;
    for (std::size_t i = 0; i < shape.renditions; ++i) {
        const std::size_t entry = i * kTableEntryBytes;
        const photo::Size size{static_cast<int>(le32(body, entry)),
                               static_cast<int>(le32(body, entry + 4))};
        const std::size_t length = le32(body, entry + 8);
        if (length > body.size() - at) return {false, implausible("a length beyond the answer")};
        const ByteView jpeg = body.subspan(at, length);
        if (!is_jpeg(jpeg)) return {false, implausible("a rendition that is no JPEG")};
        photo.items.push_back({size, Bytes(jpeg.begin(), jpeg.end())});
        at += length;
    }
    if (at != body.size()) return {false, implausible("bytes behind the renditions")};
    if (!are_sizes_right(photo, request)) return {false, implausible("sizes that cannot be")};
    return {true, std::move(photo)};
}

}  // namespace cameo::image_worker
