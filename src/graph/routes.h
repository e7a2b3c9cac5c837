#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "graph/target.h"
#include "http/request.h"

// Which resource a path names. The table is in routes.cc, one line a path: contract section 2.
namespace cameo::graph {

enum class Resource : std::uint8_t {
    users,             // the collection
    user,              // one person's directory entry
    photo,             // metadata of the largest size
    photo_value,       // bytes of the largest size
    photos,            // list of the sizes
    photo_size,        // metadata of one size
    photo_size_value,  // bytes of one size
};

struct Route {
    Resource resource = Resource::user;
    bool me = false;            // the signed-in user; otherwise user_key says who
    std::string_view user_key;  // id or userPrincipalName, decoded once
    std::string_view size;      // as sent, for photo_size and photo_size_value
    std::uint8_t methods = 0;   // bits of http::Method

    bool allows(http::Method method) const {
        return (methods >> static_cast<int>(method) & 1) != 0;
    }
};

// nullopt where no path of the table matches.
std::optional<Route> find_route(std::span<const std::string_view> segments);

// The value of the Allow header.
std::string allow_header(const Route& route);

}  // namespace cameo::graph
