#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/owner.h"
#include "base/result.h"
#include "photo/image_renderer.h"
#include "photo/photos.h"
#include "photo/sweep.h"

namespace cameo::transfer {

// A photo that is to be somebody's.
struct Placement {
    OwnerKey owner;
    PhotoStorage storage = PhotoStorage::mailbox;
    std::string source;                   // as Photo::source
    std::optional<std::string> replaces;  // only in the place of the photo in this blob
};

// Whoever may change the photos of a data folder. Implementations: direct_desk.h (the process that
// owns the folder), control/remote_desk.h (through that process). Thread-safe; blocks.
class PhotoDesk {
  public:
    // While it lives, no blob is deleted. One thread.
    class SweepHold {
      public:
        virtual ~SweepHold() = default;

        // Whether no blob was deleted since it was taken; takes it again at a server that was
        // restarted. Fault::conflict where one may have been; Fault::busy where that cannot be
        // told now, since the server has ended and none is in its place.
        virtual Result<void> confirm() = 0;

        // It lasts to the end of this process, and beyond as photo::GcLock says.
        virtual void leave() = 0;
    };

    virtual ~PhotoDesk() = default;

    virtual const photo::UploadLimits& limits() const = 0;

    // As photo::Photos::put; Fault::no_owner where there is no such owner.
    virtual Result<photo::Photos::Put> put(const Placement& placement, ByteView upload) = 0;

    // Removes the photo in that blob, whether or not its owner exists. Fault::no_photo and
    // Fault::precondition_failed as photo::Photos::remove.
    virtual Result<void> remove(const OwnerKey& owner, const std::string& blob_key) = 0;

    // Takes a blob off the list of those that the sweep will delete, and brings it back where it
    // was set aside.
    virtual Result<void> keep_blob(const std::string& key) = 0;

    // As photo::sweep_orphans, of blobs that are not young. Fault::busy while anyone holds the
    // sweep, and where the owner of the folder ends meanwhile.
    virtual Result<photo::Swept> remove_orphan_blobs() = 0;

    // Fault::conflict as photo::GcLock. The second is a new hold for this process.
    virtual Result<std::unique_ptr<SweepHold>> hold_sweep(const photo::SweepLease& lease) = 0;
    Result<std::unique_ptr<SweepHold>> hold_sweep() { return hold_sweep(photo::SweepLease{}); }
};

}  // namespace cameo::transfer
