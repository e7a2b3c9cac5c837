#pragma once

#include <string>
#include <string_view>

namespace cameo::store::sqlite {

// The statements that differ from kind to kind in their names only. Parameters are the columns of
// entry_row.h in their order. They live as long as the program, as Connection::query wants it.
struct EntryStatements {
    std::string find;  // by tenant ?1 and id ?2
    std::string insert;
    std::string update;  // of the entry with this tenant and id; leaves tenant, mailbox, id alone
};

// For User, Group, Contact and ContactFolder.
template <class Entry>
const EntryStatements& entry_statements();

// `SELECT the columns of read_entry FROM its table WHERE condition`.
template <class Entry>
std::string select_entry(std::string_view condition);

}  // namespace cameo::store::sqlite
