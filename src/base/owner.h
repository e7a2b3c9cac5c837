#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

// The owners of photos: terms that directory, photo and access share.
namespace cameo {

// docs/http.md, "Paths". A team is another name of its group, so it is not a kind of its own.
enum class OwnerKind : std::uint8_t { user = 1, group = 2, contact = 3 };

// The storage of an owner's photo, which decides its sizes (docs/http.md, "Sizes"): the HD sizes
// only (mailbox), or also the upload's own width and height (directory).
enum class PhotoStorage : std::uint8_t { mailbox = 0, directory = 1 };

// The key of one owner. The tenant is part of it, so nothing keyed by it can cross tenants.
// `tenant` and `id` are the directory's canonical ids, never a userPrincipalName.
struct OwnerKey {
    std::string tenant;
    OwnerKind kind = OwnerKind::user;
    std::string id;

    auto operator<=>(const OwnerKey&) const = default;
};

// The id of a user whose only permission for a write of a group is ownership. The write
// checks this in its own transaction: Fault::denied if the group exists and the user does not own
// it. nullopt if the permission has another reason.
using ActingOwner = std::optional<std::string>;

struct OwnerKeyHash {
    std::size_t operator()(const OwnerKey& key) const noexcept {
        const std::hash<std::string_view> hash;
        return hash(key.id) ^ (hash(key.tenant) * 31) ^ static_cast<std::size_t>(key.kind);
    }
};

}  // namespace cameo
