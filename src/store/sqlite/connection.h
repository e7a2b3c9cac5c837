#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace cameo::store::sqlite {

// A failed call of SQLite. Thrown only inside this module; Engine converts it to an Error.
class SqliteError final : public std::exception {
  public:
    SqliteError(int code, std::string detail) : code_(code), detail_(std::move(detail)) {}

    const char* what() const noexcept override { return detail_.c_str(); }
    bool is_busy() const;     // another connection holds the lock, or time ran out
    bool is_foreign() const;  // the file is not a database, or is damaged
    Error as_error() const;
    // As as_error, of a failed COMMIT: Fault::outcome_unknown if the log may hold it already.
    Error as_commit_error() const;

  private:
    int code_;
    std::string detail_;
};

// One run of a prepared statement. Parameters are numbered from 1, columns from 0. Bound values are
// borrowed until it is destroyed. Ends the statement's transaction when it is destroyed.
class Query {
  public:
    enum class Afterwards { keep, finalize };  // what the destructor does with the statement

    Query(sqlite3* database, sqlite3_stmt* statement, Afterwards afterwards)
        : database_(database), statement_(statement), afterwards_(afterwards) {}
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    Query& bind(int parameter, std::string_view text);
    Query& bind(int parameter, std::int64_t number);
    Query& bind(int parameter, ByteView bytes);

    bool step();  // true: there is a row
    std::int64_t integer(int column) const;
    std::string text(int column) const;
    ByteView bytes(int column) const;  // until the next step

  private:
    void check(int code) const;

    sqlite3* database_;
    sqlite3_stmt* statement_;
    Afterwards afterwards_;
};

// One connection to one database file, and its prepared statements. One thread at a time. Failures
// throw SqliteError. The schema of the file is not trusted (https://sqlite.org/security.html): its
// triggers and views use no function with side effects and no virtual table, no extension is
// loaded, and neither sqlite_schema nor the shadow tables of a full-text index can be changed.
class Connection {
  public:
    enum class Access { read_write, read_only };

    Connection(const std::filesystem::path& file, Access access);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Its triggers and views may use virtual tables afterwards.
    void trust_schema();
    // How long the following calls wait for a lock that another connection holds.
    void wait_until(Deadline deadline);
    // As wait_until; and statements that still run then fail with SQLITE_INTERRUPT. For reads only:
    // SQLite rolls back the whole transaction of a write that it interrupts.
    void run_until(Deadline deadline);
    // Statements without results, separated by semicolons.
    void execute(const std::string& sql);
    // Rolls back the transaction, if there is one. Never fails: the next BEGIN reports an error.
    void roll_back();
    // Prepared at its first use and kept; `sql` must outlive the connection.
    Query query(std::string_view sql);
    // Prepared for this one run: for SQL that is built at run time.
    Query query_once(std::string_view sql);
    std::int64_t number(std::string_view sql);  // the first column of the first row; 0 without row

    // Copies a snapshot of the whole database over that of `target`.
    void copy_to(Connection& target);

    bool in_transaction() const;
    std::int64_t changes() const;   // rows that the last statement changed
    std::int64_t last_row() const;  // the number of the last inserted row

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };

    sqlite3_stmt* prepare(std::string_view sql, unsigned flags);

    sqlite3* database_ = nullptr;
    Deadline end_ = Deadline::max();
    std::map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

// Several reads of one moment.
class Snapshot {
  public:
    explicit Snapshot(Connection& connection) : connection_(connection) {
        connection_.execute("BEGIN");
    }
    ~Snapshot() { connection_.roll_back(); }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

  private:
    Connection& connection_;
};

using Value = std::variant<std::string, std::int64_t>;

// A statement built at run time: its text, and the bound values. Text of a client is never
// part of the statement's text.
class BoundSql {
  public:
    BoundSql& sql(std::string_view text);
    BoundSql& value(Value value);  // appends its parameter

    const std::string& text() const { return text_; }
    const std::vector<Value>& values() const { return values_; }

  private:
    std::string text_;
    std::vector<Value> values_;
};

// Binds the values from the first parameter on. They are borrowed.
void bind_all(Query& query, const std::vector<Value>& values);

}  // namespace cameo::store::sqlite
