#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/lru_cache.h"
#include "base/owner.h"
#include "base/result.h"
#include "base/wait.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "photo/image_renderer.h"
#include "photo/photo.h"
#include "photo/sweep.h"

namespace cameo::photo {

// The rules of photos: read, replace, remove, over the ports and a cache in memory. Thread-safe.
//
// A read with Wait::memory_only() never blocks; all other calls block on the stores and belong on a
// worker. Collaborators are borrowed and must outlive this.
class Photos {
  public:
    struct Settings {
        std::size_t rendition_cache_bytes = 256 << 20;  // [cache] renditions_mb
        std::size_t photo_cache_entries = 200'000;      // [cache] photos, of 1 KB each
    };
    enum class Put { stored, unchanged };

    Photos(Catalog& catalog, BlobStore& blobs, GcLock& gc_lock, ImageRenderer& renderer,
           const Clock& clock, HeaderBuilder build_headers, Settings settings);

    // The owner's photo. Faults of Catalog::find, if it reads the catalog.
    Result<CacheResult<Photo>> find_photo(const OwnerKey& owner, Wait wait);

    // The bytes of the rendition that `choose` picks (an element of the photo's renditions, nullptr
    // for none), verified against their CRC. Fault::no_photo, without detail, where there is no
    // photo or none is picked. `choose` may be called twice: a photo can be replaced meanwhile.
    using Chooser = std::function<const Rendition*(const Photo&)>;
    // Never a null pointer.
    Result<CacheResult<CachedRendition>> find_content(const OwnerKey& owner, const Chooser& choose,
                                                      Wait wait);

    // Makes the upload the owner's photo: read-your-writes, atomic, durable on return. The
    // identical bytes and crop again keep photo and etag: unchanged, once the stored blob has been
    // read and compared with its CRCs; where it is lost, damaged or unreadable, the photo is stored
    // anew, under its old etag if it is the same in every byte. Faults of ImageRenderer::render,
    // BlobStore::put and Catalog::put.
    Result<Put> put(const OwnerKey& owner, const Upload& upload, const WriteCondition& condition,
                    Deadline deadline);

    // One JPEG of the whole picture, as RenderOptions::is_preview; stores nothing. Faults of
    // ImageRenderer::render.
    Result<RenderedPhoto> preview(ByteView upload, Deadline deadline);

    // Fault::no_photo if there is none.
    Result<void> remove(const OwnerKey& owner, const WriteCondition& condition, Deadline deadline);

    // As Catalog.
    Result<std::optional<std::vector<Change>>> changes(std::int64_t after, std::size_t limit,
                                                       Deadline deadline);
    Result<std::int64_t> last_change(Deadline deadline);

    // For an owner whose photo the catalog dropped by itself: the owner was removed.
    void forget(const OwnerKey& owner);

  private:
    Result<std::shared_ptr<const Photo>> load_photo(const OwnerKey& owner, Deadline deadline);
    // Null if the bytes are not in memory.
    std::shared_ptr<const CachedRendition> cached_rendition(const Photo& photo,
                                                            const Rendition& rendition);
    // From the blob store; null if there is no such blob.
    Result<std::shared_ptr<const CachedRendition>> read_rendition(
        const std::shared_ptr<const Photo>& photo, const Rendition& rendition, Deadline deadline);
    Result<Put> store(const OwnerKey& owner, Photo photo, RenderedPhoto rendered,
                      const WriteCondition& condition, Deadline deadline);
    void cache_renditions(const std::shared_ptr<const Photo>& photo, RenderedPhoto rendered);
    std::shared_ptr<const CachedRendition> keep(const std::shared_ptr<const Photo>& photo,
                                                const Rendition& rendition, Bytes jpeg);

    Catalog& catalog_;
    BlobStore& blobs_;
    GcLock& gc_lock_;
    ImageRenderer& renderer_;
    const Clock& clock_;
    HeaderBuilder build_headers_;
    LruCache<std::shared_ptr<const Photo>> photos_;                // by owner
    LruCache<std::shared_ptr<const CachedRendition>> renditions_;  // by blob key and place
};

}  // namespace cameo::photo
