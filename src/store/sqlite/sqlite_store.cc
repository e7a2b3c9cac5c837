#include "store/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/engine.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_catalog.h"
#include "store/sqlite/sqlite_directory.h"
#include "store/sqlite/sqlite_sign_in_codes.h"

namespace cameo::store::sqlite {
namespace {

using Access = Connection::Access;
using std::filesystem::path;

// How long the start waits for another process that has the database locked.
constexpr std::chrono::seconds kLockTimeout{10};

std::unexpected<Error> failed(const char* call, const path& where) {
    const int reason = errno;
    return fail(Fault::internal,
                fmt::format("{} {}: {}", call, where.native(), std::strerror(reason)));
}

// Makes the folder (0700) and the file (0600, which SQLite also uses for its side files) if they
// are missing, and makes the file's name durable.
Result<void> make_file(const path& file) {
    const path folder = file.has_parent_path() ? file.parent_path() : path(".");
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed("mkdir", folder);
    const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (made < 0) return failed("open", file);
    ::close(made);
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) return failed("open", folder);
    const int synced = ::fsync(opened);
    ::close(opened);
    if (synced != 0) return failed("fsync", folder);
    return {};
}

Result<void> check_is_there(const path& file) {
    const auto found = is_there(file);
    if (!found) return std::unexpected(found.error());
    if (*found) return {};
    return fail(Fault::internal, fmt::format("There is no database {}.", file.native()));
}

// SQLite treats a file shorter than a page as an empty database, and would overwrite it.
Result<void> check_is_not_truncated(const path& file) {
    constexpr std::uintmax_t kSmallestPage = 512;
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error || size == 0 || size >= kSmallestPage) return {};
    return fail(Fault::internal, fmt::format("{} was cut short to {} bytes: restore it from a "
                                             "backup.",
                                             file.native(), size));
}

Result<void> set_up(Connection& connection, const path& file, Access access) {
    connection.wait_until(deadline_in(kLockTimeout));
    // Removed rows are overwritten, also by a migration: docs/storage.md, "Erasure".
    if (access == Access::read_write) connection.execute("PRAGMA secure_delete=ON");
    if (auto ready = prepare_schema(connection, file, access); !ready) return ready;
    if (access == Access::read_only) return {};
    auto mode = connection.query("PRAGMA journal_mode=WAL");
    if (!mode.step() || mode.text(0) != "wal")
        return fail(Fault::internal, fmt::format("{} cannot use a write-ahead log: is it on a "
                                                 "network file system?",
                                                 file.native()));
    connection.execute("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON");
    return {};
}

class OpenStore final : public SqliteStore {
  public:
    OpenStore(const path& file, Access access, std::unique_ptr<Connection> connection)
        : engine_(file, access, std::move(connection)),
          catalog_(engine_),
          directory_(engine_),
          sign_in_codes_(engine_) {}

    photo::Catalog& catalog() override { return catalog_; }
    directory::Store& directory() override { return directory_; }
    directory::SignInCodes& sign_in_codes() override { return sign_in_codes_; }

  private:
    Engine engine_;
    SqliteCatalog catalog_;
    SqliteDirectory directory_;
    SqliteSignInCodes sign_in_codes_;
};

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const path& file, Open mode) {
    const auto access = mode == Open::read_only ? Access::read_only : Access::read_write;
    auto there = mode == Open::read_only ? check_is_there(file) : make_file(file);
    if (there) there = check_is_not_truncated(file);
    if (!there) return std::unexpected(std::move(there.error()));
    try {
        auto connection = std::make_unique<Connection>(file, access);
        if (auto ready = set_up(*connection, file, access); !ready)
            return std::unexpected(std::move(ready.error()));
        return std::make_unique<OpenStore>(file, access, std::move(connection));
    } catch (const SqliteError& error) {
        return std::unexpected(error.as_error());
    } catch (const std::exception& error) {
        return fail(Fault::internal, fmt::format("{}: {}", file.native(), error.what()));
    }
}

}  // namespace cameo::store::sqlite
