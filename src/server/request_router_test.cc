#include "server/request_router.h"

#include <gmock/gmock.h>

#include <variant>

#include "store/memory/memory_blob_store.h"
#include "store/memory/memory_store.h"

// Which pool a request runs on, and what is answered without one.
namespace cameo::server {
namespace {

using http::Method;
using testing::HasSubstr;

class NoRenderer final : public photo::ImageRenderer {
  public:
    Result<photo::RenderedPhoto> render(ByteView, PhotoStorage, Deadline) override {
        return fail(Fault::invalid_image, "");
    }
};

class RequestRouterTest : public testing::Test {
  protected:
    static config::Config config() {
        config::Config config;
        config.access_log = false;
        return config;
    }

    static http::Request request(Method method, std::string_view target) {
        return {.method = method, .method_text = "X", .target = target};
    }

    // Fails the test where start() gives a continuation.
    http::Reply reply_at_once(Method method, std::string_view target) {
        return std::get<http::Reply>(router_.start(request(method, target)));
    }

    WorkPool* pool(Method method, std::string_view target) {
        return &router_.pool(request(method, target));
    }

    store::memory::MemoryCatalog catalog_;
    store::memory::MemoryBlobStore blobs_;
    store::memory::MemoryDirectory entries_{catalog_};
    NoRenderer renderer_;
    SystemClock clock_;
    directory::Directory directory_{entries_, 1600};
    photo::Photos photos_{catalog_,
                          blobs_,
                          renderer_,
                          clock_,
                          [](const photo::Photo&, const photo::Rendition&) { return ""; },
                          {}};
    access::Authenticator authenticator_{{}, {}, clock_, 1600};
    access::UserResolver people_{directory_};
    access::Throttle throttle_{{}};
    WorkPool uploads_{"decode", 1, 16};
    graph::Service service_{
        {authenticator_, people_, throttle_},
        directory_,
        photos_,
        clock_,
        {},
        {.faults = [](std::string_view, const Error&) {}, .audit = [](const auto&) {}},
        uploads_};
    Readiness readiness_{true, ""};
    ServerLogs logs_{*ServerLogs::open(config())};
    RequestRouter router_{service_,         clock_, config(), logs_, [this] { return readiness_; },
                          [] { return 0U; }};
};

TEST_F(RequestRouterTest, ThePoolFollowsTheMatchedRouteHoweverThePathIsWritten) {
    const auto* decode = pool(Method::put, "/v1.0/me/photo/$value");
    const auto* store = pool(Method::get, "/v1.0/me/photo/$value");
    const auto* batch = pool(Method::post, "/v1.0/$batch");
    const auto* list = pool(Method::get, "/v1.0/users");
    ASSERT_NE(decode, store);
    ASSERT_NE(batch, store);
    ASSERT_NE(list, store);
    const std::vector<std::tuple<Method, const char*, const WorkPool*>> rows{
        {Method::put, "/v1.0/me/photo/%24value", decode},
        {Method::put, "/v1.0/me/photo/%24valu%65", decode},
        {Method::put, "/beta/ME/PHOTO/$VALUE/", decode},
        {Method::patch, "/v1.0/users/x/ph%6Fto/$value?x=1", decode},
        {Method::put, "/V1.0/users('x')/photo/$value", decode},
        {Method::put, "/v1.0/groups('x')/photo/%24valu%65", decode},
        {Method::put, "/v1.0/teams/x/photo/$value", decode},
        {Method::put, "/v1.0/me/contactFolders('f')/contacts('c')/photo/$valu%65", decode},
        {Method::post, "/v1.0/%24batch", batch},
        {Method::post, "/beta/$b%61tch/?x", batch},
        {Method::post, "/v1.0/$BATCH", batch},
        {Method::get, "/v1.0/u%73ers?$search=x", list},
        {Method::head, "/v1.0/USERS/%24count", list},
        {Method::get, "/v1.0/groups('g')/members", list},
        {Method::get, "/v1.0/me/contactFolders('f')/contacts/$count", list},
        {Method::get, "/v1.0/users/$batch/photo", store},
        {Method::post, "/v1.0/users", store},
        {Method::post, "/v1.0/users/batch", store},
        {Method::put, "/v1.0/groups/g/team", store},
        {Method::patch, "/v1.0/users/value", store},
        {Method::get, "/v1.0/users/x/photos", store},
        {Method::put, "/nonsense/$value", store},
    };
    for (const auto& [method, target, expected] : rows)
        EXPECT_EQ(pool(method, target), expected) << target;
}

TEST_F(RequestRouterTest, ReadinessIsToldAtOnceHoweverManyProbesWait) {
    for (int probe = 0; probe < 100; ++probe) {
        const auto reply = reply_at_once(Method::get, "/readyz");
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.body.view(), "ready\n");
    }
    readiness_ = {false, "store\n"};
    const auto unready = reply_at_once(Method::get, "/readyz");
    EXPECT_EQ(unready.status, 503);
    EXPECT_EQ(unready.body.view(), "store\n");
    router_.begin_shutdown();
    EXPECT_THAT(reply_at_once(Method::get, "/readyz").body.view(), HasSubstr("shutting down"));
}

}  // namespace

}  // namespace cameo::server
