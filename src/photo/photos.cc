#include "photo/photos.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "base/cache_key.h"
#include "base/crc32c.h"
#include "base/ids.h"
#include "photo/blob_store.h"
#include "photo/photo.h"

namespace cameo::photo {
namespace {

// The kind is one byte and a tenant id never holds a newline, so no two owners share a key.
CacheKey cache_key(const OwnerKey& owner) {
    const char kind = static_cast<char>('0' + static_cast<int>(owner.kind));
    CacheKey key;
    return key.append(owner.tenant).append({&kind, 1}).append("\n").append(owner.id);
}

CacheKey cache_key(const Photo& photo, const Rendition& rendition) {
    CacheKey key;
    return key.append(photo.blob_key)
        .append({reinterpret_cast<const char*>(&rendition.offset), sizeof rendition.offset});
}

std::shared_ptr<const CachedRendition> make_cached(std::shared_ptr<const Photo> photo,
                                                   const Rendition& rendition, Bytes jpeg,
                                                   const HeaderBuilder& build_headers) {
    std::string headers = build_headers(*photo, rendition);
    return std::make_shared<const CachedRendition>(
        CachedRendition{std::move(photo), rendition, std::move(jpeg), std::move(headers)});
}

std::size_t bytes_of(const std::shared_ptr<const Photo>& photo) {
    if (!photo) return 0;
    return sizeof(Photo) + photo->etag.size() + photo->content_type.size() +
           photo->blob_key.size() + photo->origin.source.size() + photo->origin.by.size() +
           photo->origin.run.size() + photo->renditions.size() * sizeof(Rendition);
}

constexpr std::chrono::seconds kCleanUpTime{2};

// With the photo, which lives as long as one of its renditions.
std::size_t bytes_of(const CachedRendition& cached) {
    return sizeof cached + cached.jpeg.size() + cached.headers.size() + bytes_of(cached.photo);
}

// Where each rendition lies in the blob that pack_blob makes.
std::vector<Rendition> renditions_of(const RenderedPhoto& rendered) {
    std::vector<Rendition> renditions;
    std::uint32_t offset = 0;
    for (const auto& item : rendered.items) {
        const auto length = static_cast<std::uint32_t>(item.jpeg.size());
        renditions.push_back(
            {.size = item.size, .offset = offset, .length = length, .crc32c = crc32c(item.jpeg)});
        offset += length;
    }
    return renditions;
}

Bytes pack_blob(const RenderedPhoto& rendered) {
    std::size_t bytes = 0;
    for (const auto& item : rendered.items) bytes += item.jpeg.size();
    Bytes blob;
    blob.reserve(bytes);
    for (const auto& item : rendered.items)
        blob.insert(blob.end(), item.jpeg.begin(), item.jpeg.end());
    return blob;
}

std::optional<WriteCondition::Version> version_of(const std::shared_ptr<const Photo>& photo) {
    if (!photo) return std::nullopt;
    return WriteCondition::Version{photo->etag, photo->blob_key, photo->modified};
}

bool is_photo_of(const Photo& photo, const Upload& upload, const UploadHash& hash) {
    return photo.upload_hash == hash && photo.storage == upload.storage &&
           photo.crop == upload.crop;
}

Error condition_failed() {
    return {Fault::precondition_failed,
            "The photo is not the one that the request's condition names."};
}

}  // namespace

Photos::Photos(Catalog& catalog, BlobStore& blobs, GcLock& gc_lock, ImageRenderer& renderer,
               const Clock& clock, HeaderBuilder build_headers, Settings settings)
    : catalog_(catalog),
      blobs_(blobs),
      gc_lock_(gc_lock),
      renderer_(renderer),
      clock_(clock),
      build_headers_(std::move(build_headers)),
      photos_(settings.photo_cache_entries << 10),
      renditions_(settings.rendition_cache_bytes) {}

Result<CacheResult<Photo>> Photos::find_photo(const OwnerKey& owner, Wait wait) {
    auto cached = photos_.find(cache_key(owner));
    if (cached || wait.is_memory_only()) return cached;
    return load_photo(owner, wait.deadline());
}

std::shared_ptr<const CachedRendition> Photos::cached_rendition(const Photo& photo,
                                                                const Rendition& rendition) {
    return renditions_.find(cache_key(photo, rendition)).value_or(nullptr);
}

Result<std::shared_ptr<const Photo>> Photos::load_photo(const OwnerKey& owner, Deadline deadline) {
    const CacheKey key = cache_key(owner);
    const auto ticket = photos_.begin_load(key);
    auto found = catalog_.find(owner, deadline);
    if (!found) return std::unexpected(std::move(found.error()));
    std::shared_ptr<const Photo> photo;
    if (*found) photo = std::make_shared<const Photo>(std::move(**found));
    photos_.finish_load(ticket, key, photo, bytes_of(photo));
    return photo;
}

Result<std::shared_ptr<const CachedRendition>> Photos::read_rendition(
    const std::shared_ptr<const Photo>& photo, const Rendition& rendition, Deadline deadline) {
    auto bytes = blobs_.read(photo->blob_key, rendition.offset, rendition.length, deadline);
    if (!bytes && bytes.error().fault == Fault::unsatisfiable_range)
        return fail(Fault::internal,
                    fmt::format("blob {} ends after {} bytes, before {} does", photo->blob_key,
                                bytes.error().detail, to_string(rendition.size)));
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    if (!*bytes) return nullptr;
    if (crc32c(**bytes) != rendition.crc32c)
        return fail(Fault::internal, fmt::format("blob {}: the bytes of {} do not match their CRC",
                                                 photo->blob_key, to_string(rendition.size)));
    return keep(photo, rendition, std::move(**bytes));
}

Result<CacheResult<CachedRendition>> Photos::find_content(const OwnerKey& owner,
                                                          const Chooser& choose, Wait wait) {
    auto current = find_photo(owner, wait);
    // The second turn is for a photo that was replaced, and whose blob was deleted, since it was
    // cached.
    for (int turn = 0; turn < 2; ++turn) {
        if (!current) return std::unexpected(std::move(current.error()));
        if (!*current) return std::nullopt;
        const auto& photo = **current;
        const Rendition* chosen = photo ? choose(*photo) : nullptr;
        if (chosen == nullptr) return fail(Fault::no_photo, "");
        if (auto cached = cached_rendition(*photo, *chosen)) return cached;
        if (wait.is_memory_only()) return std::nullopt;
        auto read = read_rendition(photo, *chosen, wait.deadline());
        if (!read) return std::unexpected(std::move(read.error()));
        if (*read) return *std::move(read);
        forget(owner);
        current = load_photo(owner, wait.deadline());
    }
    return fail(Fault::internal, fmt::format("the blob of owner {} is missing", owner.id));
}

Result<Photos::Put> Photos::put(const OwnerKey& owner, const Upload& upload,
                                const WriteCondition& condition, Deadline deadline) {
    // From the catalog, not from the cache: another process may write to the same catalog.
    const auto current = load_photo(owner, deadline);
    if (!current) return std::unexpected(current.error());
    if (!condition.holds(version_of(*current))) return std::unexpected(condition_failed());
    const UploadHash hash = upload_hash(upload.bytes);
    const bool is_same = *current && is_photo_of(**current, upload, hash);
    if (is_same) {
        const auto state = check_blob(blobs_, **current, deadline).state;
        if (state == BlobState::whole) return Put::unchanged;
        if (has_passed(deadline))
            return fail(Fault::busy, "The blob store did not answer in time.");
    }
    auto rendered =
        renderer_.render(upload.bytes, {.storage = upload.storage, .crop = upload.crop}, deadline);
    if (!rendered) return std::unexpected(std::move(rendered.error()));
    Photo photo{.etag = random_hex128_upper(),
                .blob_key = random_hex128_lower(),
                .upload_hash = hash,
                .storage = upload.storage,
                .modified = clock_.now(),
                .origin = upload.origin,
                .crop = upload.crop,
                .renditions = renditions_of(*rendered)};
    // The same bytes keep the old etag: what clients have cached stays valid.
    if (is_same && photo.renditions == (*current)->renditions) {
        photo.etag = (*current)->etag;
        photo.origin = (*current)->origin;
    }
    return store(owner, std::move(photo), std::move(*rendered), condition, deadline);
}

Result<RenderedPhoto> Photos::preview(ByteView upload, Deadline deadline) {
    return renderer_.render(upload, {.is_preview = true}, deadline);
}

Result<Photos::Put> Photos::store(const OwnerKey& owner, Photo made, RenderedPhoto rendered,
                                  const WriteCondition& condition, Deadline deadline) {
    gc_lock_.begin_write(made.blob_key);
    if (auto kept = blobs_.put(made.blob_key, pack_blob(rendered), deadline); !kept) {
        gc_lock_.end_write(made.blob_key);
        return std::unexpected(std::move(kept.error()));
    }
    auto version = catalog_.put(owner, made, condition, deadline);
    forget(owner);
    // The row may exist after the next start. Until then the sweep must not delete the blob.
    if (!version && version.error().fault == Fault::outcome_unknown)
        return std::unexpected(std::move(version.error()));
    gc_lock_.end_write(made.blob_key);
    if (!version) {
        // After a server fault the sweep decides. The request's deadline may have passed.
        if (!is_server_fault(version.error().fault))
            (void)blobs_.remove(made.blob_key, deadline_in(kCleanUpTime));
        return std::unexpected(std::move(version.error()));
    }
    made.version = *version;
    cache_renditions(std::make_shared<const Photo>(std::move(made)), std::move(rendered));
    return Put::stored;
}

Result<void> Photos::remove(const OwnerKey& owner, const WriteCondition& condition,
                            Deadline deadline) {
    const auto removed = catalog_.remove(owner, condition, clock_.now(), deadline);
    forget(owner);
    if (!removed) return std::unexpected(removed.error());
    if (!*removed) return fail(Fault::no_photo, "");
    return {};
}

Result<std::optional<std::vector<Change>>> Photos::changes(std::int64_t after, std::size_t limit,
                                                           Deadline deadline) {
    return catalog_.changes(after, limit, deadline);
}

Result<std::int64_t> Photos::last_change(Deadline deadline) {
    return catalog_.last_change(deadline);
}

// Erased rather than replaced: two writers may reach this in another order than they committed.
void Photos::forget(const OwnerKey& owner) { photos_.erase(cache_key(owner)); }

void Photos::cache_renditions(const std::shared_ptr<const Photo>& photo, RenderedPhoto rendered) {
    for (std::size_t i = 0; i < rendered.items.size(); ++i)
        keep(photo, photo->renditions[i], std::move(rendered.items[i].jpeg));
}

std::shared_ptr<const CachedRendition> Photos::keep(const std::shared_ptr<const Photo>& photo,
                                                    const Rendition& rendition, Bytes jpeg) {
    auto cached = make_cached(photo, rendition, std::move(jpeg), build_headers_);
    renditions_.put(cache_key(*photo, rendition), cached, bytes_of(*cached));
    return cached;
}

}  // namespace cameo::photo
