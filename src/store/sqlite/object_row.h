#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/owner.h"
#include "base/result.h"
#include "directory/objects.h"
#include "directory/store.h"
#include "store/sqlite/connection.h"

namespace cameo::store::sqlite {

// The properties of each kind of object that SQL needs. Its table has the columns number, tenant,
// mailbox (if in_mailbox) and one for each property, whose name is the property's in snake case;
// and name_key, the display name in lower case, by which lists are ordered. Kinds in a mailbox have
// no full-text index. All but folders have the column `kept` too.
template <class Object>
struct Kind;

template <>
struct Kind<directory::User> {
    static constexpr std::string_view kTable = "users";
    static constexpr std::string_view kText = "users_text";  // the words of searched properties
    static constexpr std::optional<OwnerKind> kOwner = OwnerKind::user;
    static constexpr bool kInMailbox = false;
};

template <>
struct Kind<directory::Group> {
    static constexpr std::string_view kTable = "groups";
    static constexpr std::string_view kText = "groups_text";
    static constexpr std::optional<OwnerKind> kOwner = OwnerKind::group;
    static constexpr bool kInMailbox = false;
};

template <>
struct Kind<directory::Contact> {
    static constexpr std::string_view kTable = "contacts";
    static constexpr std::optional<OwnerKind> kOwner = OwnerKind::contact;
    static constexpr bool kInMailbox = true;
};

template <>
struct Kind<directory::ContactFolder> {
    static constexpr std::string_view kTable = "contact_folders";
    static constexpr std::optional<OwnerKind> kOwner = std::nullopt;
    static constexpr bool kInMailbox = true;
};

// Lists in one column: JSON arrays of texts, or of objects with `name` and `address`.

std::string to_json(const std::vector<std::string>& texts);
std::string to_json(const std::vector<directory::EmailAddress>& addresses);

// For std::string and EmailAddress. Fault::internal if it is not such an array.
template <class Item>
Result<std::vector<Item>> from_json(std::string_view json);

// Objects as rows, by directory::properties. For User, Group, Contact and ContactFolder.

// `tenant, mailbox, id, display_name, ...`: the columns of an object in the order of values_of.
// With its kept properties `kept` is the last.
template <class Object>
const std::vector<std::string>& columns();

// `tenant, id, ...` for read_object.
template <class Object>
std::string column_list(directory::WithKept with_kept);

// Texts unchanged, booleans as 0 and 1, lists as JSON arrays, email addresses as JSON objects with
// `name` and `address`.
template <class Object>
std::vector<Value> values_of(const Object& object);

// From the columns of column_list, 0 and up of the row. Fault::internal if the JSON of a list does
// not parse.
template <class Object>
Result<Object> read_object(const Query& row,
                           directory::WithKept with_kept = directory::WithKept::no);

// The statements of one kind; only the names differ between kinds. Parameters are `columns`
// in their order. They live as long as the program, as Connection::query requires.
struct ObjectStatements {
    std::string find;  // by tenant ?1 and id ?2
    std::string find_with_kept;
    std::string insert;
    std::string update;  // of the object with this tenant and id; except tenant, mailbox, id
};

// For User, Group, Contact and ContactFolder.
template <class Object>
const ObjectStatements& object_statements();

// `SELECT the columns of read_object FROM its table WHERE condition`.
template <class Object>
std::string select_object(std::string_view condition,
                          directory::WithKept with_kept = directory::WithKept::no);

}  // namespace cameo::store::sqlite
