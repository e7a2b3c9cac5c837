#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "control/calls.h"
#include "control/remote_photo_service.h"
#include "control/server.h"
#include "fetch/unix_client.h"
#include "store/contract/temporary_folder.h"

namespace cameo::control {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using transfer::GcLease;
using transfer::PhotoService;

const std::string kKey = "0123456789abcdef0123456789abcdef";
const std::string kOtherKey(32, '0');

// Records the calls.
class FakePhotoService final : public PhotoService {
  public:
    const photo::UploadLimits& limits() const override { return limits_; }
    Result<photo::Photos::Put> put(const transfer::PutRequest& request, ByteView upload) override {
        ++waiting;
        while (puts_wait) std::this_thread::sleep_for(1ms);
        --waiting;
        if (as_text(upload) == "throw") throw std::runtime_error("a fault of the program");
        const std::lock_guard lock(mutex_);
        requests.push_back(request);
        uploads.emplace_back(as_text(upload));
        if (as_text(upload) == "bad") return fail(Fault::invalid_image, "The \"picture\" is bad.");
        if (as_text(upload) == "full") return fail(Fault::internal, "No space left on device");
        return as_text(upload) == "same" ? photo::Photos::Put::unchanged
                                         : photo::Photos::Put::stored;
    }
    Result<void> remove(const OwnerKey& owner, const std::string& blob_key) override {
        if (blob_key == kOtherKey) return fail(Fault::precondition_failed, "no");
        removed = owner.id + " " + blob_key;
        return {};
    }
    Result<void> keep_blob(const std::string& key) override {
        kept = key;
        return {};
    }
    Result<photo::Swept> remove_orphan_blobs() override {
        return photo::Swept{
            .removed = 7, .set_aside = 8, .failed = 9, .first_failure = "unlink \"x\": no"};
    }
    Result<void> take_lease(const std::string& id) override {
        const std::lock_guard lock(mutex_);
        leases.insert(id);
        if (take_fails) return fail(Fault::internal, "No space left on device");
        return {};
    }
    Result<void> renew_lease(const std::string& id) override {
        const std::lock_guard lock(mutex_);
        if (!leases.contains(id)) return fail(Fault::conflict, "too late");
        ++renewals;
        return {};
    }
    Result<void> end_lease(const std::string& id) override {
        std::this_thread::sleep_for(20ms);  // so that a test that does not wait for it fails
        const std::lock_guard lock(mutex_);
        leases.erase(id);
        return {};
    }

    std::vector<transfer::PutRequest> requests;
    std::vector<std::string> uploads;
    std::string removed, kept;
    std::set<std::string> leases;
    std::atomic<int> renewals = 0;
    std::atomic<bool> puts_wait = false;
    std::atomic<int> waiting = 0;
    std::atomic<bool> take_fails = false;

  private:
    std::mutex mutex_;
    photo::UploadLimits limits_{
        .bytes = 1'000'000, .crop_bytes = 1'500'000, .side = 5'000, .directory_side = 700};
};

// Connections to it are open and get no answer.
Descriptor listen_at(const std::filesystem::path& file) {
    Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::ranges::copy(file.native(), std::begin(address.sun_path));
    EXPECT_EQ(
        ::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener.number(), 1), 0);
    return listener;
}

// What a server that is stuck or of another kind does: it writes `text` and closes.
class RawServer {
  public:
    RawServer(const std::filesystem::path& file, std::string text)
        : listener_(listen_at(file)), text_(std::move(text)) {
        thread_ = std::jthread([this] {
            const Descriptor client(::accept(listener_.number(), nullptr, nullptr));
            (void)!::write(client.number(), text_.data(), text_.size());
            if (text_.empty()) return;
            // A socket that is closed with unread bytes resets the connection, perhaps before the
            // client has read the text.
            std::array<char, 1'024> rest{};
            while (::read(client.number(), rest.data(), rest.size()) > 0) {
            }
        });
    }

    ~RawServer() { ::shutdown(listener_.number(), SHUT_RDWR); }
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

  private:
    Descriptor listener_;
    std::string text_;
    std::jthread thread_;
};

class ControlTest : public testing::Test {
  protected:
    void start(std::size_t connections = Server::Settings{}.connections) {
        auto started = Server::start({.data = folder_.path(),
                                      .program = "1.2",
                                      .body_budget = body_budget_,
                                      .connections = connections,
                                      .queue_time = queue_time_,
                                      .report_interval = report_interval_,
                                      .make_sign_in_code = make_sign_in_code_,
                                      .audit_level = audit_level_,
                                      .audit =
                                          [this](const graph::AuditRecord& record) {
                                              const std::lock_guard lock(mutex_);
                                              audited_.push_back(std::string(record.method) + ' ' +
                                                                 record.resource + ' ' +
                                                                 std::to_string(record.status));
                                          },
                                      .audit_has_room = [this] { return audit_has_room_.load(); },
                                      .log =
                                          [this](std::string_view line) {
                                              const std::lock_guard lock(mutex_);
                                              log_ += std::string(line) + "\n";
                                          }},
                                     service_, clock_);
        ASSERT_TRUE(started) << started.error().detail;
        server_ = std::move(*started);
    }
    std::unique_ptr<RemotePhotoService> connect() {
        auto service = RemotePhotoService::connect(folder_.path());
        EXPECT_TRUE(service) << service.error().detail;
        return service ? std::move(*service) : nullptr;
    }
    // What went to the log, once it holds `text`.
    bool logs(const std::string& text) {
        for (int look = 0; look < 500; ++look) {
            {
                const std::lock_guard lock(mutex_);
                if (log_.contains(text)) return true;
            }
            std::this_thread::sleep_for(10ms);
        }
        return false;
    }
    int status_of(const std::string& method, const std::string& target,
                  std::string_view version = kApiVersion) {
        fetch::UnixClient client(socket_file(folder_.path()));
        const auto response =
            client.send({.method = method,
                         .target = target,
                         .field = std::string(kVersionField) + ": " + std::string(version)});
        EXPECT_TRUE(response) << response.error().detail;
        return response ? response->status : 0;
    }
    // A connection that can send anything.
    Descriptor raw() {
        Descriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        std::ranges::copy(socket_file(folder_.path()).native(), std::begin(address.sun_path));
        EXPECT_EQ(
            ::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0);
        return client;
    }
    static void write(const Descriptor& client, std::string_view text) {
        EXPECT_EQ(::send(client.number(), text.data(), text.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(text.size()));
    }

    store::TemporaryFolder folder_;
    SystemClock clock_;
    FakePhotoService service_;
    std::shared_ptr<http::BodyBudget> body_budget_;
    std::chrono::milliseconds queue_time_ = 1min;
    std::chrono::milliseconds report_interval_ = 1h;
    std::function<Result<SignInCode>(const access::SignIn::Grant&)> make_sign_in_code_ =
        [](const auto& grant) -> Result<SignInCode> {
        if (grant.user == "nobody") return fail(Fault::conflict, "There is no page.");
        return SignInCode{.code = grant.scopes + grant.directory_roles.back(),
                          .page = "http://127.0.0.1:8080/"};
    };
    graph::AuditLevel audit_level_ = graph::AuditLevel::writes;
    std::atomic<bool> audit_has_room_ = true;
    std::mutex mutex_;
    std::string log_;
    std::vector<std::string> audited_;
    std::unique_ptr<Server> server_;
};

const transfer::PutRequest kPut{.owner = {"t", OwnerKind::group, "g/\"1"},
                                .storage = PhotoStorage::directory,
                                .source = "import",
                                .replaces = kKey};

TEST_F(ControlTest, APutArrivesAsItWasSent) {
    start();
    const auto service = connect();
    EXPECT_EQ(service->put(kPut, as_bytes("picture")), photo::Photos::Put::stored);
    ASSERT_EQ(service_.requests.size(), 1U);
    EXPECT_EQ(service_.requests[0].owner, kPut.owner);
    EXPECT_EQ(service_.requests[0].storage, kPut.storage);
    EXPECT_EQ(service_.requests[0].source, "import");
    EXPECT_EQ(service_.requests[0].replaces, kKey);
    EXPECT_EQ(service_.uploads[0], "picture");
    EXPECT_EQ(service->put(kPut, as_bytes("same")), photo::Photos::Put::unchanged);
    const std::string large(1'000'000, 'x');
    EXPECT_EQ(service->put(kPut, as_bytes(large)), photo::Photos::Put::stored);
    EXPECT_EQ(service_.uploads[2], large);
    EXPECT_EQ(service->put(kPut, {}), photo::Photos::Put::stored);
    EXPECT_EQ(service_.uploads[3], "");
    EXPECT_FALSE(service_.requests[3].crop);
}

TEST_F(ControlTest, ACropArrivesAndItsUploadMayBeLarger) {
    start();
    const auto service = connect();
    auto cropped = kPut;
    cropped.crop = photo::Crop{120, 80, 900, 90};
    const std::string large(1'200'000, 'x');
    EXPECT_EQ(service->put(cropped, as_bytes(large)), photo::Photos::Put::stored);
    ASSERT_EQ(service_.requests.size(), 1U);
    EXPECT_EQ(service_.requests[0].crop, cropped.crop);
    EXPECT_EQ(service_.uploads[0], large);
    EXPECT_EQ(service->limits().crop_bytes, 1'500'000U);
    EXPECT_EQ(service->put(cropped, Bytes(1'500'001)).error().fault, Fault::too_large);
    auto target = format_call(PutPhoto{cropped}).target;
    EXPECT_EQ(status_of("PUT", target.replace(target.find("900"), 3, "47")), 400);
}

TEST_F(ControlTest, AFaultArrivesWithItsDetail) {
    start();
    const auto service = connect();
    const auto put = service->put(kPut, as_bytes("bad"));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().fault, Fault::invalid_image);
    EXPECT_EQ(put.error().detail, "The \"picture\" is bad.");
    const auto full = service->put(kPut, as_bytes("full"));
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().fault, Fault::internal);
    EXPECT_EQ(full.error().detail, "No space left on device");
    EXPECT_EQ(service->remove({"t", OwnerKind::user, "1"}, kOtherKey).error().fault,
              Fault::precondition_failed);
}

TEST_F(ControlTest, EveryOtherCallArrives) {
    start();
    const auto service = connect();
    EXPECT_TRUE(service->remove({"t", OwnerKind::user, "1"}, kKey));
    EXPECT_EQ(service_.removed, "1 " + kKey);
    EXPECT_TRUE(service->keep_blob(kKey));
    EXPECT_EQ(service_.kept, kKey);
    const auto swept = service->remove_orphan_blobs();
    ASSERT_TRUE(swept);
    EXPECT_EQ(swept->removed, 7U);
    EXPECT_EQ(swept->set_aside, 8U);
    EXPECT_EQ(swept->failed, 9U);
    EXPECT_EQ(swept->first_failure, "unlink \"x\": no");
}

TEST_F(ControlTest, ACodeOfASignInIsMadeAndAuditedWithoutTheCode) {
    start();
    const auto service = connect();
    const access::SignIn::Grant grant{
        .tenant = "t", .user = "u", .scopes = "A&B C", .directory_roles = {"x", "y"}};
    const auto code = service->make_sign_in_code(grant);
    ASSERT_TRUE(code) << code.error().detail;
    EXPECT_EQ(code->code, "A&B Cy");
    EXPECT_EQ(code->link(), "http://127.0.0.1:8080/#code=A&B Cy");
    EXPECT_EQ(code->link("https://x/faces//"), "https://x/faces/#code=A&B Cy");
    auto nobody = grant;
    nobody.user = "nobody";
    EXPECT_EQ(service->make_sign_in_code(nobody).error().detail, "There is no page.");
    EXPECT_THAT(audited_, ElementsAre("POST users/u 200", "POST users/nobody 400"));
}

TEST_F(ControlTest, TheClientHasTheLimitsOfTheServer) {
    start();
    const auto service = connect();
    EXPECT_EQ(service->limits().bytes, 1'000'000U);
    EXPECT_EQ(service->limits().side, 5'000);
    EXPECT_EQ(service->limits().directory_side, 700);
    EXPECT_EQ(service->put(kPut, Bytes(1'000'001)).error().fault, Fault::too_large);
}

TEST_F(ControlTest, AnUploadOverTheLimitIsRejectedByTheServerToo) {
    start();
    fetch::UnixClient client(socket_file(folder_.path()));
    const auto [method, target] = format_call(PutPhoto{kPut});
    const Bytes upload(1'000'001);
    const auto response =
        client.send({.method = method,
                     .target = target,
                     .field = std::string(kVersionField) + ": " + std::string(kApiVersion),
                     .body = upload});
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_EQ(response->status, 413);
    EXPECT_THAT(service_.uploads, IsEmpty());
}

TEST_F(ControlTest, ManyThreadsShareOneClient) {
    start();
    const auto service = connect();
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i)
                EXPECT_EQ(service->put(kPut, as_bytes("picture")), photo::Photos::Put::stored);
        });
    threads.clear();
    EXPECT_EQ(service_.uploads.size(), 400U);
}

TEST_F(ControlTest, ChangesAreAudited) {
    start();
    const auto service = connect();
    (void)service->put(kPut, as_bytes("picture"));
    (void)service->put(kPut, as_bytes("bad"));
    (void)service->remove({"t", OwnerKind::user, "1"}, kKey);
    (void)service->take_lease("l");
    const std::lock_guard lock(mutex_);
    EXPECT_THAT(audited_,
                ElementsAre("PUT groups/g/\"1 200", "PUT groups/g/\"1 400", "DELETE users/1 204"));
}

TEST_F(ControlTest, TheLevelOfTheAuditLogHolds) {
    audit_level_ = graph::AuditLevel::off;
    start();
    (void)connect()->put(kPut, as_bytes("picture"));
    EXPECT_THAT(audited_, IsEmpty());
    server_.reset();
    audit_level_ = graph::AuditLevel::all;
    start();
    (void)connect();
    EXPECT_THAT(audited_, ElementsAre("GET  200"));
}

TEST_F(ControlTest, ARejectedRequestIsAuditedWhereAllAre) {
    audit_level_ = graph::AuditLevel::all;
    start();
    EXPECT_EQ(status_of("GET", "/control/server", "4"), 400);
    EXPECT_EQ(status_of("DELETE", "/control/server"), 400);
    const std::lock_guard lock(mutex_);
    EXPECT_THAT(audited_, ElementsAre("GET  400", "DELETE  400"));
}

TEST_F(ControlTest, AChangeThatEndsWithAnExceptionIsAudited) {
    start();
    EXPECT_FALSE(connect()->put(kPut, as_bytes("throw")));
    const std::lock_guard lock(mutex_);
    EXPECT_THAT(audited_, ElementsAre("PUT groups/g/\"1 500"));
}

TEST_F(ControlTest, NoChangeBeginsWhereTheAuditLogHasNoRoom) {
    start();
    const auto service = connect();
    audit_has_room_ = false;
    EXPECT_EQ(service->put(kPut, as_bytes("picture")).error().fault, Fault::busy);
    EXPECT_THAT(service_.uploads, IsEmpty());
    EXPECT_TRUE(service->take_lease("l"));
}

TEST_F(ControlTest, ARequestThatWaitedTooLongForAThreadChangesNothing) {
    queue_time_ = 1s;
    start();
    service_.puts_wait = true;
    const auto service = connect();
    std::vector<std::jthread> threads;
    std::atomic<std::size_t> stored = 0, busy = 0;
    for (int i = 0; i < 20; ++i)  // there are 16 threads
        threads.emplace_back([&] {
            const auto put = service->put(kPut, as_bytes("picture"));
            ++(put ? stored : busy);
            if (!put) EXPECT_EQ(put.error().fault, Fault::busy);
        });
    for (int look = 0; look < 500 && service_.waiting < 16; ++look)
        std::this_thread::sleep_for(10ms);
    std::this_thread::sleep_for(1'200ms);
    service_.puts_wait = false;
    threads.clear();
    EXPECT_GT(busy, 0U);
    EXPECT_EQ(stored + busy, 20U);
    EXPECT_EQ(service_.uploads.size(), stored);
}

TEST_F(ControlTest, ChangesAreCountedInTheLog) {
    start();
    {
        const auto service = connect();
        (void)service->put(kPut, as_bytes("picture"));
        (void)service->put(kPut, as_bytes("bad"));
        (void)service->remove({"t", OwnerKind::user, "1"}, kKey);
        (void)service->take_lease("l");
    }
    server_.reset();
    EXPECT_EQ(log_, "control: commands made 2 changes\n");
    report_interval_ = 20ms;
    start();
    (void)connect()->put(kPut, as_bytes("picture"));
    EXPECT_TRUE(logs("control: commands made 1 change"));
}

TEST_F(ControlTest, BodiesTakeFromTheBudgetOfAllServers) {
    body_budget_ = std::make_shared<http::BodyBudget>(300'000);
    http::BodyReservation of_another_server(body_budget_);
    ASSERT_TRUE(of_another_server.grow_to(200'000));
    start();
    const auto service = connect();
    const std::string upload(250'000, 'x');
    EXPECT_EQ(service->put(kPut, as_bytes(upload)).error().fault, Fault::busy);
    of_another_server = {};
    EXPECT_EQ(service->put(kPut, as_bytes(upload)), photo::Photos::Put::stored);
}

TEST_F(ControlTest, AServerThatIsToldToStopAnswersWhatIsUnderWayAndTakesNoMore) {
    start();
    service_.puts_wait = true;
    const auto service = connect();
    bool stored = false;
    std::jthread put([&] { stored = service->put(kPut, as_bytes("picture")).has_value(); });
    for (int look = 0; look < 500 && service_.waiting == 0; ++look)
        std::this_thread::sleep_for(10ms);
    server_->stop();
    for (int look = 0; look < 500 && RemotePhotoService::connect(folder_.path()); ++look)
        std::this_thread::sleep_for(10ms);
    EXPECT_FALSE(RemotePhotoService::connect(folder_.path()));
    service_.puts_wait = false;
    put.join();
    EXPECT_TRUE(stored);
}

TEST_F(ControlTest, ALeaseIsRenewedUntilItIsGivenBack) {
    start();
    const auto service = connect();
    ASSERT_TRUE(service->take_lease("l"));
    {
        const GcLease lease(*service, "l", 5ms);
        for (int look = 0; look < 500 && service_.renewals < 3; ++look)
            std::this_thread::sleep_for(10ms);
        EXPECT_GE(service_.renewals, 3);
        EXPECT_EQ(service_.leases.size(), 1U);
    }
    EXPECT_THAT(service_.leases, IsEmpty());
}

TEST_F(ControlTest, ALeaseIsTakenAndRenewedWhileEveryThreadOfUploadsWaits) {
    start();
    service_.puts_wait = true;
    std::atomic<bool> has_lease = false;
    const auto importer = connect();
    const auto service = connect();
    std::vector<std::jthread> threads;
    for (int i = 0; i < 20; ++i)
        threads.emplace_back([&] { (void)importer->put(kPut, as_bytes("picture")); });
    std::this_thread::sleep_for(100ms);
    threads.emplace_back(
        [&] { has_lease = service->take_lease("l") && service->renew_lease("l"); });
    for (int look = 0; look < 200 && !has_lease; ++look) std::this_thread::sleep_for(10ms);
    EXPECT_TRUE(has_lease);
    service_.puts_wait = false;
}

TEST_F(ControlTest, ALeaseIsTakenBesideTheConnectionsOfThreeImports) {
    start();
    std::vector<Descriptor> imports;
    for (int i = 0; i < 3 * 16; ++i) imports.push_back(raw());
    const auto service = connect();
    ASSERT_TRUE(service);
    EXPECT_TRUE(service->take_lease("l"));
}

// The answer may have been lost on its way.
TEST_F(ControlTest, ALeaseThatCouldNotBeTakenIsEnded) {
    start();
    const auto service = connect();
    service_.take_fails = true;
    EXPECT_FALSE(GcLease::take(*service));
    EXPECT_THAT(service_.leases, IsEmpty());
}

TEST_F(ControlTest, TheSocketIsForItsOwnerOnlyAndGoesWithTheServer) {
    start();
    struct stat about{};
    ASSERT_EQ(::lstat(socket_file(folder_.path()).c_str(), &about), 0);
    EXPECT_TRUE(S_ISSOCK(about.st_mode));
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
    server_.reset();
    EXPECT_FALSE(std::filesystem::exists(socket_file(folder_.path())));
}

TEST_F(ControlTest, ASocketThatAKilledServerLeftIsReplaced) {
    {
        const RawServer killed(socket_file(folder_.path()), "");
    }
    EXPECT_TRUE(std::filesystem::exists(socket_file(folder_.path())));
    EXPECT_EQ(RemotePhotoService::connect(folder_.path()).error().fault, Fault::busy);
    start();
    EXPECT_TRUE(connect());
}

TEST_F(ControlTest, AFolderWithALongPathWorks) {
    const auto deep = folder_.path() / std::string(120, 'a') / std::string(120, 'b');
    std::filesystem::create_directories(deep);
    const auto server = Server::start(
        {.data = deep, .program = "1", .log = [](std::string_view) {}}, service_, clock_);
    ASSERT_TRUE(server) << server.error().detail;
    EXPECT_TRUE(RemotePhotoService::connect(deep));
}

TEST_F(ControlTest, WithoutAServerTheFaultIsBusy) {
    EXPECT_EQ(RemotePhotoService::connect(folder_.path()).error().fault, Fault::busy);
    EXPECT_EQ(RemotePhotoService::connect("/nonexistent").error().fault, Fault::busy);
}

TEST_F(ControlTest, AServerThatEndsIsReportedAtOnce) {
    start();
    const auto service = connect();
    server_.reset();
    const auto put = service->put(kPut, as_bytes("picture"));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().fault, Fault::internal);
    EXPECT_THAT(put.error().detail, HasSubstr("has ended"));
}

TEST_F(ControlTest, WithoutAnAnswerInTimeTheOutcomeOfAPutIsUnknown) {
    const auto stuck = listen_at(socket_file(folder_.path()));
    RemotePhotoService service(folder_.path(), 1s);
    const auto put = service.put(kPut, as_bytes("picture"));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().fault, Fault::outcome_unknown);
    EXPECT_THAT(put.error().detail, HasSubstr("no answer in 1 s; the photo may have been stored"));
}

TEST_F(ControlTest, APutOnAConnectionThatIsClosedAtOnceCanBeTriedAgain) {
    const RawServer closing(socket_file(folder_.path()), "");
    RemotePhotoService service(folder_.path());
    const auto put = service.put(kPut, as_bytes("picture"));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().fault, Fault::busy);
}

TEST_F(ControlTest, AConnectionThatIsClosedAtOnceIsReportedWithItsPossibleReasons) {
    const RawServer closing(socket_file(folder_.path()), "");
    const auto service = RemotePhotoService::connect(folder_.path());
    ASSERT_FALSE(service);
    EXPECT_EQ(service.error().fault, Fault::busy);
    EXPECT_FALSE(service.error().nothing_listens);
    EXPECT_THAT(service.error().detail, HasSubstr("of its own user"));
}

TEST_F(ControlTest, TheReasonWhyNoConnectionCanBeMadeIsReported) {
    const auto missing = RemotePhotoService::connect(folder_.path());
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().detail, EndsWith("control.sock: No such file or directory"));
    EXPECT_TRUE(missing.error().nothing_listens);
    {
        const auto ended = listen_at(socket_file(folder_.path()));
    }
    const auto refused = RemotePhotoService::connect(folder_.path());
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().detail, EndsWith("control.sock: Connection refused"));
    EXPECT_TRUE(refused.error().nothing_listens);
}

TEST_F(ControlTest, AConnectionTooManyIsRejectedAndItsPlaceIsFreeAgain) {
    start(1);
    auto first = connect();
    EXPECT_EQ(RemotePhotoService::connect(folder_.path()).error().fault, Fault::busy);
    first.reset();
    auto second = RemotePhotoService::connect(folder_.path());
    for (int look = 0; look < 500 && !second; ++look) {
        std::this_thread::sleep_for(10ms);
        second = RemotePhotoService::connect(folder_.path());
    }
    EXPECT_TRUE(second);
}

TEST_F(ControlTest, WithoutFreeDescriptorsAcceptingWaitsSaysSoOnceAndResumes) {
    start();
    const Descriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::ranges::copy(socket_file(folder_.path()).native(), std::begin(address.sun_path));
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    const int lowest_free = ::dup(client.number());
    ::close(lowest_free);
    const rlimit none_left{static_cast<rlim_t>(lowest_free), before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none_left);
    const int connected =
        ::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const bool said = logs("no connection can be accepted");
    const auto used = std::clock();
    std::this_thread::sleep_for(300ms);
    const auto spent = std::clock() - used;
    setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(connected, 0);
    EXPECT_TRUE(said);
    EXPECT_LT(spent, CLOCKS_PER_SEC / 10);
    EXPECT_TRUE(logs("connections are accepted again"));
    EXPECT_EQ(log_.find("no connection"), log_.rfind("no connection"));
}

TEST_F(ControlTest, AMalformedRequestChangesNothing) {
    start();
    const auto service = connect();
    const std::string photo = "/control/tenants/t/users/1/photo";
    for (const auto& [method, target] : std::vector<std::pair<std::string, std::string>>{
             {"GET", "/"},
             {"GET", "/v1.0/me"},
             {"GET", "/control"},
             {"GET", "/control/"},
             {"DELETE", "/control/server"},
             {"GET", photo},
             {"PUT", photo},
             {"PUT", photo + "?storage"},
             {"PUT", photo + "?storage=cellar"},
             {"PUT", photo + "?storage=mailbox&source=%zz"},
             {"PUT", "/control/tenants/t/cats/1/photo?storage=mailbox"},
             {"PUT", "/control/tenants//users/1/photo?storage=mailbox"},
             {"PUT", "/control/tenants/t/users/1/photo/x?storage=mailbox"},
             {"PUT", "/control/tenants/t/users/%ff/photo?storage=mailbox"},
             {"PUT", photo + "?storage=mailbox&replaces="},
             {"PUT", photo + "?storage=mailbox&replaces=blob1"},
             {"PUT", fmt::format("{}?storage=mailbox&replaces={}0", photo, kKey)},
             {"DELETE", photo},
             {"DELETE", photo + "?blob="},
             {"DELETE", photo + "?blob=E"},
             {"DELETE", photo + "?blob=../" + kKey.substr(3)},
             {"DELETE", photo + "?blob=" + std::string(32, 'F')},
             {"PUT", "/control/leases/" + std::string(65, 'l')},
             {"POST", "/control/leases/l"},
             {"POST", "/control/blobs/xyz/keep"},
             {"POST", "/control/blobs/" + kKey + "0/keep"},
             {"POST", "/control/blobs/" + std::string(32, 'g') + "/keep"}})
        EXPECT_EQ(status_of(method, target), 400) << method << ' ' << target;
    EXPECT_THAT(service_.requests, IsEmpty());
    EXPECT_EQ(service_.removed, "");
    EXPECT_EQ(service->put(kPut, as_bytes("picture")), photo::Photos::Put::stored);
}

TEST_F(ControlTest, AnUploadThatBreaksOffChangesNothing) {
    start();
    {
        const auto client = raw();
        const auto [method, target] = format_call(PutPhoto{kPut});
        write(client, method + ' ' + target + " HTTP/1.1\r\nHost: x\r\n" +
                          std::string(kVersionField) + ": " + std::string(kApiVersion) +
                          "\r\nContent-Length: 1000\r\n\r\nonly a part");
    }
    EXPECT_TRUE(connect());
    EXPECT_THAT(service_.uploads, IsEmpty());
}

TEST_F(ControlTest, EndsAtOnceWithIdleAndHalfOpenConnections) {
    start();
    const auto idle = connect();
    const auto half = raw();
    write(half, "PUT /control/");
    std::this_thread::sleep_for(50ms);
    const auto began = std::chrono::steady_clock::now();
    server_.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
}

TEST_F(ControlTest, ALeaseGoesOnAtTheServerThatIsStartedNext) {
    start();
    const auto service = connect();
    const auto lease = GcLease::take(*service);
    ASSERT_TRUE(lease);
    EXPECT_TRUE((*lease)->confirm());
    server_.reset();
    EXPECT_EQ(service_.leases.size(), 1U) << "a server that stops leaves the leases";
    const auto without_server = (*lease)->confirm();
    ASSERT_FALSE(without_server);
    EXPECT_EQ(without_server.error().fault, Fault::busy);
    EXPECT_FALSE((*lease)->is_lost());
    start();
    EXPECT_TRUE((*lease)->confirm());
    EXPECT_EQ(service_.leases.size(), 1U);
}

TEST_F(ControlTest, ALeaseThatTheNextServerDoesNotKnowIsLost) {
    start();
    const auto service = connect();
    const auto lease = GcLease::take(*service);
    ASSERT_TRUE(lease);
    server_.reset();
    service_.leases.clear();
    start();
    const auto lost = (*lease)->confirm();
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().fault, Fault::conflict);
    EXPECT_TRUE((*lease)->is_lost());
}

TEST_F(ControlTest, ARequestOfAnotherVersionIsRejectedWithASentence) {
    start();
    EXPECT_EQ(status_of("GET", "/control/server", "4"), 400);
    EXPECT_EQ(status_of("GET", "/control/server", ""), 400);
    EXPECT_EQ(status_of("GET", "/control/server"), 200);
}

// A program before version 4 of this API greets each connection with a length and JSON.
TEST_F(ControlTest, AServerOfAnotherVersionIsReportedWithASentence) {
    const RawServer old(socket_file(folder_.path()),
                        std::string("\x20\0\0\0", 4) + R"({"cameo":3,"program":"0.1.0"})");
    const auto service = RemotePhotoService::connect(folder_.path());
    ASSERT_FALSE(service);
    EXPECT_EQ(service.error().fault, Fault::malformed);
    EXPECT_THAT(service.error().detail, HasSubstr("version"));
}

TEST(Calls, EveryCallIsParsedAsItWasFormatted) {
    auto plain = kPut;
    plain.replaces.reset();
    auto cropped = kPut;
    cropped.crop = photo::Crop{120, 80, 900, 90};
    for (const Call& call :
         {Call(GetServer{}), Call(PutPhoto{kPut}), Call(PutPhoto{plain}), Call(PutPhoto{cropped}),
          Call(RemovePhoto{{"t", OwnerKind::contact, "c=&?"}, kKey}), Call(KeepBlob{kKey}),
          Call(RemoveOrphans{}), Call(TakeLease{"a1"}), Call(RenewLease{"a1"}),
          Call(EndLease{"a1"}), Call(MakeSignInCode{{"t", "u/1", "A B", {"x", "y"}}}),
          Call(MakeSignInCode{{"t", "u", "", {}}})}) {
        const auto line = format_call(call);
        EXPECT_THAT(line.target, StartsWith("/control/"));
        const auto parsed = parse_call(line.method, line.target);
        ASSERT_TRUE(parsed) << line.target;
        EXPECT_EQ(parsed->index(), call.index());
        EXPECT_EQ(format_call(*parsed).target, line.target);
    }
}

}  // namespace
}  // namespace cameo::control
