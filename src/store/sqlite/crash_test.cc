#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "base/crc32c.h"
#include "store/contract/temporary_folder.h"
#include "store/files/file_blob_store.h"
#include "store/sqlite/sqlite_store.h"

namespace cameo::store {
namespace {

using namespace std::chrono_literals;

// crash_writer_testing.cc, as a process of its own.
class Child {
  public:
    explicit Child(const std::filesystem::path& folder) {
        EXPECT_EQ(::pipe(pipe_.data()), 0);
        id_ = ::fork();
        if (id_ == 0) {
            ::dup2(pipe_[1], STDOUT_FILENO);
            ::close(pipe_[0]);
            ::execl(CAMEO_CRASH_WRITER, "crash_writer", folder.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(pipe_[1]);
    }
    ~Child() { ::close(pipe_[0]); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    // Its output until it was killed, `life` after its start or its first output.
    std::string kill_after(std::chrono::milliseconds life, bool from_first_word) {
        std::string said = read_some(from_first_word ? 60s : 0s);
        const auto end = deadline_in(life);
        while (!has_passed(end)) said += read_some(1ms);
        ::kill(id_, SIGKILL);
        int status = 0;
        ::waitpid(id_, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << status;
        for (std::string rest = read_some(0ms); !rest.empty(); rest = read_some(0ms)) said += rest;
        return said;
    }

  private:
    std::string read_some(std::chrono::milliseconds wait) {
        pollfd ready{.fd = pipe_[0], .events = POLLIN, .revents = 0};
        if (::poll(&ready, 1, static_cast<int>(wait.count())) <= 0) return "";
        std::array<char, 65'536> buffer{};
        const auto got = ::read(pipe_[0], buffer.data(), buffer.size());
        return {buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
    }

    std::array<int, 2> pipe_{};
    pid_t id_ = -1;
};

// The allowed etags of each owner: the last acknowledged one, and one whose write began
// later. "-" is none.
using Allowed = std::map<std::string, std::set<std::string>>;

int take_in(Allowed& allowed, const std::string& said) {
    std::istringstream lines(said);
    std::string what, owner, etag;
    int acknowledged = 0;
    while (lines >> what >> owner >> etag) {
        if (what == "a") {
            allowed[owner] = {etag};
            ++acknowledged;
        } else {
            if (allowed[owner].empty()) allowed[owner].insert("-");
            allowed[owner].insert(etag);
        }
    }
    return acknowledged;
}

void expect_whole(const photo::Photo& photo, photo::BlobStore& blobs) {
    for (const auto& rendition : photo.renditions) {
        const auto bytes =
            blobs.read(photo.blob_key, rendition.offset, rendition.length, deadline_in(60s));
        ASSERT_TRUE(bytes && *bytes) << "a row without its bytes";
        EXPECT_EQ(crc32c(**bytes), rendition.crc32c);
        EXPECT_TRUE(as_text(**bytes).starts_with(photo.etag)) << "the bytes of another photo";
    }
}

// Reads every owner, and reduces the allowed etags to the current one.
void check_and_settle(Allowed& allowed, const std::filesystem::path& folder) {
    const auto store =
        sqlite::SqliteStore::open(folder / "catalog.db", sqlite::SqliteStore::Open::read_write);
    ASSERT_TRUE(store) << store.error().detail;
    files::FileBlobStore blobs(folder / "blobs");
    for (auto& [owner, etags] : allowed) {
        const auto found =
            (*store)->catalog().find({"t", OwnerKind::user, owner}, deadline_in(60s));
        ASSERT_TRUE(found) << found.error().detail;
        const std::string etag = *found ? (*found)->etag : "-";
        EXPECT_TRUE(etags.contains(etag)) << "owner " << owner << " has " << etag;
        if (*found) expect_whole(**found, blobs);
        etags = {etag};
    }
}

TEST(Crash, AKilledServerKeepsAcknowledgedWritesAndWholePhotos) {
    const TemporaryFolder folder;
    Allowed allowed;
    int acknowledged = 0;
    // A busy machine needs more rounds until enough was acknowledged.
    for (int round = 0; round < 20 || (acknowledged <= 100 && round < 200); ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        Child child(folder.path() / "data");
        // Some kills right after the start, during the making of the database, and some later.
        const auto life = std::chrono::milliseconds(std::min(round * round / 3, 500));
        acknowledged += take_in(allowed, child.kill_after(life, round % 2 == 1));
        check_and_settle(allowed, folder.path() / "data");
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(acknowledged, 100);
    RecordProperty("acknowledged", acknowledged);
}

}  // namespace
}  // namespace cameo::store
