#include "access/permissions.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace cameo::access {
namespace {

using enum Subject;
constexpr auto kNone = Reach::none;
constexpr auto kOwn = Reach::own;
constexpr auto kAll = Reach::all;

enum class Verb : std::uint8_t { read, write };
constexpr auto kRead = Verb::read;
constexpr auto kWrite = Verb::write;

struct Right {
    Subject subject;
    Verb verb;
    std::string_view permission;
    Reach work;         // delegated, work or school account
    Reach personal;     // delegated, personal account
    Reach application;  // the app itself
};

// One line a permission, in the order of Microsoft's tables. To grow: add lines.
constexpr std::array kRights{
    // subject, verb, permission, work, personal, application
    Right{user_photo, kRead, "ProfilePhoto.Read.All", kAll, kNone, kAll},
    Right{user_photo, kRead, "ProfilePhoto.ReadWrite.All", kAll, kNone, kAll},
    Right{user_photo, kRead, "User.Read", kOwn, kOwn, kNone},
    Right{user_photo, kRead, "User.ReadBasic.All", kAll, kNone, kAll},
    Right{user_photo, kRead, "User.Read.All", kAll, kNone, kAll},
    Right{user_photo, kRead, "User.ReadWrite", kOwn, kOwn, kNone},
    Right{user_photo, kRead, "User.ReadWrite.All", kAll, kNone, kAll},

    Right{user_photo, kWrite, "ProfilePhoto.ReadWrite.All", kAll, kNone, kAll},
    Right{user_photo, kWrite, "User.ReadWrite", kOwn, kOwn, kNone},
    Right{user_photo, kWrite, "User.ReadWrite.All", kAll, kNone, kAll},

    Right{user, kRead, "User.Read", kOwn, kOwn, kNone},
    Right{user, kRead, "User.ReadWrite", kOwn, kOwn, kNone},
    Right{user, kRead, "User.ReadBasic.All", kAll, kOwn, kAll},
    Right{user, kRead, "User.Read.All", kAll, kOwn, kAll},
    Right{user, kRead, "User.ReadWrite.All", kAll, kOwn, kAll},
    Right{user, kRead, "Directory.Read.All", kAll, kOwn, kAll},
    Right{user, kRead, "Directory.ReadWrite.All", kAll, kOwn, kAll},

    Right{user, kWrite, "User.ReadWrite.All", kAll, kNone, kAll},
    Right{user, kWrite, "Directory.ReadWrite.All", kAll, kNone, kAll},
};

// Each name once, in the table's order: its place is its bit.
struct Names {
    std::array<std::string_view, kRights.size()> name{};
    std::size_t count = 0;
};
constexpr Names kNames = [] {
    Names names;
    for (const Right& right : kRights) {
        const auto end = names.name.begin() + names.count;
        if (std::find(names.name.begin(), end, right.permission) == end)
            names.name[names.count++] = right.permission;
    }
    return names;
}();
static_assert(kNames.count <= 64, "PermissionSet has 64 bits");

constexpr PermissionSet bit_of(std::string_view name) {
    for (std::size_t i = 0; i < kNames.count; ++i)
        if (kNames.name[i] == name) return PermissionSet{1} << i;
    return 0;
}

constexpr Reach column(const Right& right, TokenKind kind) {
    switch (kind) {
        case TokenKind::work:
            return right.work;
        case TokenKind::personal:
            return right.personal;
        case TokenKind::application:
            return right.application;
    }
    return Reach::none;
}

}  // namespace

PermissionSet permission_bit(std::string_view name) { return bit_of(name); }

PermissionSet permissions_from(std::string_view names) {
    PermissionSet set = 0;
    for (const auto name : split_list(names, ' ')) set |= bit_of(name);
    return set;
}

Reach reach_of(PermissionSet permissions, TokenKind kind, Subject subject, Operation operation) {
    // Personal accounts get a photo's bytes but not its metadata (contract section 4).
    if (kind == TokenKind::personal && subject == user_photo && operation == Operation::read)
        return Reach::none;
    const Verb verb = operation == Operation::write ? kWrite : kRead;
    Reach farthest = Reach::none;
    for (const Right& right : kRights)
        if (right.subject == subject && right.verb == verb &&
            (permissions & bit_of(right.permission)) != 0)
            farthest = std::max(farthest, column(right, kind));
    return farthest;
}

}  // namespace cameo::access
