#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/owner.h"
#include "base/result.h"
#include "photo/sizes.h"

// The domain's values. All are plain and immutable once made; share them as shared_ptr<const T>.
namespace cameo::photo {

using UploadHash = std::array<std::uint8_t, 32>;  // SHA-256 of the bytes a client sent

// One size of a photo and its range in the blob. Offsets and lengths in bytes.
struct Rendition {
    Size size;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    std::uint32_t crc32c = 0;

    bool operator==(const Rendition&) const = default;
};

// A square of an upload, in pixels of the picture the right way up and then rotated. Not negative.
// docs/cameo-api.md, "Cropped uploads".
struct Crop {
    std::uint32_t x = 0;
    std::uint32_t y = 0;
    std::uint32_t side = 0;
    std::uint32_t rotate = 0;  // degrees clockwise: 0, 90, 180 or 270

    bool operator==(const Crop&) const = default;
};

// Who stored a photo and how. Empty values are unknown.
struct Origin {
    std::string source;  // "api", "web", "import", "demo", "restored"
    std::string by;      // userPrincipalName of the person, else the id of the app
    std::string run;     // id of the run that the upload belongs to

    bool operator==(const Origin&) const = default;
};

// What a client sent to become a photo. Refers to the bytes.
struct Upload {
    ByteView bytes;
    PhotoStorage storage = PhotoStorage::mailbox;  // the rule for its sizes
    std::optional<Crop> crop = std::nullopt;       // nullopt: the whole picture
    Origin origin = {};
};

// One immutable version of one owner's photo, as the catalog keeps it.
struct Photo {
    std::string etag;  // 32 upper-case hex digits, without quotes; shared by all renditions
    std::string content_type = "image/jpeg";
    std::string blob_key;  // 32 lower-case hex digits
    UploadHash upload_hash{};
    PhotoStorage storage = PhotoStorage::mailbox;  // the rule for its sizes
    Instant modified{};
    Origin origin;
    std::optional<Crop> crop;           // of the upload
    std::vector<Rendition> renditions;  // ascending by size, never empty
    // Set by the catalog: the `seq` of the change that stored it (photo/catalog.h). 0 before it
    // is stored, and for photos from before schema 7.
    std::int64_t version = 0;

    const Rendition& largest() const { return renditions.back(); }
    // nullptr if the photo has no such size.
    const Rendition* find(Size size) const;

    bool operator==(const Photo&) const = default;
};

// The condition of a write: those of RFC 9110 section 13, the blob of a repair, and the acting
// owner. An empty condition always holds.
struct WriteCondition {
    // The state with which it is compared.
    struct Version {
        std::string_view etag;
        std::string_view blob_key;
        Instant modified{};
    };

    bool must_exist = false;                         // If-Match: *
    bool must_not_exist = false;                     // If-None-Match: *
    std::optional<std::vector<std::string>> any_of;  // If-Match: etags without quotes; may be empty
    std::vector<std::string> none_of;                // If-None-Match: etags without quotes
    // If-Unmodified-Since. Without a photo it holds: there is no date to compare.
    std::optional<std::chrono::sys_seconds> unmodified_since;
    // For a repair: exactly this blob. A photo that was stored again may have its old etag.
    std::optional<std::string> blob_key;
    // For a group's photo. The catalog checks it first; `holds` does not.
    ActingOwner acting_owner;

    // `current` is the stored photo; nullopt if there is none.
    bool holds(const std::optional<Version>& current) const;
};

// The result of a renderer for one upload: renditions ascending by size, each a whole JPEG file.
struct RenderedPhoto {
    struct Item {
        Size size;
        Bytes jpeg;
    };
    std::vector<Item> items;
    Size picture = {};  // of the whole upload, the right way up; before a crop and its rotation
};

// SHA-256 of an upload. The same bytes again keep their photo and etag.
UploadHash upload_hash(ByteView upload);

// The renditions of a photo in one column of its catalog row. Format 1, little-endian: byte 0 is 1,
// byte 1 the count, then per rendition 16 bytes: width u16, height u16, offset u32, length u32,
// CRC-32C u32 (docs/storage.md). For every catalog with columns.

Bytes pack(const std::vector<Rendition>& renditions);

// Fault::internal if the bytes are not format 1 or name no rendition.
Result<std::vector<Rendition>> unpack(ByteView packed);

// One rendition in memory, ready to be sent. Immutable; shared between threads.
struct CachedRendition {
    std::shared_ptr<const Photo> photo;
    Rendition rendition;  // an element of photo->renditions
    Bytes jpeg;
    // Response header lines, made once per rendition by HeaderBuilder; opaque here.
    std::string headers;
};

using HeaderBuilder = std::function<std::string(const Photo&, const Rendition&)>;

}  // namespace cameo::photo
