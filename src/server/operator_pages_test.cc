#include "server/operator_pages.h"

#include <gmock/gmock.h>

#include "store/memory/memory_blob_store.h"
#include "store/memory/memory_store.h"

// The pages that are answered without a pool.
namespace cameo::server {
namespace {

using http::Method;
using testing::HasSubstr;

class NoRenderer final : public photo::ImageRenderer {
  public:
    Result<photo::RenderedPhoto> render(ByteView, const photo::RenderOptions&, Deadline) override {
        return fail(Fault::invalid_image, "");
    }
};

class OperatorPagesTest : public testing::Test {
  protected:
    static config::Config config() {
        config::Config config;
        config.access_log = false;
        return config;
    }

    static http::Request request(Method method, std::string_view target) {
        return {.method = method, .method_text = "X", .target = target};
    }

    // Fails the test if start() returns a continuation.
    http::Reply reply_at_once(Method method, std::string_view target) {
        return std::get<http::Reply>(pages_.start(request(method, target)).value());
    }

    store::memory::MemoryCatalog catalog_;
    store::memory::MemoryBlobStore blobs_;
    store::memory::MemoryDirectory entries_{catalog_};
    NoRenderer renderer_;
    SystemClock clock_;
    directory::Directory directory_{entries_, 1600};
    photo::GcLock gc_lock_{catalog_, clock_};
    photo::Photos photos_{catalog_, blobs_,
                          gc_lock_, renderer_,
                          clock_,   [](const photo::Photo&, const photo::Rendition&) { return ""; },
                          {}};
    access::Authenticator authenticator_{{}, {}, clock_, 1600};
    access::UserResolver people_{directory_};
    access::Throttle throttle_{{}};
    graph::WorkPools pools_{{}};
    graph::Service service_{
        {authenticator_, people_, throttle_},
        directory_,
        photos_,
        clock_,
        {},
        {.faults = [](std::string_view, const Error&) {}, .audit = [](const auto&) {}},
        pools_};
    Readiness readiness_{true, ""};
    ServerLogs logs_{*ServerLogs::open(config())};
    OperatorPages pages_{service_,         clock_, config(), logs_, [this] { return readiness_; },
                         [] { return 0U; }};
};

TEST_F(OperatorPagesTest, ReadinessIsAnsweredImmediatelyUnderManyProbes) {
    for (int probe = 0; probe < 100; ++probe) {
        const auto reply = reply_at_once(Method::get, "/readyz");
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.body.view(), "ready\n");
    }
    readiness_ = {false, "store\n"};
    const auto unready = reply_at_once(Method::get, "/readyz");
    EXPECT_EQ(unready.status, 503);
    EXPECT_EQ(unready.body.view(), "store\n");
    pages_.begin_shutdown();
    EXPECT_THAT(reply_at_once(Method::get, "/readyz").body.view(), HasSubstr("shutting down"));
}

}  // namespace

}  // namespace cameo::server
