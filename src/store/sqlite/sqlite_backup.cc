#include "store/sqlite/sqlite_backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/clock.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_error.h"

namespace cameo::store::sqlite {
namespace {

using std::filesystem::path;

constexpr std::chrono::minutes kPatience{1};
constexpr int kMostFindings = 100;

struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

std::unexpected<Error> failed(const path& file, sqlite3* database, int code) {
    const char* reason = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
    const bool locked = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    return fail(locked ? Fault::busy : Fault::internal,
                fmt::format("cannot copy the catalog to {}: {}", file.native(), reason));
}

Result<Handle> open(const path& file, int flags) {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    Handle handle(raw);
    if (code != SQLITE_OK) return failed(file, raw, code);
    sqlite3_busy_timeout(raw, static_cast<int>(std::chrono::milliseconds(kPatience).count()));
    return handle;
}

// Empty, and for its owner only before SQLite writes a byte to it.
Result<void> make_file(const path& file) {
    const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0)
        return fail(Fault::internal,
                    fmt::format("cannot write {}: {}", file.native(), std::strerror(errno)));
    ::close(made);
    return {};
}

Result<void> copy_online(const path& from, const path& to) {
    const auto source = open(from, SQLITE_OPEN_READONLY);
    if (!source) return std::unexpected(source.error());
    const auto target = open(to, SQLITE_OPEN_READWRITE);
    if (!target) return std::unexpected(target.error());
    auto* backup = sqlite3_backup_init(target->get(), "main", source->get(), "main");
    if (backup == nullptr) return failed(to, target->get(), sqlite3_errcode(target->get()));
    // All in one step, so one read transaction: in pieces it would begin anew after each write of
    // the server. Readers do not hold a writer up.
    const int stepped = sqlite3_backup_step(backup, -1);
    const int finished = sqlite3_backup_finish(backup);
    if (stepped != SQLITE_DONE) return failed(to, target->get(), stepped);
    if (finished != SQLITE_OK) return failed(to, target->get(), finished);
    const int single =
        sqlite3_exec(target->get(), "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
    if (single != SQLITE_OK) return failed(to, target->get(), single);
    return {};
}

}  // namespace

Result<void> copy_database(const path& from, const path& to) {
    if (auto made = make_file(to); !made) return made;
    auto copied = copy_online(from, to);
    if (!copied) ::unlink(to.c_str());
    return copied;
}

Result<std::vector<std::string>> check_database(const path& file) {
    try {
        Connection connection(file, Connection::Access::read_only);
        connection.wait_until(deadline_in(kPatience));
        std::vector<std::string> findings;
        auto integrity = connection.query("PRAGMA integrity_check(100)");
        while (integrity.step())
            if (integrity.text(0) != "ok") findings.push_back(integrity.text(0));
        auto foreign = connection.query("PRAGMA foreign_key_check");
        for (int count = 0; count < kMostFindings && foreign.step(); ++count)
            findings.push_back(fmt::format("row {} of {} names a row of {} that is not there",
                                           foreign.integer(1), foreign.text(0), foreign.text(2)));
        return findings;
    } catch (const SqliteError& error) {
        return std::unexpected(error.as_error());
    }
}

}  // namespace cameo::store::sqlite
