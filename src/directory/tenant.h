#pragma once

#include <cstdint>
#include <string>

namespace cameo::directory {

// What an organisation is to the rights: contract section 4.
enum class TenantKind : std::uint8_t { work = 0, personal = 1, b2c = 2 };

// An organisation; nothing crosses it.
struct Tenant {
    std::string id;    // GUID, lower case: the `tid` of its tokens
    std::string name;  // as configured: `default`
    TenantKind kind = TenantKind::work;

    bool operator==(const Tenant&) const = default;
};

}  // namespace cameo::directory
