#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

// The vocabulary that the directory, the photos and the rights share: who can have a photo.
namespace cameo {

// Contract section 1. A team is another name of its group, so it is no kind of its own.
enum class OwnerKind : std::uint8_t { user = 1, group = 2, contact = 3 };

// Where an owner's photo is kept, which decides its sizes (contract section 1): the HD sizes alone
// (mailbox), or the upload's own width and height beside them (directory).
enum class PhotoStorage : std::uint8_t { mailbox = 0, directory = 1 };

// Names one owner. The tenant is part of the key, so nothing keyed by it can cross tenants.
// `tenant` and `id` are the directory's canonical ids, never a userPrincipalName.
struct OwnerKey {
    std::string tenant;
    OwnerKind kind = OwnerKind::user;
    std::string id;

    auto operator<=>(const OwnerKey&) const = default;
};

// Who writes a group for no other reason than that they own it: a user's id. The write looks again
// in its own transaction: Fault::denied where the group is there and is not theirs. nullopt where
// the right to the write has another reason.
using ActingOwner = std::optional<std::string>;

struct OwnerKeyHash {
    std::size_t operator()(const OwnerKey& key) const noexcept {
        const std::hash<std::string_view> hash;
        return hash(key.id) ^ (hash(key.tenant) * 31) ^ static_cast<std::size_t>(key.kind);
    }
};

}  // namespace cameo
