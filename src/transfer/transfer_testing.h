#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "photo/photos.h"
#include "photo/sweep.h"
#include "store/contract/temporary_folder.h"
#include "store/memory/memory_blob_store.h"
#include "store/memory/memory_store.h"
#include "transfer/import.h"
#include "transfer/photo_service.h"

// For the tests of this module: a data folder in memory, and a renderer that accepts any text that
// does not begin with `bad`.
namespace cameo::transfer {

class TextRenderer final : public photo::ImageRenderer {
  public:
    Result<photo::RenderedPhoto> render(ByteView upload, const photo::RenderOptions&,
                                        Deadline) override {
        const std::string text(as_text(upload));
        if (text.starts_with("bad")) return fail(Fault::invalid_image, "The picture is bad.");
        const auto bytes = [](const std::string& s) { return Bytes(s.begin(), s.end()); };
        return photo::RenderedPhoto{
            {{{48, 48}, bytes("48 " + text)}, {{64, 64}, bytes("64 " + text)}}};
    }
};

// Forwards every call. A test overrides some of them.
class ForwardingPhotoService : public PhotoService {
  public:
    explicit ForwardingPhotoService(PhotoService& service) : service_(service) {}
    const photo::UploadLimits& limits() const override { return service_.limits(); }
    Result<photo::Photos::Put> put(const PutRequest& request, ByteView upload) override {
        return service_.put(request, upload);
    }
    Result<void> remove(const OwnerKey& owner, const std::string& blob_key) override {
        return service_.remove(owner, blob_key);
    }
    Result<void> keep_blob(const std::string& key) override { return service_.keep_blob(key); }
    Result<photo::Swept> remove_orphan_blobs() override { return service_.remove_orphan_blobs(); }
    Result<void> take_lease(const std::string& id) override { return service_.take_lease(id); }
    Result<void> renew_lease(const std::string& id) override { return service_.renew_lease(id); }
    Result<void> end_lease(const std::string& id) override { return service_.end_lease(id); }

  private:
    PhotoService& service_;
};

class TransferTest : public testing::Test {
  protected:
    static constexpr auto kTenant = "t";

    static OwnerKey owner(const std::string& id, OwnerKind kind = OwnerKind::user) {
        return {kTenant, kind, id};
    }

    void add_user(const std::string& id, const std::string& name, const std::string& mail = "") {
        ASSERT_TRUE(directory_.users().add({.tenant = kTenant,
                                            .id = id,
                                            .user_principal_name = name,
                                            .display_name = "Display " + id,
                                            .mail = mail},
                                           soon()));
    }
    void add_group(const std::string& id, const std::string& name) {
        ASSERT_TRUE(
            directory_.groups().add({.tenant = kTenant, .id = id, .display_name = name}, soon()));
    }
    void give_photo(const std::string& id, const std::string& text,
                    OwnerKind kind = OwnerKind::user) {
        ASSERT_TRUE(
            photo_service_.put({.owner = owner(id, kind), .source = "test"}, as_bytes(text)));
    }
    std::optional<photo::Photo> photo_of(const std::string& id, OwnerKind kind = OwnerKind::user) {
        return *catalog_.find(owner(id, kind), soon());
    }
    std::string largest_of(const std::string& id) {
        const auto photo = photo_of(id);
        if (!photo) return "no photo";
        const auto& rendition = photo->largest();
        const auto bytes = blobs_.read(photo->blob_key, rendition.offset, rendition.length, soon());
        return bytes && *bytes ? std::string(as_text(**bytes)) : "no bytes";
    }
    // Overwrites a blob, as on a failing disk.
    void spoil_blob(const std::string& key, const std::string& bytes) {
        ASSERT_TRUE(blobs_.remove(key, soon()));
        ASSERT_TRUE(blobs_.put(key, as_bytes(bytes), soon()));
    }
    void write(const std::string& name, const std::string& text) {
        const auto file = folder_.path() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
    }
    static Deadline soon() { return deadline_in(std::chrono::seconds(60)); }

    store::TemporaryFolder folder_;
    ManualClock clock_{Instant(std::chrono::milliseconds(1'700'000'000'123))};
    store::memory::MemoryCatalog catalog_;
    store::memory::MemoryDirectory directory_{catalog_};
    store::memory::MemoryBlobStore blobs_{clock_};
    TextRenderer renderer_;
    photo::GcLock gc_lock_{catalog_, clock_};
    photo::Photos photos_{catalog_,
                          blobs_,
                          gc_lock_,
                          renderer_,
                          clock_,
                          [](const photo::Photo&, const photo::Rendition&) { return ""; },
                          {.rendition_cache_bytes = 0, .photo_cache_entries = 0}};
    LocalPhotoService photo_service_{{directory_, catalog_, blobs_, photos_, gc_lock_},
                                     {.bytes = 1'000}};
};

}  // namespace cameo::transfer
