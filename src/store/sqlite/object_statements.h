#pragma once

#include <string>
#include <string_view>

namespace cameo::store::sqlite {

// The statements that differ from kind to kind in their names only. Parameters are the columns of
// object_row.h in their order. They live as long as the program, as Connection::query wants it.
struct ObjectStatements {
    std::string find;  // by tenant ?1 and id ?2
    std::string insert;
    std::string update;  // of the object with this tenant and id; leaves tenant, mailbox, id alone
};

// For User, Group, Contact and ContactFolder.
template <class Object>
const ObjectStatements& object_statements();

// `SELECT the columns of read_object FROM its table WHERE condition`.
template <class Object>
std::string select_object(std::string_view condition);

}  // namespace cameo::store::sqlite
