#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/cache_key.h"
#include "base/clock.h"
#include "base/lru_cache.h"
#include "base/owner.h"
#include "base/result.h"
#include "base/wait.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "photo/history.h"
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
        // [storage] former_photo_days: how long a former photo is kept; 0 keeps none
        std::chrono::days former_photo_days{30};
    };
    enum class Put { stored, unchanged };
    // One rendition of a former photo.
    struct FormerContent {
        std::string content_type;
        Bytes jpeg;
    };
    static constexpr std::size_t kUndoBatch = 100;

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
    // anew, under its old etag if it is the same in every byte. The replaced photo becomes a former
    // one, unless its blob is not whole. Faults of ImageRenderer::render, BlobStore::put and
    // Catalog::put; lock and run are checked first.
    Result<Put> put(const OwnerKey& owner, const Upload& upload, const WriteCondition& condition,
                    Deadline deadline);

    // One JPEG of the whole picture, as RenderOptions::is_preview; stores nothing. Faults of
    // ImageRenderer::render.
    Result<RenderedPhoto> preview(ByteView upload, Deadline deadline);

    // The photo becomes a former one. `by`: as Origin::by. Fault::no_photo if there is none.
    Result<void> remove(const OwnerKey& owner, const WriteCondition& condition, Deadline deadline,
                        const std::string& by = {});

    // Former photos, locks and runs: docs/cameo-api.md. photos_history.cc. Nothing of them is
    // cached. As History, where nothing else is said.
    Result<std::vector<FormerPhoto>> former_photos(const OwnerKey& owner, Deadline deadline);
    // The bytes of the rendition that `choose` picks, compared with their CRC. Fault::no_photo
    // without such a former photo, or if none is picked; Fault::internal if its bytes are lost.
    Result<FormerContent> read_former(const OwnerKey& owner, const std::string& id,
                                      const Chooser& choose, Deadline deadline);
    // Reads the whole blob first: Fault::internal if it is not whole.
    Result<void> restore(const OwnerKey& owner, const std::string& id, const std::string& by,
                         const WriteCondition& condition, Deadline deadline);
    // Fault::no_photo if there is none.
    Result<void> remove_former(const OwnerKey& owner, const std::string& id,
                               const WriteCondition& condition, Deadline deadline);
    // Removes photo, former photos and all blobs of the owner, without a grace period; also where
    // there is none. Fault::busy, and nothing is changed, where a lease keeps blobs.
    // Fault::internal if a blob cannot be deleted: a repeated call tries again.
    Result<void> erase(const OwnerKey& owner, const WriteCondition& condition, Deadline deadline);
    Result<void> set_lock(const OwnerKey& owner, bool locked, Deadline deadline);
    Result<bool> is_locked(const OwnerKey& owner, Deadline deadline);

    Result<Run> start_run(const std::string& tenant, const std::string& name, const std::string& by,
                          Deadline deadline);
    Result<std::optional<Run>> find_run(const std::string& tenant, const std::string& id,
                                        Deadline deadline);
    Result<std::vector<Run>> runs(const std::string& tenant, std::size_t limit, Deadline deadline);
    // Each owner whose photo is still the run's gets the photo from before the run, or none. A
    // photo whose former one is not kept or not whole stays. In transactions of kUndoBatch owners;
    // Fault::busy at the deadline: a repeated call goes on.
    Result<Undone> undo_run(const Run& run, const std::string& by, Deadline deadline);

    // As Catalog.
    Result<std::optional<std::vector<Change>>> changes(std::int64_t after, std::size_t limit,
                                                       Deadline deadline);
    Result<std::int64_t> last_change(Deadline deadline);

    // For an owner whose photo the catalog dropped by itself: the owner was removed.
    void forget(const OwnerKey& owner);

  private:
    static CacheKey cache_key(const Photo& photo, const Rendition& rendition);
    Result<std::shared_ptr<const Photo>> load_photo(const OwnerKey& owner, Deadline deadline);
    // Null if the bytes are not in memory.
    std::shared_ptr<const CachedRendition> cached_rendition(const Photo& photo,
                                                            const Rendition& rendition);
    // From the blob store; null if there is no such blob.
    Result<std::shared_ptr<const CachedRendition>> read_rendition(
        const std::shared_ptr<const Photo>& photo, const Rendition& rendition, Deadline deadline);
    Result<Put> store(const OwnerKey& owner, Photo photo, RenderedPhoto rendered,
                      const WriteCondition& condition, const Replacement& replacement,
                      Deadline deadline);
    // Before an upload is decoded. The catalog checks both again in its transaction.
    Result<void> check_lock_and_run(const OwnerKey& owner, const WriteCondition& condition,
                                    const std::string& run, Deadline deadline);
    // Whether `current`, which may be null, becomes a former photo. Reads its blob.
    bool keeps_former(const OwnerKey& owner, const std::shared_ptr<const Photo>& current,
                      const WriteCondition& condition, Deadline deadline);
    Result<FormerPhoto> find_former(const OwnerKey& owner, const std::string& id,
                                    Deadline deadline);
    Result<void> erase_now(const OwnerKey& owner, const WriteCondition& condition,
                           Deadline deadline);
    std::string whole_former(const RunPhoto& photo, Deadline deadline);
    Result<Undone> undo_batch(const Run& run, const std::vector<RunPhoto>& photos,
                              const std::string& by, Deadline deadline);
    void cache_renditions(const std::shared_ptr<const Photo>& photo, RenderedPhoto rendered);
    std::shared_ptr<const CachedRendition> keep(const std::shared_ptr<const Photo>& photo,
                                                const Rendition& rendition, Bytes jpeg);

    Catalog& catalog_;
    BlobStore& blobs_;
    GcLock& gc_lock_;
    ImageRenderer& renderer_;
    const Clock& clock_;
    HeaderBuilder build_headers_;
    const std::chrono::days former_photo_days_;
    LruCache<std::shared_ptr<const Photo>> photos_;                // by owner
    LruCache<std::shared_ptr<const CachedRendition>> renditions_;  // by blob key and place
};

}  // namespace cameo::photo
