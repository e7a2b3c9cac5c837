#include <gtest/gtest.h>

#include <cerrno>
#include <optional>

#include "store/files/file_blob_store.h"
#include "store/files/unsynced_file_system_testing.h"

namespace cameo::store::files {
namespace {

using namespace std::chrono_literals;

const std::string kKey = "abcd0000000000000000000000000001";
const std::string kNeighbour = "abcd0000000000000000000000000002";
constexpr std::string_view kRoot = "/data/blobs";

// One attempt: a disk, and the stores that are opened on it in turn.
struct Machine {
    explicit Machine(int ignored_sync = -1) : disk({"/data"}) {
        if (ignored_sync >= 0) disk.ignore_sync(ignored_sync);
        start();
    }

    void start() { store.emplace(kRoot, disk); }
    void cut_power() {
        disk.power_cut();
        start();
    }
    void kill_process() {
        disk.revive();
        start();
    }

    bool put(const std::string& key) { return store->put(key, bytes, deadline).has_value(); }
    bool has_whole(const std::string& key) {
        const auto got = store->read(key, 0, bytes.size(), deadline);
        return got && *got == bytes;
    }
    bool has_none(const std::string& key) {
        const auto got = store->read(key, 0, 0, deadline);
        return got && !*got;
    }

    Bytes bytes = Bytes(9'000, 0x5a);
    Deadline deadline = deadline_in(60s);
    UnsyncedFileSystem disk;
    std::optional<FileBlobStore> store;
};

int calls_of_a_put() {
    Machine machine;
    const int before = machine.disk.calls();
    EXPECT_TRUE(machine.put(kKey));
    return machine.disk.calls() - before;
}

TEST(PowerCut, ABlobThatWasAcknowledgedSurvives) {
    Machine machine;
    ASSERT_TRUE(machine.put(kKey));
    machine.cut_power();
    EXPECT_TRUE(machine.has_whole(kKey));
}

// The syncs of a store's first blob: the names blobs, ab and cd, the bytes, the blob's name.
TEST(PowerCut, EachFsyncOfAFirstBlobIsNeeded) {
    constexpr int kSyncs = 5;
    for (int ignored = 0; ignored < kSyncs; ++ignored) {
        Machine machine(ignored);
        ASSERT_TRUE(machine.put(kKey));
        EXPECT_EQ(machine.disk.syncs(), kSyncs);
        machine.cut_power();
        EXPECT_FALSE(machine.has_whole(kKey)) << "survived without fsync " << ignored;
    }
}

// A blob in a known folder needs two syncs: its bytes and its name.
TEST(PowerCut, EachFsyncOfALaterBlobIsNeeded) {
    constexpr int kSyncs = 2;
    for (int ignored = 0; ignored < kSyncs; ++ignored) {
        Machine machine;
        ASSERT_TRUE(machine.put(kKey));
        const int before = machine.disk.syncs();
        machine.disk.ignore_sync(ignored);
        ASSERT_TRUE(machine.put(kNeighbour));
        EXPECT_EQ(machine.disk.syncs() - before, kSyncs);
        machine.cut_power();
        EXPECT_FALSE(machine.has_whole(kNeighbour)) << "survived without fsync " << ignored;
        EXPECT_TRUE(machine.has_whole(kKey));
    }
}

TEST(PowerCut, AtAnyCallLeavesTheBlobWholeOrAbsentAndOthersUnchanged) {
    for (int call = 0, calls = calls_of_a_put(); call < calls; ++call) {
        Machine machine;
        ASSERT_TRUE(machine.put(kNeighbour));
        machine.disk.die_at(call);
        const bool acknowledged = machine.put(kKey);
        machine.cut_power();
        EXPECT_TRUE(machine.has_whole(kNeighbour)) << call;
        if (acknowledged) EXPECT_TRUE(machine.has_whole(kKey)) << call;
        EXPECT_TRUE(machine.has_whole(kKey) || machine.has_none(kKey)) << call;
    }
}

// A killed process leaves folders that exist and are not synced. The next process must not
// rely on them.
TEST(PowerCut, ABlobInAFolderThatAKilledProcessMadeSurvives) {
    for (int call = 0, calls = calls_of_a_put(); call < calls; ++call) {
        Machine machine;
        machine.disk.die_at(call);
        ASSERT_FALSE(machine.put(kNeighbour));
        machine.kill_process();
        ASSERT_TRUE(machine.put(kKey));
        machine.cut_power();
        EXPECT_TRUE(machine.has_whole(kKey)) << call;
    }
}

// The new name is durable on return; the old one, which is never synced, may come back.
TEST(PowerCut, ABlobThatWasSetAsideSurvives) {
    Machine machine;
    ASSERT_TRUE(machine.put(kKey));
    ASSERT_TRUE(machine.store->set_aside(kKey, machine.deadline));
    machine.cut_power();
    EXPECT_TRUE(machine.has_whole(kKey));
    ASSERT_TRUE(machine.store->bring_back(kKey, machine.deadline));
    machine.cut_power();
    EXPECT_TRUE(machine.has_whole(kKey));
}

TEST(FullOrFailingDisk, FailsThePutWithAReasonAndLeavesNothing) {
    for (const auto& [reason, words] :
         {std::pair{ENOSPC, "No space left on device"}, std::pair{EIO, "Input/output error"}})
        for (int call = 0, calls = calls_of_a_put(); call < calls; ++call) {
            Machine machine;
            machine.disk.fail_call(call, reason);
            const auto put = machine.store->put(kKey, machine.bytes, machine.deadline);
            ASSERT_FALSE(put) << call;
            EXPECT_EQ(put.error().fault, Fault::internal);
            EXPECT_NE(put.error().detail.find(words), std::string::npos) << put.error().detail;
            EXPECT_TRUE(machine.disk.files().empty()) << call << machine.disk.files().front();
            EXPECT_TRUE(machine.put(kKey)) << "again, when there is space";
            EXPECT_TRUE(machine.has_whole(kKey));
        }
}

}  // namespace
}  // namespace cameo::store::files
