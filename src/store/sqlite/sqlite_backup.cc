#include "store/sqlite/sqlite_backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/clock.h"
#include "base/file.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/schema.h"

namespace cameo::store::sqlite {
namespace {

using std::filesystem::path;

constexpr std::chrono::minutes kLockTimeout{1};
constexpr int kMaxFindings = 100;

// An empty file of mode 0600, before SQLite writes to it.
Result<void> make_file(const path& file) {
    const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0)
        return fail(Fault::internal,
                    fmt::format("cannot write {}: {}", file.native(), std::strerror(errno)));
    ::close(made);
    return {};
}

void copy_online(const path& from, const path& to) {
    Connection source(from, Connection::Access::read_only);
    Connection target(to, Connection::Access::read_write);
    source.wait_until(deadline_in(kLockTimeout));
    target.wait_until(deadline_in(kLockTimeout));
    source.copy_to(target);
    target.execute("PRAGMA journal_mode=DELETE");
}

Result<void> check_schema(Connection& connection, const path& file) {
    const auto newest = static_cast<std::int64_t>(migrations().size());
    const auto version = connection.number("PRAGMA user_version");
    if (connection.number("PRAGMA application_id") != kApplicationId || version < 1)
        return fail(Fault::malformed, fmt::format("{} is no catalog of Cameo", file.native()));
    if (version > newest)
        return fail(Fault::malformed,
                    fmt::format("{} has schema {}; this program knows schemas up to {}: use the "
                                "version that made it",
                                file.native(), version, newest));
    if (const auto difference = difference_from_schema(connection, version))
        return fail(Fault::malformed, fmt::format("{} {}: it was changed by another program",
                                                  file.native(), *difference));
    return {};
}

}  // namespace

Result<void> copy_database(const path& from, const path& to) {
    if (auto made = make_file(to); !made) return made;
    try {
        copy_online(from, to);
        return sync_folder(to.parent_path());
    } catch (const SqliteError& error) {
        ::unlink(to.c_str());
        return fail(error.as_error().fault, fmt::format("cannot copy the catalog to {}: {}",
                                                        to.native(), error.as_error().detail));
    }
}

Result<void> keep_before_migration(const path& file, std::int64_t version) {
    const path copy = fmt::format("{}.schema-{}", file.native(), version);
    const path partial = copy.native() + ".part";
    for (const char* ending : {"", "-journal"}) ::unlink((partial.native() + ending).c_str());
    auto kept = copy_database(file, partial);
    if (kept) kept = rename_file(partial, copy);
    if (kept) kept = sync_folder(copy.parent_path());
    if (!kept) ::unlink(partial.c_str());
    return kept;
}

Result<void> check_catalog(const path& file) {
    try {
        Connection connection(file, Connection::Access::read_only);
        connection.wait_until(deadline_in(kLockTimeout));
        if (auto known = check_schema(connection, file); !known) return known;
        auto integrity = connection.query("PRAGMA integrity_check(1)");
        if (!integrity.step() || integrity.text(0) != "ok")
            return fail(Fault::malformed,
                        fmt::format("{} is damaged: {}", file.native(), integrity.text(0)));
        return {};
    } catch (const SqliteError& error) {
        return fail(Fault::malformed, error.as_error().detail);
    }
}

Result<std::vector<std::string>> check_database(const path& file) {
    try {
        Connection connection(file, Connection::Access::read_only);
        connection.wait_until(deadline_in(kLockTimeout));
        std::vector<std::string> findings;
        auto integrity = connection.query("PRAGMA integrity_check(100)");
        while (integrity.step())
            if (integrity.text(0) != "ok") findings.push_back(integrity.text(0));
        auto foreign = connection.query("PRAGMA foreign_key_check");
        for (int count = 0; count < kMaxFindings && foreign.step(); ++count)
            findings.push_back(fmt::format("row {} of {} names a row of {} that is not there",
                                           foreign.integer(1), foreign.text(0), foreign.text(2)));
        return findings;
    } catch (const SqliteError& error) {
        return std::unexpected(error.as_error());
    }
}

}  // namespace cameo::store::sqlite
