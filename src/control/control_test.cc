#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/descriptor.h"
#include "control/protocol.h"
#include "control/remote_desk.h"
#include "control/server.h"
#include "control/stream.h"
#include "store/contract/temporary_folder.h"

namespace cameo::control {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using transfer::PhotoDesk;

// Remembers what it was asked for.
class FakeDesk final : public PhotoDesk {
  public:
    struct Hold final : SweepHold {
        explicit Hold(std::atomic<int>& count) : holds(count) { ++holds; }
        ~Hold() override {
            std::this_thread::sleep_for(20ms);  // so that a test that does not wait for it fails
            if (!is_left) --holds;
        }
        Result<void> confirm() override { return {}; }
        void leave() override { is_left = true; }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;
        std::atomic<int>& holds;
        bool is_left = false;
    };

    const photo::UploadLimits& limits() const override { return limits_; }
    Result<photo::Photos::Put> put(const transfer::Placement& placement, ByteView upload) override {
        const std::lock_guard lock(mutex_);
        placements.push_back(placement);
        uploads.emplace_back(as_text(upload));
        if (as_text(upload) == "bad") return fail(Fault::invalid_image, "The \"picture\" is bad.");
        return as_text(upload) == "same" ? photo::Photos::Put::unchanged
                                         : photo::Photos::Put::stored;
    }
    Result<void> remove(const OwnerKey& owner, const std::string& blob_key) override {
        if (blob_key == "other") return fail(Fault::precondition_failed, "no");
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
    using PhotoDesk::hold_sweep;
    Result<std::unique_ptr<SweepHold>> hold_sweep(const photo::SweepLease& lease) override {
        const std::lock_guard lock(mutex_);
        if (lease.again && !leases.contains(lease.id)) return fail(Fault::conflict, "too late");
        leases.insert(lease.id);
        return std::make_unique<Hold>(holds);
    }

    std::vector<transfer::Placement> placements;
    std::vector<std::string> uploads;
    std::string removed, kept;
    std::set<std::string> leases;
    std::atomic<int> holds = 0;

  private:
    std::mutex mutex_;
    photo::UploadLimits limits_{.bytes = 1'000'000, .side = 5'000, .directory_side = 700};
};

class ControlTest : public testing::Test {
  protected:
    void start(std::size_t connections = 32) {
        auto started = Server::start({.data = folder_.path(),
                                      .program = "1.2",
                                      .connections = connections,
                                      .log =
                                          [this](std::string_view line) {
                                              const std::lock_guard lock(mutex_);
                                              log_ += std::string(line) + "\n";
                                          }},
                                     desk_);
        ASSERT_TRUE(started) << started.error().detail;
        server_ = std::move(*started);
    }
    std::unique_ptr<RemoteDesk> connect() {
        auto desk = RemoteDesk::connect(folder_.path());
        EXPECT_TRUE(desk) << desk.error().detail;
        return desk ? std::move(*desk) : nullptr;
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
    // A greeted connection, to send anything.
    Stream raw() {
        auto stream = Stream::connect(folder_.path());
        EXPECT_TRUE(stream);
        EXPECT_TRUE(stream->read_head()->has_value());
        return std::move(*stream);
    }

    store::TemporaryFolder folder_;
    FakeDesk desk_;
    std::mutex mutex_;
    std::string log_;
    std::unique_ptr<Server> server_;
};

const transfer::Placement kPlacement{.owner = {"t", OwnerKind::group, "g\"1"},
                                     .storage = PhotoStorage::directory,
                                     .source = "import",
                                     .replaces = "blob1"};

TEST_F(ControlTest, APutArrivesAsItWasSent) {
    start();
    const auto desk = connect();
    EXPECT_EQ(desk->put(kPlacement, as_bytes("picture")), photo::Photos::Put::stored);
    ASSERT_EQ(desk_.placements.size(), 1U);
    EXPECT_EQ(desk_.placements[0].owner, kPlacement.owner);
    EXPECT_EQ(desk_.placements[0].storage, kPlacement.storage);
    EXPECT_EQ(desk_.placements[0].source, "import");
    EXPECT_EQ(desk_.placements[0].replaces, "blob1");
    EXPECT_EQ(desk_.uploads[0], "picture");
    EXPECT_EQ(desk->put(kPlacement, as_bytes("same")), photo::Photos::Put::unchanged);
    const std::string large(1'000'000, 'x');
    EXPECT_EQ(desk->put(kPlacement, as_bytes(large)), photo::Photos::Put::stored);
    EXPECT_EQ(desk_.uploads[2], large);
}

TEST_F(ControlTest, ARefusalComesBackAsItIs) {
    start();
    const auto desk = connect();
    const auto put = desk->put(kPlacement, as_bytes("bad"));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().fault, Fault::invalid_image);
    EXPECT_EQ(put.error().detail, "The \"picture\" is bad.");
    EXPECT_EQ(desk->remove({"t", OwnerKind::user, "1"}, "other").error().fault,
              Fault::precondition_failed);
}

TEST_F(ControlTest, EveryOtherThingToDoArrives) {
    start();
    const auto desk = connect();
    EXPECT_TRUE(desk->remove({"t", OwnerKind::user, "1"}, "E"));
    EXPECT_EQ(desk_.removed, "1 E");
    EXPECT_TRUE(desk->keep_blob("key"));
    EXPECT_EQ(desk_.kept, "key");
    const auto swept = desk->remove_orphan_blobs();
    ASSERT_TRUE(swept);
    EXPECT_EQ(swept->removed, 7U);
    EXPECT_EQ(swept->set_aside, 8U);
    EXPECT_EQ(swept->failed, 9U);
    EXPECT_EQ(swept->first_failure, "unlink \"x\": no");
}

TEST_F(ControlTest, TheServersLimitsComeWithItsGreeting) {
    start();
    const auto desk = connect();
    EXPECT_EQ(desk->limits().bytes, 1'000'000U);
    EXPECT_EQ(desk->limits().side, 5'000);
    EXPECT_EQ(desk->limits().directory_side, 700);
    EXPECT_EQ(desk->put(kPlacement, Bytes(1'000'001)).error().fault, Fault::too_large);
}

TEST_F(ControlTest, ManyThreadsShareOneDesk) {
    start();
    const auto desk = connect();
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i)
                EXPECT_EQ(desk->put(kPlacement, as_bytes("picture")), photo::Photos::Put::stored);
        });
    threads.clear();
    EXPECT_EQ(desk_.uploads.size(), 400U);
}

TEST_F(ControlTest, AHoldHasEndedWhenItIsLetGo) {
    start();
    const auto desk = connect();
    {
        const auto hold = desk->hold_sweep();
        ASSERT_TRUE(hold);
        EXPECT_EQ(desk_.holds, 1);
    }
    EXPECT_EQ(desk_.holds, 0);
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
    const auto left = listen_in(folder_.path());
    ASSERT_TRUE(left);
    ::close(*left);
    EXPECT_EQ(RemoteDesk::connect(folder_.path()).error().fault, Fault::busy);
    start();
    EXPECT_TRUE(connect());
}

TEST_F(ControlTest, AFolderWithALongPathWorks) {
    const auto deep = folder_.path() / std::string(120, 'a') / std::string(120, 'b');
    std::filesystem::create_directories(deep);
    const auto server =
        Server::start({.data = deep, .program = "1", .log = [](std::string_view) {}}, desk_);
    ASSERT_TRUE(server) << server.error().detail;
    EXPECT_TRUE(RemoteDesk::connect(deep));
}

TEST_F(ControlTest, WithoutAServerItIsSaid) {
    EXPECT_EQ(RemoteDesk::connect(folder_.path()).error().fault, Fault::busy);
    EXPECT_EQ(RemoteDesk::connect("/nonexistent").error().fault, Fault::busy);
}

TEST_F(ControlTest, AServerThatEndsIsSaidAndNotWaitedFor) {
    start();
    const auto desk = connect();
    server_.reset();
    const auto put = desk->put(kPlacement, as_bytes("picture"));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().fault, Fault::internal);
    EXPECT_THAT(put.error().detail, HasSubstr("has ended"));
}

TEST_F(ControlTest, OneConnectionTooManyIsClosedAndASlotIsFreeAgain) {
    start(1);
    auto first = connect();
    EXPECT_EQ(RemoteDesk::connect(folder_.path()).error().fault, Fault::busy);
    first.reset();
    auto second = RemoteDesk::connect(folder_.path());
    for (int look = 0; look < 500 && !second; ++look) {
        std::this_thread::sleep_for(10ms);
        second = RemoteDesk::connect(folder_.path());
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

TEST_F(ControlTest, AMalformedMessageEndsTheConnectionAndNoOther) {
    start();
    const auto other = connect();
    for (const std::string head :
         {"", "{", "[]", "{}", R"({"do":"dance"})", R"({"do":1})", R"({"do":"put"})",
          R"({"do":"put","tenant":"t","kind":9,"id":"1","storage":0,"source":"s","bytes":1})",
          R"({"do":"put","tenant":"t","kind":1,"id":"1","storage":7,"source":"s","bytes":1})",
          R"({"do":"put","tenant":"t","kind":1,"id":"1","storage":0,"source":"s","bytes":-1})",
          R"({"do":"put","tenant":"t","kind":1,"id":"1","storage":0,"source":"s","bytes":1000001})",
          R"({"do":"put","tenant":"t","kind":1,"id":"1","storage":0,"source":"s","bytes":1e30})",
          R"({"do":"remove","tenant":"t","kind":1,"id":"1"})"}) {
        auto stream = raw();
        ASSERT_TRUE(stream.write(head)) << head;
        EXPECT_EQ(stream.read_head().value_or("none"), std::nullopt) << head;
    }
    EXPECT_TRUE(logs("an upload of 1000001 bytes"));
    EXPECT_EQ(other->put(kPlacement, as_bytes("picture")), photo::Photos::Put::stored);
    EXPECT_EQ(desk_.uploads.size(), 1U);
}

TEST_F(ControlTest, AnOversizedHeadEndsTheConnection) {
    start();
    auto stream = raw();
    ASSERT_TRUE(stream.write(std::string(kMostHeadBytes + 1, ' ')));
    const auto answer = stream.read_head();
    EXPECT_TRUE(!answer || !*answer);
    EXPECT_TRUE(logs("a head of 16385 bytes"));
}

TEST_F(ControlTest, AConnectionThatBreaksOffInAMessageChangesNothing) {
    start();
    {
        auto stream = raw();
        ASSERT_TRUE(
            stream.write(to_json(Request(PutRequest{kPlacement, 1'000})), as_bytes("only a part")));
    }
    EXPECT_TRUE(logs("was closed"));
    EXPECT_TRUE(desk_.uploads.empty());
}

TEST_F(ControlTest, EndsAtOnceWithIdleAndHalfOpenConnections) {
    start();
    const auto idle = connect();
    const auto held = idle->hold_sweep();
    auto half = raw();
    ASSERT_TRUE(half.write(to_json(Request(PutRequest{kPlacement, 1'000'000})), as_bytes("part")));
    std::this_thread::sleep_for(50ms);
    const auto began = std::chrono::steady_clock::now();
    server_.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
}

TEST_F(ControlTest, AHoldIsTakenAgainAtTheServerThatIsStartedNext) {
    start();
    const auto desk = connect();
    const auto hold = desk->hold_sweep();
    ASSERT_TRUE(hold);
    EXPECT_TRUE((*hold)->confirm());
    server_.reset();
    EXPECT_EQ(desk_.holds, 1) << "a server that stops leaves the holds of those who go on";
    const auto nobody = (*hold)->confirm();
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().fault, Fault::busy);
    start();
    EXPECT_TRUE((*hold)->confirm());
    EXPECT_TRUE((*hold)->confirm());
    EXPECT_EQ(desk_.holds, 2);
    EXPECT_EQ(desk_.leases.size(), 1U);
}

TEST_F(ControlTest, AHoldThatTheNextServerDoesNotKnowIsLost) {
    start();
    const auto desk = connect();
    const auto hold = desk->hold_sweep();
    ASSERT_TRUE(hold);
    server_.reset();
    desk_.leases.clear();
    start();
    const auto lost = (*hold)->confirm();
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().fault, Fault::conflict);
}

TEST(Protocol, EveryRequestIsReadAsItWasWritten) {
    const auto put = parse_request(to_json(Request(PutRequest{kPlacement, 5})));
    ASSERT_TRUE(put);
    EXPECT_EQ(std::get<PutRequest>(*put).bytes, 5U);
    EXPECT_EQ(std::get<PutRequest>(*put).placement.replaces, "blob1");
    auto plain = kPlacement;
    plain.replaces.reset();
    EXPECT_EQ(std::get<PutRequest>(*parse_request(to_json(Request(PutRequest{plain, 5}))))
                  .placement.replaces,
              std::nullopt);
    for (const Request& request : {Request(RemoveRequest{{"t", OwnerKind::contact, "c="}, "E"}),
                                   Request(KeepBlobRequest{"k"}), Request(RemoveOrphansRequest{}),
                                   Request(HoldSweepRequest{{.id = "a1", .again = true}})}) {
        const auto read = parse_request(to_json(request));
        ASSERT_TRUE(read);
        EXPECT_EQ(read->index(), request.index());
        EXPECT_EQ(to_json(*read), to_json(request));
    }
}

TEST(Protocol, EveryFaultComesBack) {
    for (int fault = 0; fault <= static_cast<int>(Fault::not_in_memory); ++fault) {
        const auto reply =
            parse_reply(to_json(Reply{.error = Error{static_cast<Fault>(fault), "why"}}));
        ASSERT_TRUE(reply && reply->error);
        EXPECT_EQ(reply->error->fault, static_cast<Fault>(fault));
        EXPECT_EQ(reply->error->detail, "why");
    }
}

TEST(Protocol, AnotherProtocolIsRefusedByName) {
    const auto greeting = parse_greeting(R"({"cameo":9,"program":"9"})");
    ASSERT_FALSE(greeting);
    EXPECT_THAT(greeting.error().detail, HasSubstr("version"));
}

TEST(Protocol, AHeadThatIsDeepOrNotUtf8IsRefused) {
    EXPECT_FALSE(parse_request(std::string(10'000, '[')));
    EXPECT_FALSE(parse_request("{\"do\":\"\xff\xfe\"}"));
}

}  // namespace
}  // namespace cameo::control
