#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <new>
#include <variant>

#include "access/builtin_issuer.h"
#include "base/ids.h"
#include "graph/photo_content.h"
#include "graph/service.h"
#include "store/memory/memory_blob_store.h"
#include "store/memory/memory_store.h"

// How often a request that memory answers allocates: docs/performance.md.
// NOLINTBEGIN(cppcoreguidelines-no-malloc, cppcoreguidelines-avoid-non-const-global-variables)
namespace {

thread_local std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
// NOLINTEND(cppcoreguidelines-no-malloc, cppcoreguidelines-avoid-non-const-global-variables)

namespace cameo::graph {
namespace {

using std::chrono::minutes;

class PlainRenderer final : public photo::ImageRenderer {
  public:
    Result<photo::RenderedPhoto> render(ByteView upload, const photo::RenderOptions&,
                                        Deadline) override {
        return photo::RenderedPhoto{{{{48, 48}, Bytes(upload.begin(), upload.end())}}};
    }
};

class AllocationsTest : public testing::Test {
  protected:
    void SetUp() override {
        for (const auto* name : {"a", "b"})
            ASSERT_TRUE(directory_.add<directory::User>(
                {.tenant = kTenant,
                 .id = id_of(name),
                 .user_principal_name = std::string(name) + "@x.example",
                 .display_name = name},
                deadline_in(minutes(1))));
        ASSERT_TRUE(photos_.put({kTenant, OwnerKind::user, id_of("a")}, {.bytes = as_bytes("jpeg")},
                                {}, deadline_in(minutes(1))));
    }

    static std::string id_of(const std::string& name) {
        return "00000000-0000-4000-8000-00000000000" + name;
    }

    static access::SigningKey make_key() {
        const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".pem");
        auto key = *access::SigningKey::create(file);
        std::filesystem::remove(file);
        return key;
    }

    static std::vector<access::Issuer> issuers(const access::SigningKey& key) {
        std::vector<access::Issuer> issuers;
        issuers.push_back(access::builtin_issuer(key));
        return issuers;
    }

    // Of the second of two requests, once memory holds what it needs; `status` is its reply's.
    std::size_t allocations_of(std::string_view target, int status) {
        http::Request request{.method = http::Method::get, .method_text = "GET", .target = target};
        write_request_id(request.id.data());
        request.fields = {{"Host", "cameo.test"}, {"Authorization", token_}};
        auto first = service_.start(request);
        if (auto* rest = std::get_if<http::Continuation>(&first)) rest->run();
        const auto before = allocations;
        const auto started = service_.start(request);
        const auto after = allocations;
        EXPECT_EQ(std::get<http::Reply>(started).status, status) << target;
        return after - before;
    }

    static constexpr const char* kTenant = "11111111-1111-4111-8111-111111111111";
    store::memory::MemoryCatalog catalog_;
    store::memory::MemoryBlobStore blobs_;
    store::memory::MemoryDirectory users_{catalog_};
    PlainRenderer renderer_;
    SystemClock clock_;
    Settings settings_;
    directory::Directory directory_{users_, 1600};
    photo::GcLock gc_lock_{catalog_, clock_};
    photo::Photos photos_{catalog_,
                          blobs_,
                          gc_lock_,
                          renderer_,
                          clock_,
                          [this](const photo::Photo& photo, const photo::Rendition&) {
                              return content_fields(photo, settings_);
                          },
                          {}};
    access::SigningKey key_ = make_key();
    access::Authenticator authenticator_{
        issuers(key_), {{.id = kTenant, .name = "default"}}, clock_, 1600};
    access::UserResolver resolver_{directory_};
    access::Throttle throttle_{{}};
    WorkPools pools_{{}};
    Service service_{
        {authenticator_, resolver_, throttle_},
        directory_,
        photos_,
        clock_,
        settings_,
        {.faults = [](std::string_view, const Error&) {}, .audit = [](const AuditRecord&) {}},
        pools_};
    std::string token_ = "Bearer " + *access::issue_token(key_,
                                                          {.tenant = kTenant,
                                                           .user = id_of("a"),
                                                           .scopes = "User.ReadBasic.All",
                                                           .expires = clock_.now() + minutes(5)},
                                                          clock_.now());
};

TEST_F(AllocationsTest, APhotoFromMemoryTakesThreeAtMost) {
    EXPECT_LE(allocations_of("/v1.0/me/photo/$value", 200), 3U);
    EXPECT_LE(allocations_of("/v1.0/users/" + id_of("a") + "/photos/48x48/$value", 200), 3U);
    EXPECT_LE(allocations_of("/v1.0/users/a@x.example/photo/$value", 200), 3U);
}

TEST_F(AllocationsTest, AnErrorFromMemoryTakesSixAtMost) {
    EXPECT_LE(allocations_of("/v1.0/users/b@x.example/photo/$value", 404), 6U);
    token_ = "Bearer a.b.c";
    EXPECT_LE(allocations_of("/v1.0/me/photo/$value", 401), 6U);
}

}  // namespace
}  // namespace cameo::graph
