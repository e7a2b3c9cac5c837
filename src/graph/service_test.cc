#include "graph/service.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <filesystem>
#include <latch>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>
#include <variant>

#include "access/builtin_issuer.h"
#include "access/token_testing.h"
#include "base/ids.h"
#include "graph/photo_content.h"
#include "store/memory/memory_blob_store.h"
#include "store/memory/memory_store.h"

// What needs a look inside: pools, and what memory answers. The answers themselves are tested
// over the wire in tests/api.
namespace cameo::graph {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;

class OneSizeRenderer final : public photo::ImageRenderer {
  public:
    Result<photo::RenderedPhoto> render(ByteView upload, const photo::RenderOptions&,
                                        Deadline) override {
        return photo::RenderedPhoto{{{{48, 48}, Bytes(upload.begin(), upload.end())}}};
    }
};

// Where asked, an ownership ends as soon as it was found.
class FleetingOwners final : public store::memory::MemoryDirectory {
  public:
    using MemoryDirectory::MemoryDirectory;

    Result<bool> is_owner(std::string_view tenant, std::string_view group, std::string_view user,
                          Deadline deadline) override {
        auto owns = MemoryDirectory::is_owner(tenant, group, user, deadline);
        if (owns && *owns && end_at_once)
            (void)MemoryDirectory::remove_owner(tenant, group, user, deadline, {});
        return owns;
    }

    bool end_at_once = false;
};

// The reply, where start() gives one: from memory.
std::optional<http::Reply> at_once(Service& service, const http::Request& request) {
    auto started = service.start(request);
    if (auto* reply = std::get_if<http::Reply>(&started)) return std::move(*reply);
    return std::nullopt;
}

// The reply: from memory, or by the rest of the work.
http::Reply answer(Service& service, const http::Request& request) {
    auto started = service.start(request);
    if (auto* reply = std::get_if<http::Reply>(&started)) return std::move(*reply);
    return std::get<http::Continuation>(started).run();
}
http::Reply answer(Service&& service, const http::Request& request) {  // NOLINT: for a temporary
    return answer(service, request);
}

class ServiceTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".pem");
        key = std::make_unique<access::SigningKey>(std::move(*access::SigningKey::create(file)));
        std::filesystem::remove(file);
    }
    static void TearDownTestSuite() { key.reset(); }

    void SetUp() override {
        add_user("a", true);
        add_user("b", true);
        add_user("c", false);
    }

    void add_user(const std::string& name, bool enabled) {
        ASSERT_TRUE(directory_.add<directory::User>({.tenant = "t",
                                                     .id = id_of(name),
                                                     .user_principal_name = name + "@x.example",
                                                     .display_name = name,
                                                     .account_enabled = enabled},
                                                    deadline_in(minutes(1))));
    }

    static std::string id_of(const std::string& name) {
        return "00000000-0000-4000-8000-00000000000" + name;
    }

    std::string bearer(const std::string& name, const std::string& scopes) {
        return "Bearer " + *access::issue_token(*key,
                                                {.tenant = "t",
                                                 .user = id_of(name),
                                                 .scopes = scopes,
                                                 .expires = clock_.now() + minutes(5)},
                                                clock_.now());
    }

    http::Request request(http::Method method, std::string_view target) {
        http::Request made{.method = method, .method_text = "X", .target = target};
        made.fields.push_back({"Host", "cameo.test"});
        made.fields.push_back({"Authorization", token_});
        made.client_id = "client";
        return made;
    }

    http::Reply put(std::string_view target, std::string_view body) {
        return send(http::Method::put, target, body);
    }

    http::Reply send(http::Method method, std::string_view target, std::string_view body) {
        auto made = request(method, target);
        made.body = body;
        made.body_state = http::BodyState::complete;
        return answer(service_, made);
    }

    static std::vector<access::Issuer> issuers() {
        std::vector<access::Issuer> issuers;
        issuers.push_back(access::builtin_issuer(*key));
        return issuers;
    }

    Service service_with(photo::Photos& photos, access::Throttle& throttle) {
        return {
            {authenticator_, users_resolver_, throttle},
            directory_,
            photos,
            clock_,
            settings_,
            {.faults = [this](std::string_view, const Error& e) { faults_.push_back(e.detail); },
             .audit =
                 [this](const AuditRecord& record) {
                     audited_.push_back(fmt::format("{} {} {} {} {}", record.user, record.method,
                                                    record.target, record.resource, record.status));
                     kept_.push_back(record.must_be_kept);
                 },
             .audit_has_room = [this] { return audit_has_room_; }},
            pools_};
    }

    static inline std::unique_ptr<access::SigningKey> key;
    store::memory::MemoryCatalog catalog_;
    store::memory::MemoryBlobStore blobs_;
    FleetingOwners users_{catalog_};
    OneSizeRenderer renderer_;
    ManualClock clock_{Instant(std::chrono::milliseconds(1'800'000'000'000))};
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
    access::Authenticator authenticator_{issuers(), {{.id = "t", .name = "default"}}, clock_, 1600};
    access::UserResolver users_resolver_{directory_};
    access::Throttle throttle_{{}};
    std::vector<std::string> faults_;
    std::vector<std::string> audited_;
    std::vector<bool> kept_;  // whether that line may not be dropped
    bool audit_has_room_ = true;
    WorkPools pools_{{.upload_threads = 1}};
    Service service_ = service_with(photos_, throttle_);
    std::string token_ = bearer("a", "User.ReadWrite User.ReadBasic.All");
};

TEST_F(ServiceTest, WhatMemoryDoesNotHoldGoesToAWorker) {
    const auto get = request(http::Method::get, "/v1.0/me/photo/$value");
    EXPECT_FALSE(at_once(service_, get));
    EXPECT_EQ(answer(service_, get).status, 404);
    const auto quick = at_once(service_, get);
    ASSERT_TRUE(quick) << "a known absence is answered from memory";
    EXPECT_EQ(quick->status, 404);
}

TEST_F(ServiceTest, APhotoJustWrittenIsReadFromMemoryOnceTheCatalogWasAsked) {
    ASSERT_EQ(put("/v1.0/me/photo/$value", "jpeg").status, 200);
    const auto get = request(http::Method::get, "/v1.0/me/photo/$value");
    EXPECT_EQ(answer(service_, get).body.view(), "jpeg");
    const auto quick = at_once(service_, get);
    ASSERT_TRUE(quick);
    EXPECT_EQ(quick->body.view(), "jpeg");
    EXPECT_TRUE(quick->vary.authorization);
}

TEST_F(ServiceTest, WhoIsNoOwnerAnyMoreWhenTheWriteIsDoneWritesNothing) {
    using http::Method;
    const auto soon = deadline_in(minutes(1));
    const std::string group = id_of("d"), team = id_of("e"), owner = id_of("a"), other = id_of("b");
    for (const auto& id : {group, team}) {
        const directory::Group object{.tenant = "t",
                                      .id = id,
                                      .display_name = "G",
                                      .mail_nickname = "g",
                                      .is_team = id == team};
        ASSERT_TRUE(directory_.add_group(object, {other}, {other}, soon));
        ASSERT_TRUE(photos_.put({"t", OwnerKind::group, id}, {.bytes = as_bytes("old")}, {}, soon));
    }
    const auto state = [&](const std::string& id) {
        const auto object = users_.groups().find("t", id, soon).value();
        const auto photo = catalog_.find({"t", OwnerKind::group, id}, soon).value();
        std::string people;
        for (const auto* name : {"a", "b", "c"})
            people += fmt::format(" {}{}", users_.is_member("t", id, id_of(name), soon).value(),
                                  users_.is_owner("t", id, id_of(name), soon).value());
        return fmt::format("{} {}{}{}", object ? object->display_name : "no group",
                           object && object->is_team, people, photo ? photo->etag : "no photo");
    };
    token_ =
        bearer("a", "Group.ReadWrite.All TeamSettings.ReadWrite.All ProfilePhoto.ReadWrite.All");
    const auto reference = fmt::format(R"({{"@odata.id":"https://x/v1.0/users/{}"}})", owner);
    const auto of_group = "/v1.0/groups/" + group, of_team = "/v1.0/teams/" + team;
    struct Case {
        Method method;
        std::string target, body;
    };
    for (const auto& [method, target, body] :
         std::vector<Case>{{Method::patch, of_group, R"({"displayName":"x"})"},
                           {Method::post, of_group + "/members/$ref", reference},
                           {Method::del, of_group + "/members/" + other + "/$ref", ""},
                           {Method::post, of_group + "/owners/$ref", reference},
                           {Method::del, of_group + "/owners/" + other + "/$ref", ""},
                           {Method::put, of_group + "/photo/$value", "new"},
                           {Method::patch, of_group + "/photo/$value", "new"},
                           {Method::del, of_group + "/photo", ""},
                           {Method::put, of_group + "/team", "{}"},
                           {Method::del, of_group, ""},
                           {Method::patch, of_team, R"({"displayName":"x"})"},
                           {Method::put, of_team + "/photo/$value", "new"},
                           {Method::del, of_team, ""}}) {
        const auto before = state(group) + state(team);
        for (const auto& id : {group, team})
            ASSERT_TRUE(users_.add_owner("t", id, owner, soon, {})) << target;
        users_.end_at_once = true;
        const auto reply = send(method, target, body);
        users_.end_at_once = false;
        EXPECT_EQ(reply.status, 403) << target << reply.body.view();
        for (const auto& id : {group, team}) (void)users_.remove_owner("t", id, owner, soon, {});
        EXPECT_EQ(state(group) + state(team), before) << target;
    }
}

TEST_F(ServiceTest, EveryAnswerOfATokenVariesByIt) {
    ASSERT_EQ(put("/v1.0/me/photo/$value", "jpeg").status, 200);
    for (const auto* path :
         {"/v1.0/users/a@x.example/photo/$value", "/v1.0/users/a@x.example/photo",
          "/v1.0/users/a@x.example/photos", "/v1.0/users/b@x.example/photo", "/v1.0/users",
          "/v1.0/me", "/v1.0/groups/x/photo", "/cameo/v1/photos"}) {
        const auto reply = answer(service_, request(http::Method::get, path));
        EXPECT_TRUE(reply.vary.authorization) << path << reply.status;
        EXPECT_THAT(reply.fields.view(), testing::Not(HasSubstr("Vary"))) << path;
    }
    token_ = "Bearer nonsense";
    EXPECT_TRUE(answer(service_, request(http::Method::get, "/v1.0/me")).vary.authorization);
    const auto open = answer(service_, request(http::Method::get, "/v1.0/$metadata"));
    EXPECT_EQ(open.status, 200);
    EXPECT_FALSE(open.vary.authorization);
}

TEST_F(ServiceTest, WhatAcceptChoosesVariesByIt) {
    ASSERT_EQ(put("/v1.0/me/photo/$value", "jpeg").status, 200);
    for (const auto* path : {"/v1.0/me/photo", "/v1.0/me/photos", "/v1.0/me/photos/48x48"})
        EXPECT_TRUE(answer(service_, request(http::Method::get, path)).vary.accept) << path;
    EXPECT_FALSE(answer(service_, request(http::Method::get, "/v1.0/me/photo/$value")).vary.accept);
}

TEST_F(ServiceTest, AWriteIsJudgedBeforeItsBodyIsTaken) {
    token_ = "Bearer nonsense";
    auto upload = request(http::Method::put, "/v1.0/me/photo/$value");
    upload.body_state = http::BodyState::pending;
    const auto refused = at_once(service_, upload);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 401);
}

TEST_F(ServiceTest, ARightToOneselfDoesNotReachAnEncodedNamesake) {
    ASSERT_TRUE(directory_.add<directory::User>({.tenant = "t",
                                                 .id = id_of("d"),
                                                 .user_principal_name = "%61@x.example",
                                                 .display_name = "namesake"},
                                                deadline_in(minutes(1))));
    token_ = bearer("a", "User.Read");
    const auto reply = answer(service_, request(http::Method::get, "/v1.0/users/%2561@x.example"));
    EXPECT_THAT(reply.body.view(), testing::Not(HasSubstr("namesake")));
}

TEST_F(ServiceTest, ATokenThatIsNotRememberedDoesNotWaitForItsIssuerWhoseKeysAreKnown) {
    access::Authenticator forgetful{issuers(), {{.id = "t", .name = "default"}}, clock_, 0};
    Service service{
        {forgetful, users_resolver_, throttle_},
        directory_,
        photos_,
        clock_,
        settings_,
        {.faults = [](std::string_view, const Error&) {}, .audit = [](const AuditRecord&) {}},
        pools_};
    const auto upload = request(http::Method::put, "/v1.0/me/photo/$value");
    const auto started = service.start(upload);
    EXPECT_EQ(&std::get<http::Continuation>(started).pool, &pools_.uploads);
}

TEST_F(ServiceTest, SeveralAuthorizationHeadersAreRefused) {
    auto twice = request(http::Method::get, "/v1.0/me");
    twice.fields.push_back({"authorization", "Bearer other"});
    EXPECT_EQ(answer(service_, twice).status, 401);
}

TEST_F(ServiceTest, ADisabledAccountIsRefusedWhateverItsToken) {
    token_ = bearer("c", "User.Read");
    const auto reply = answer(service_, request(http::Method::get, "/v1.0/me"));
    EXPECT_EQ(reply.status, 401);
    EXPECT_THAT(reply.body.view(), HasSubstr("disabled"));
}

TEST_F(ServiceTest, AWriteIsEvaluatedAgainOnceItsBodyHasArrived) {
    ASSERT_EQ(put("/v1.0/me/photo/$value", "first").status, 200);
    const auto finish = [&](const std::function<void()>& meanwhile) {
        auto upload = request(http::Method::put, "/v1.0/me/photo/$value");
        upload.body_state = http::BodyState::pending;
        auto started = service_.start(upload);
        meanwhile();
        upload.body = "second";
        upload.body_state = http::BodyState::complete;
        return std::get<http::Continuation>(started).run().status;
    };
    const auto change = [&](bool enabled) {
        ASSERT_TRUE(directory_.change<directory::User>(
            "t", id_of("a"),
            [&](directory::User& user) -> Result<void> {
                user.account_enabled = enabled;
                return {};
            },
            deadline_in(minutes(1))));
    };
    EXPECT_EQ(finish([&] { change(false); }), 401) << "the account was disabled";
    change(true);
    EXPECT_EQ(finish([&] { clock_.advance(minutes(20)); }), 401) << "the token expired";
    token_ = bearer("a", "User.ReadWrite");
    EXPECT_EQ(answer(service_, request(http::Method::get, "/v1.0/me/photo/$value")).body.view(),
              "first");
    EXPECT_EQ(finish([] {}), 200);
}

TEST_F(ServiceTest, AnAccountThatIsGoneIsRefused) {
    token_ = bearer("9", "User.Read");
    EXPECT_EQ(answer(service_, request(http::Method::get, "/v1.0/me")).status, 401);
}

TEST_F(ServiceTest, OurOwnFaultIsLoggedAndNotTold) {
    ASSERT_EQ(put("/v1.0/me/photo/$value", "jpeg").status, 200);
    const OwnerKey owner{"t", OwnerKind::user, id_of("a")};
    const auto blob = (*catalog_.find(owner, deadline_in(minutes(1))))->blob_key;
    ASSERT_TRUE(blobs_.remove(blob, deadline_in(minutes(1))));
    photo::Photos cold{catalog_, blobs_,
                       gc_lock_, renderer_,
                       clock_,   [](const photo::Photo&, const photo::Rendition&) { return ""; },
                       {}};
    auto service = service_with(cold, throttle_);
    const auto reply = answer(service, request(http::Method::get, "/v1.0/me/photo/$value"));
    EXPECT_EQ(reply.status, 500);
    EXPECT_THAT(reply.body.view(), testing::Not(HasSubstr(blob)));
    ASSERT_EQ(faults_.size(), 1U);
    EXPECT_THAT(faults_[0], HasSubstr("blob"));
}

class ThrowingRenderer final : public photo::ImageRenderer {
  public:
    Result<photo::RenderedPhoto> render(ByteView upload, const photo::RenderOptions&,
                                        Deadline) override {
        if (as_text(upload) == "memory") throw std::bad_alloc();
        throw std::runtime_error("secret of " + std::string(as_text(upload)));
    }
};

TEST_F(ServiceTest, AnExceptionIsA500WithALineInTheLog) {
    ThrowingRenderer throwing;
    photo::Photos photos{catalog_, blobs_,
                         gc_lock_, throwing,
                         clock_,   [](const photo::Photo&, const photo::Rendition&) { return ""; },
                         {}};
    auto service = service_with(photos, throttle_);
    auto upload = request(http::Method::put, "/v1.0/me/photo/$value");
    upload.body_state = http::BodyState::complete;
    for (const auto* body : {"upload", "memory"}) {
        upload.body = body;
        const auto reply = answer(service, upload);
        EXPECT_EQ(reply.status, 500);
        EXPECT_EQ(boost::json::parse(reply.body.view()).at("error").at("code"),
                  "InternalServerError");
        EXPECT_THAT(reply.body.view(), testing::Not(HasSubstr("secret")));
    }
    EXPECT_THAT(faults_,
                testing::ElementsAre(HasSubstr("secret of upload"), HasSubstr("bad_alloc")));
}

TEST_F(ServiceTest, ABatchOfLargePicturesIsBoundedAndEveryChangeIsTold) {
    constexpr std::size_t kMost = 16 << 20;
    const auto batch = [this](std::string_view items) {
        auto made = request(http::Method::post, "/v1.0/$batch");
        const auto body = fmt::format(R"({{"requests":[{}]}})", items);
        made.body = body;
        made.body_state = http::BodyState::complete;
        return std::string(answer(service_, made).body.view());
    };
    const auto get = [](int id) {
        return fmt::format(R"({{"id":"{}","method":"GET","url":"/me/photo/$value"}})", id);
    };
    constexpr std::string_view kAround = R"({"responses":[]})";
    ASSERT_EQ(put("/v1.0/me/photo/$value", "abc").status, 200);
    const auto each = batch(get(0)).size() - kAround.size() - 4;  // beside the picture in base64
    // Four pictures fill the answer to its last bytes, so not even a short text fits behind them.
    const auto base64 = (kMost - kAround.size() - 3 * (each + 1)) / 16 * 4;  // and a comma
    ASSERT_EQ(put("/v1.0/me/photo/$value", std::string(base64 / 4 * 3, 'p')).status, 200);
    const std::string four = get(0) + "," + get(1) + "," + get(2) + "," + get(3) + ",";
    const auto answer = boost::json::parse(batch(
        four + get(4) +
        R"(,{"id":"5","method":"PUT","url":"/me/photo/$value","body":"YWJj","dependsOn":["0","1","2","3","4"]})"
        R"(,{"id":"6","method":"GET","url":"/me/photo","dependsOn":["5"]})"));
    std::vector<std::int64_t> statuses;
    for (const auto& response : answer.at("responses").as_array())
        statuses.push_back(response.at("status").as_int64());
    EXPECT_THAT(statuses, testing::ElementsAre(200, 200, 200, 200, 503, 200, 200));
}

TEST_F(ServiceTest, AnExceptionInABatchIsThatItems500) {
    ThrowingRenderer throwing;
    photo::Photos photos{catalog_, blobs_,
                         gc_lock_, throwing,
                         clock_,   [](const photo::Photo&, const photo::Rendition&) { return ""; },
                         {}};
    std::mutex mutex;
    std::vector<std::string> logged;
    Service service{{authenticator_, users_resolver_, throttle_},
                    directory_,
                    photos,
                    clock_,
                    settings_,
                    {.faults =
                         [&](std::string_view id, const Error& error) {
                             const std::lock_guard lock(mutex);
                             logged.push_back(fmt::format("{} {}", id, error.detail));
                         },
                     .audit = [](const AuditRecord&) {}},
                    pools_};
    std::string items;
    for (int i = 0; i < 19; ++i)
        items += fmt::format(
            R"({{"id":"{}","method":"PUT","url":"/me/photo/$value","body":"YWJj"}},)", i);
    const auto body = R"({"requests":[)" + items + R"({"id":"19","method":"GET","url":"/me"}]})";
    auto batch = request(http::Method::post, "/v1.0/$batch");
    batch.body = body;
    batch.body_state = http::BodyState::complete;
    const auto reply = answer(service, batch);
    EXPECT_EQ(reply.status, 200);
    const auto parsed = boost::json::parse(reply.body.view());
    const auto& responses = parsed.at("responses").as_array();
    ASSERT_EQ(responses.size(), 20U);
    for (std::size_t i = 0; i < 19; ++i) {
        EXPECT_EQ(responses[i].at("status"), 500);
        EXPECT_EQ(responses[i].at("body").at("error").at("code"), "InternalServerError");
    }
    EXPECT_EQ(responses[19].at("status"), 200);
    ASSERT_EQ(logged.size(), 19U);
    EXPECT_THAT(logged.front(), testing::StartsWith(std::string(batch.request_id())));
}

TEST_F(ServiceTest, ARefusalOfTheServerHasGraphsShape) {
    const auto reply = service_.error_reply(request(http::Method::get, "/"), 503, "Busy.");
    EXPECT_EQ(reply.status, 503);
    EXPECT_THAT(reply.fields.view(), HasSubstr("Retry-After: 1\r\n"));
    const auto body = boost::json::parse(reply.body.view());
    EXPECT_EQ(body.at("error").at("code"), "ServiceUnavailable");
    EXPECT_EQ(body.at("error").at("innerError").at("client-request-id"), "client");
    EXPECT_EQ(body.at("error").at("innerError").at("date"), "2027-01-15T08:00:00");
}

TEST_F(ServiceTest, WritesAndRefusalsAreAuditedOnceEach) {
    const auto get = request(http::Method::get, "/v1.0/me/photo/$value");
    EXPECT_FALSE(at_once(service_, get));
    answer(service_, get);
    EXPECT_THAT(audited_, testing::IsEmpty());
    const auto remove = request(http::Method::del, "/v1.0/me/photo/$value");
    EXPECT_FALSE(at_once(service_, remove));
    answer(service_, remove);
    at_once(service_, request(http::Method::put, "/v1.0/users/" + id_of("b") + "/photo/$value"));
    token_ = "Bearer nonsense";
    at_once(service_, request(http::Method::get, "/v1.0/groups/g/photo"));
    const auto a = id_of("a");
    EXPECT_THAT(audited_,
                testing::ElementsAre(
                    a + " X /v1.0/me/photo/$value users/" + a + " 404",
                    fmt::format("{0} X /v1.0/users/{1}/photo/$value users/{1} 403", a, id_of("b")),
                    " X /v1.0/groups/g/photo groups/g 401"));
}

TEST_F(ServiceTest, AllIsAuditedOrNothingWhereThatIsSet) {
    const auto get = request(http::Method::get, "/v1.0/me");
    settings_.audit = AuditLevel::all;
    answer(service_with(photos_, throttle_), get);
    EXPECT_EQ(audited_.size(), 1U);
    settings_.audit = AuditLevel::off;
    answer(service_with(photos_, throttle_), request(http::Method::del, "/v1.0/me/photo/$value"));
    EXPECT_EQ(audited_.size(), 1U);
}

TEST_F(ServiceTest, AnUploadIsStoredWithItsCropAndItsSource) {
    const auto stored_after = [&](const std::vector<http::Field>& fields) {
        auto upload = request(http::Method::put, "/v1.0/me/photo/$value");
        upload.fields.insert(upload.fields.end(), fields.begin(), fields.end());
        upload.body = "jpeg";
        upload.body_state = http::BodyState::complete;
        EXPECT_EQ(answer(service_, upload).status, 200);
        return *catalog_.find({"t", OwnerKind::user, id_of("a")}, deadline_in(minutes(1))).value();
    };
    const auto web =
        stored_after({{"Cameo-Source", "web"}, {"Cameo-Crop", "x=1, y=2, side=60, rotate=90"}});
    EXPECT_EQ(web.origin.source, "web");
    EXPECT_EQ(web.origin.by, "a@x.example");
    EXPECT_EQ(web.crop, (photo::Crop{1, 2, 60, 90}));
    const auto plain = stored_after({});
    EXPECT_EQ(plain.origin.source, "api");
    EXPECT_EQ(plain.crop, std::nullopt);
    EXPECT_NE(plain.etag, web.etag);
}

TEST_F(ServiceTest, APostThatChangesNothingIsNoWriteForTheAuditLog) {
    const std::vector<std::pair<const char*, const char*>> posts{
        {"/cameo/v1/photos", R"({"ids":["x"]})"}, {"/cameo/v1/preview", "jpeg"}};
    for (const auto& [target, body] : posts) {
        EXPECT_EQ(send(http::Method::post, target, body).status, 200) << target;
        EXPECT_THAT(audited_, testing::IsEmpty());
    }
    audit_has_room_ = false;
    EXPECT_EQ(send(http::Method::post, "/cameo/v1/preview", "jpeg").status, 200);
    settings_.audit = AuditLevel::all;
    auto service = service_with(photos_, throttle_);
    for (const auto& [target, body] : posts) {
        auto made = request(http::Method::post, target);
        made.body = body;
        made.body_state = http::BodyState::complete;
        answer(service, made);
    }
    EXPECT_EQ(audited_.size(), 2U);
}

TEST_F(ServiceTest, WhoAsksTooMuchIsToldWhenToComeBack) {
    access::Throttle strict({.requests = {.per_second = 0.1, .burst = 1},
                             .person_uploads = {.per_second = 0.1, .burst = 1},
                             .refusals = {.per_second = 0.1, .burst = 1}});
    auto service = service_with(photos_, strict);
    const auto me = request(http::Method::get, "/v1.0/me");
    auto started = service.start(me);
    auto& rest = std::get<http::Continuation>(started);
    EXPECT_EQ(rest.run().status, 200) << "counted once, by start";
    const auto refused = at_once(service, me);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 429);
    EXPECT_THAT(refused->fields.view(), HasSubstr("Retry-After: 10\r\n"));
    EXPECT_THAT(refused->body.view(), HasSubstr("ApplicationThrottled"));
    EXPECT_FALSE(at_once(service, request(http::Method::put, "/v1.0/me/photo/$value")))
        << "an upload has an allowance of its own";
    EXPECT_EQ(service.run(me).status, 429) << "an item of a batch is a request";
    token_ = "Bearer nonsense";
    const auto unauthenticated = request(http::Method::get, "/v1.0/me");
    EXPECT_EQ(at_once(service, unauthenticated)->status, 401);
    EXPECT_EQ(at_once(service, unauthenticated)->status, 429);
    EXPECT_EQ(
        std::ranges::count_if(audited_, [](const auto& line) { return line.ends_with("401"); }), 1);
    EXPECT_FALSE(audited_.back().ends_with("429")) << "of an address: the log would have no bound";
}

TEST_F(ServiceTest, OnlyTheLinesOfChangesMustBeKept) {
    settings_.audit = AuditLevel::all;
    auto service = service_with(photos_, throttle_);
    auto upload = request(http::Method::put, "/v1.0/me/photo/$value");
    upload.body = "jpeg";
    upload.body_state = http::BodyState::complete;
    EXPECT_EQ(answer(service, upload).status, 200);
    EXPECT_EQ(answer(service, request(http::Method::get, "/v1.0/me")).status, 200);
    const auto others = "/v1.0/users/" + id_of("b") + "/photo/$value";
    EXPECT_EQ(answer(service, request(http::Method::del, others)).status, 403);
    EXPECT_THAT(kept_, testing::ElementsAre(true, false, false));
}

TEST_F(ServiceTest, NoChangeBeginsWhereTheAuditLogHasNoRoom) {
    audit_has_room_ = false;
    EXPECT_EQ(put("/v1.0/me/photo/$value", "jpeg").status, 503);
    EXPECT_EQ(answer(service_, request(http::Method::get, "/v1.0/me/photo/$value")).status, 404);
    EXPECT_THAT(kept_, testing::ElementsAre(false)) << "the refusal's line does not wait for space";
    audit_has_room_ = true;
    EXPECT_EQ(put("/v1.0/me/photo/$value", "jpeg").status, 200);
}

TEST_F(ServiceTest, ARequestsTimeRunsFromItsArrival) {
    auto get = request(http::Method::get, "/v1.0/me/photo/$value");
    get.arrived -= settings_.request_time;
    EXPECT_EQ(answer(service_, get).status, 503);
    get.arrived += minutes(1);
    EXPECT_EQ(answer(service_, get).status, 404);
}

TEST_F(ServiceTest, UploadsOfABatchTakeTheirTurnAmongAllUploads) {
    std::latch running(1), go_on(1);
    ASSERT_TRUE(pools_.uploads.try_post([&] {
        running.count_down();
        go_on.wait();
    }));
    running.wait();
    auto batch = request(http::Method::post, "/v1.0/$batch");
    batch.body =
        R"({"requests":[{"id":"1","method":"PUT","url":"/me/photo/$value","body":"anBlZw=="},)"
        R"({"id":"2","method":"GET","url":"/me"}]})";
    batch.body_state = http::BodyState::complete;
    std::string body;
    std::jthread other([&] { body = answer(service_, batch).body.view(); });
    const auto end = deadline_in(minutes(1));
    while (pools_.uploads.waiting() == 0 && !has_passed(end)) std::this_thread::yield();
    EXPECT_EQ(pools_.uploads.waiting(), 1U);
    go_on.count_down();
    other.join();
    EXPECT_THAT(body, HasSubstr(R"("id":"1","status":200)"));
    EXPECT_THAT(body, HasSubstr(R"("id":"2","status":200)"));
}

TEST_F(ServiceTest, CallersAreNamedByTheirTokensPrincipal) {
    const auto get = request(http::Method::get, "/v1.0/me");
    const auto started = service_.start(get);
    EXPECT_EQ(std::get<http::Continuation>(started).caller, "t user " + id_of("a"));
}

TEST_F(ServiceTest, ARequestWhoseIssuerMustBeAskedWaitsApartUnderItsAddress) {
    std::vector<access::Issuer> unanswered;
    unanswered.push_back(
        {.settings = {.discovery = "https://i.example/d"},
         .keys = std::make_unique<access::IssuerKeys>(
             "https://i.example/d",
             [](const std::string&, const std::stop_token&) -> Result<std::string> {
                 return fail(Fault::busy, "down");
             },
             [](const std::string&) {}, access::IssuerKeys::Timing{})});
    access::Authenticator authenticator{
        std::move(unanswered), {{.id = "t", .name = "default"}}, clock_, 1600};
    Service service{
        {authenticator, users_resolver_, throttle_},
        directory_,
        photos_,
        clock_,
        settings_,
        {.faults = [](std::string_view, const Error&) {}, .audit = [](const AuditRecord&) {}},
        pools_};
    auto get = request(http::Method::get, "/v1.0/me");
    get.remote = "203.0.113.5";
    const auto started = service.start(get);
    const auto& rest = std::get<http::Continuation>(started);
    EXPECT_EQ(&rest.pool, &pools_.issuers);
    EXPECT_EQ(rest.caller, "address 203.0.113.5");
}

// An issuer that answers once a test says so, and whose keys the test replaces.
class SlowIssuerTest : public ServiceTest {
  protected:
    SlowIssuerTest() {
        const auto claims = fmt::format(
            R"({{"iss":"https://i.example","aud":"api://cameo","exp":1800003600,"sub":"{}",)"
            R"("scp":"User.ReadWrite"}})",
            id_of("a"));
        token_ = "Bearer " + access::testing::token_of(signer(), claims, "ES256");
        std::vector<access::Issuer> issuers;
        issuers.push_back({.settings = {.discovery = "https://i.example/d",
                                        .audiences = {"api://cameo"},
                                        .tenant = "default"},
                           .keys = std::make_unique<access::IssuerKeys>(
                               "https://i.example/d",
                               [this](const std::string& url, const std::stop_token& stop) {
                                   return fetch(url, stop);
                               },
                               [](const std::string&) {},
                               access::IssuerKeys::Timing{.refresh = std::chrono::milliseconds(20),
                                                          .unknown_key_burst = 100})});
        authenticator_of_issuer_ = std::make_unique<access::Authenticator>(
            std::move(issuers), std::vector<directory::Tenant>{{.id = "t", .name = "default"}},
            clock_, 1600);
    }
    ~SlowIssuerTest() override { answers_ = true; }

    static const access::testing::TestKey& signer() {
        static const auto kKey = access::testing::TestKey::p256("signer");
        return kKey;
    }
    static const access::testing::TestKey& successor() {
        static const auto kKey = access::testing::TestKey::p256("successor");
        return kKey;
    }
    Service make_service(photo::Photos& photos) {
        return {
            {*authenticator_of_issuer_, users_resolver_, throttle_},
            directory_,
            photos,
            clock_,
            settings_,
            {.faults = [](std::string_view, const Error&) {},
             .audit = [this](const AuditRecord& record) { statuses_.push_back(record.status); }},
            pools_};
    }
    Result<std::string> fetch(const std::string& url, const std::stop_token& stop) {
        while (!answers_ && !stop.stop_requested())
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (url.ends_with("/d"))
            return std::string(
                R"({"issuer":"https://i.example","jwks_uri":"https://i.example/k"})");
        ++key_fetches_;
        return access::testing::key_set({is_replaced_ ? &successor() : &signer()});
    }

    std::atomic<bool> answers_ = false;
    std::atomic<bool> is_replaced_ = false;
    std::atomic<int> key_fetches_ = 0;
    std::vector<int> statuses_;  // of the audit log
    std::unique_ptr<access::Authenticator> authenticator_of_issuer_;
};

// The limit of the body that has not arrived yet; 0 for the server's.
TEST_F(SlowIssuerTest, OnlyACropAndAPreviewMayHaveALargeBody) {
    settings_.crop_upload_bytes = 77;
    auto service = make_service(photos_);
    const auto limit_of = [&](http::Method method, std::string_view target, bool has_crop) {
        auto made = request(method, target);
        if (has_crop) made.fields.push_back({"CAMEO-Crop", "x=0, y=0, side=48"});
        return std::get<http::Continuation>(service.start(made)).max_body_bytes;
    };
    for (const auto* target : {"/v1.0/me/photo/$value", "/v1.0/groups/g/photo/$value",
                               "/v1.0/teams/g/photo/$value", "/v1.0/me/contacts/c/photo/$value"}) {
        EXPECT_EQ(limit_of(http::Method::put, target, true), 77U) << target;
        EXPECT_EQ(limit_of(http::Method::patch, target, true), 77U) << target;
        EXPECT_EQ(limit_of(http::Method::put, target, false), 0U) << target;
    }
    EXPECT_EQ(limit_of(http::Method::post, "/cameo/v1/preview", false), 77U);
    EXPECT_EQ(limit_of(http::Method::post, "/v1.0/users", true), 0U);
    EXPECT_EQ(limit_of(http::Method::post, "/v1.0/$batch", true), 0U);
    EXPECT_EQ(limit_of(http::Method::post, "/cameo/v1/photos", true), 0U);
    answers_ = true;
}

// Says on which thread a picture is decoded.
class ThreadRenderer final : public photo::ImageRenderer {
  public:
    Result<photo::RenderedPhoto> render(ByteView upload, const photo::RenderOptions&,
                                        Deadline) override {
        std::array<char, 16> name{};
        pthread_getname_np(pthread_self(), name.data(), name.size());
        thread = name.data();
        return photo::RenderedPhoto{{{{48, 48}, Bytes(upload.begin(), upload.end())}}};
    }
    std::string thread;
};

TEST_F(SlowIssuerTest, AnUploadOfABatchThatWaitsForItsIssuerIsDecodedOnTheUploadsPool) {
    ThreadRenderer renderer;
    photo::Photos photos{catalog_, blobs_,
                         gc_lock_, renderer,
                         clock_,   [](const photo::Photo&, const photo::Rendition&) { return ""; },
                         {}};
    auto service = make_service(photos);
    auto upload = request(http::Method::put, "/v1.0/me/photo/$value");
    upload.body = "jpeg";
    upload.body_state = http::BodyState::complete;
    ASSERT_FALSE(at_once(service, upload));
    answers_ = true;
    EXPECT_EQ(service.run(upload).status, 200);
    EXPECT_EQ(renderer.thread, "uploads");
}

TEST_F(SlowIssuerTest, ABulkReplyIsMadeOnTheStorePoolAfterItsIssuerAnswered) {
    auto service = make_service(photos_);
    auto bulk = request(http::Method::post, "/cameo/v1/photos");
    bulk.body = R"({"ids":["x"]})";
    bulk.body_state = http::BodyState::complete;
    auto started = service.start(bulk);
    auto& rest = std::get<http::Continuation>(started);
    EXPECT_EQ(&rest.pool, &pools_.issuers);
    EXPECT_EQ(rest.body_pool, &pools_.store);
    answers_ = true;
    EXPECT_EQ(rest.run().status, 200);
}

TEST_F(SlowIssuerTest, AnUploadWhoseKeyIsWithdrawnWhileItArrivesIsRefused) {
    answers_ = true;
    auto service = make_service(photos_);
    const auto get = request(http::Method::get, "/v1.0/me");
    ASSERT_EQ(answer(service, get).status, 200);
    auto upload = request(http::Method::put, "/v1.0/me/photo/$value");
    auto started = service.start(upload);
    auto& rest = std::get<http::Continuation>(started);
    EXPECT_EQ(&rest.pool, &pools_.uploads);
    is_replaced_ = true;
    const auto end = deadline_in(minutes(1));
    for (const int before = key_fetches_; key_fetches_ < before + 2 && !has_passed(end);)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    upload.body = "jpeg";
    upload.body_state = http::BodyState::complete;
    EXPECT_EQ(rest.run().status, 401);
    const OwnerKey owner{"t", OwnerKind::user, id_of("a")};
    EXPECT_FALSE(catalog_.find(owner, end).value());
    EXPECT_THAT(statuses_, testing::ElementsAre(401));
}

TEST_F(ServiceTest, AChangeWhoseReplyCannotBeMadeIsAudited) {
    ThrowingRenderer throwing;
    photo::Photos photos{catalog_, blobs_,
                         gc_lock_, throwing,
                         clock_,   [](const photo::Photo&, const photo::Rendition&) { return ""; },
                         {}};
    bool has_failed = false;
    Service service{{authenticator_, users_resolver_, throttle_},
                    directory_,
                    photos,
                    clock_,
                    settings_,
                    {.faults =
                         [&](std::string_view, const Error&) {
                             if (!std::exchange(has_failed, true)) throw std::bad_alloc();
                         },
                     .audit =
                         [this](const AuditRecord& record) {
                             audited_.push_back(fmt::format("{} {}", record.target, record.status));
                             kept_.push_back(record.must_be_kept);
                         }},
                    pools_};
    auto upload = request(http::Method::put, "/v1.0/me/photo/$value");
    upload.body = "jpeg";
    upload.body_state = http::BodyState::complete;
    EXPECT_EQ(answer(service, upload).status, 500);
    EXPECT_THAT(audited_, testing::ElementsAre("/v1.0/me/photo/$value 500"));
    EXPECT_THAT(kept_, testing::ElementsAre(true));
}

// As where memory runs out.
TEST_F(ServiceTest, AnItemOfABatchWhoseLinesCannotBeWrittenIsA500) {
    int failures = 0;
    Service service{{authenticator_, users_resolver_, throttle_},
                    directory_,
                    photos_,
                    clock_,
                    settings_,
                    {.faults = [](std::string_view, const Error&) {},
                     .audit =
                         [&](const AuditRecord&) {
                             ++failures;
                             throw std::bad_alloc();
                         }},
                    pools_};
    token_ = "Bearer nonsense";
    EXPECT_EQ(service.run(request(http::Method::get, "/v1.0/me")).status, 500);
    EXPECT_EQ(failures, 1);
}

TEST_F(ServiceTest, AnItemOfABatchChangesNothingWhereTheAuditLogHasNoRoom) {
    audit_has_room_ = false;
    auto service = service_with(photos_, throttle_);
    auto upload = request(http::Method::put, "/v1.0/me/photo/$value");
    upload.body = "jpeg";
    upload.body_state = http::BodyState::complete;
    EXPECT_EQ(service.run(upload).status, 503);
    EXPECT_EQ(service.run(request(http::Method::get, "/v1.0/me/photo/$value")).status, 404);
    audit_has_room_ = true;
    EXPECT_EQ(service.run(upload).status, 200);
}

}  // namespace
}  // namespace cameo::graph
