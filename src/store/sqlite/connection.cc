#include "store/sqlite/connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "store/sqlite/text_search.h"

namespace cameo::store::sqlite {
namespace {

constexpr int kPrimaryCode = 0xff;  // the other bits of an extended result code name the kind

SqliteError failure(sqlite3* database, int code) {
    const char* file = sqlite3_db_filename(database, "main");
    return {code, fmt::format("{}: {} ({})", file == nullptr ? "" : file, sqlite3_errmsg(database),
                              sqlite3_extended_errcode(database))};
}

// https://sqlite.org/security.html, "Untrusted SQLite database files".
int harden(sqlite3* database) {
    for (const auto& [option, value] :
         {std::pair(SQLITE_DBCONFIG_DEFENSIVE, 1), std::pair(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
          std::pair(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0)})
        if (const int code = sqlite3_db_config(database, option, value, nullptr); code != SQLITE_OK)
            return code;
    return sqlite3_exec(database, "PRAGMA cell_size_check=ON", nullptr, nullptr, nullptr);
}

}  // namespace

bool SqliteError::is_busy() const {
    const int code = code_ & kPrimaryCode;
    return code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_INTERRUPT;
}

bool SqliteError::is_foreign() const {
    const int code = code_ & kPrimaryCode;
    return code == SQLITE_NOTADB || code == SQLITE_CORRUPT;
}

Error SqliteError::as_commit_error() const {
    auto error = as_error();
    if ((code_ & kPrimaryCode) == SQLITE_IOERR) error.fault = Fault::outcome_unknown;
    return error;
}

Error SqliteError::as_error() const {
    if (is_busy()) return {Fault::busy, "The catalog did not answer in time."};
    if (is_foreign())
        return {Fault::internal, detail_ +
                                     ". The file is no SQLite database or is damaged: "
                                     "restore it from a backup."};
    return {Fault::internal, detail_};
}

Query::~Query() {
    if (afterwards_ == Afterwards::finalize) {
        sqlite3_finalize(statement_);
        return;
    }
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

void Query::check(int code) const {
    if (code != SQLITE_OK) throw failure(database_, code);
}

Query& Query::bind(int parameter, std::string_view text) {
    // A null pointer would bind NULL; empty text is not NULL.
    const char* data = text.data() == nullptr ? "" : text.data();
    check(
        sqlite3_bind_text64(statement_, parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Query& Query::bind(int parameter, std::int64_t number) {
    check(sqlite3_bind_int64(statement_, parameter, number));
    return *this;
}

Query& Query::bind(int parameter, ByteView bytes) {
    const void* data = bytes.data() == nullptr ? static_cast<const void*>("") : bytes.data();
    check(sqlite3_bind_blob64(statement_, parameter, data, bytes.size(), SQLITE_STATIC));
    return *this;
}

bool Query::step() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) throw failure(database_, code);
    return code == SQLITE_ROW;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::text(int column) const { return std::string(as_text(bytes(column))); }

ByteView Query::bytes(int column) const {
    const void* data = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (data == nullptr || size <= 0) return {};
    return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

void Connection::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Connection::Connection(const std::filesystem::path& file, Access access) {
    const int flags = access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    // NOMUTEX: one thread at a time uses a connection.
    int code = sqlite3_open_v2(file.c_str(), &database_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code == SQLITE_OK) code = harden(database_);
    if (code == SQLITE_OK) {
        add_has_words(database_);
        return;
    }
    const std::string reason = database_ == nullptr ? "out of memory" : sqlite3_errmsg(database_);
    sqlite3_close(database_);
    throw SqliteError(code, fmt::format("{}: {}", file.native(), reason));
}

Connection::~Connection() {
    statements_.clear();
    sqlite3_close(database_);
}

void Connection::trust_schema() {
    const int code = sqlite3_db_config(database_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, nullptr);
    if (code != SQLITE_OK) throw failure(database_, code);
}

void Connection::wait_until(Deadline deadline) {
    using std::chrono::milliseconds;
    const auto left = std::chrono::ceil<milliseconds>(deadline - Deadline::clock::now());
    const auto bounded = std::clamp(left, milliseconds(0), milliseconds(std::chrono::hours(1)));
    sqlite3_busy_timeout(database_, static_cast<int>(bounded.count()));
}

void Connection::run_until(Deadline deadline) {
    wait_until(deadline);
    end_ = deadline;
    // About ten microseconds between two reads of the clock, each of 30 ns.
    constexpr int kInstructions = 1'000;
    sqlite3_progress_handler(
        database_, kInstructions,
        [](void* end) { return has_passed(*static_cast<const Deadline*>(end)) ? 1 : 0; }, &end_);
}

void Connection::execute(const std::string& sql) {
    const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw failure(database_, code);
}

void Connection::roll_back() {
    if (in_transaction()) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
}

sqlite3_stmt* Connection::prepare(std::string_view sql, unsigned flags) {
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), flags,
                                        &prepared, nullptr);
    if (code != SQLITE_OK) throw failure(database_, code);
    return prepared;
}

Query Connection::query(std::string_view sql) {
    auto& statement = statements_[sql];
    if (!statement) statement.reset(prepare(sql, SQLITE_PREPARE_PERSISTENT));
    return {database_, statement.get(), Query::Afterwards::keep};
}

Query Connection::query_once(std::string_view sql) {
    return {database_, prepare(sql, 0), Query::Afterwards::finalize};
}

std::int64_t Connection::number(std::string_view sql) {
    auto found = query(sql);
    return found.step() ? found.integer(0) : 0;
}

void Connection::copy_to(Connection& target) {
    auto* backup = sqlite3_backup_init(target.database_, "main", database_, "main");
    if (backup == nullptr) throw failure(target.database_, sqlite3_errcode(target.database_));
    // All pages in one step, in one read transaction: in several steps SQLite would restart the
    // copy after each write of the server. Readers do not block a writer.
    const int stepped = sqlite3_backup_step(backup, -1);
    const int finished = sqlite3_backup_finish(backup);
    if (stepped != SQLITE_DONE) throw failure(target.database_, stepped);
    if (finished != SQLITE_OK) throw failure(target.database_, finished);
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

std::int64_t Connection::last_row() const { return sqlite3_last_insert_rowid(database_); }

std::int64_t Connection::changes() const { return sqlite3_changes64(database_); }

BoundSql& BoundSql::sql(std::string_view text) {
    text_ += text;
    return *this;
}

BoundSql& BoundSql::value(Value value) {
    values_.push_back(std::move(value));
    text_ += '?' + std::to_string(values_.size());
    return *this;
}

void bind_all(Query& query, const std::vector<Value>& values) {
    int parameter = 0;
    for (const auto& value : values)
        std::visit([&](const auto& bound) { query.bind(++parameter, bound); }, value);
}

}  // namespace cameo::store::sqlite
