#pragma once

#include <optional>
#include <string_view>

#include "base/owner.h"
#include "directory/contact.h"
#include "directory/group.h"
#include "directory/user.h"

namespace cameo::store::sqlite {

// What is particular to each kind of object. Its table has the columns number, tenant, mailbox
// (where in_mailbox) and one for each property, whose name is the property's in snake case; and
// name_key, the display name in lower case, by which lists are ordered. What is in a mailbox has no
// index of words.
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

}  // namespace cameo::store::sqlite
