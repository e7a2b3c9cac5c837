// A new user from a JSON body: what is taken must be whole enough to be stored and shown again.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/ids.h"
#include "graph/user_json.h"

namespace json = boost::json;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    boost::system::error_code error;
    const auto body = json::parse(text, error, {}, {.max_depth = 16});
    if (error || !body.is_object()) return 0;
    const auto user = cameo::graph::parse_user(body.get_object());
    if (!user) return 0;
    if (!cameo::is_guid(user->id) || user->display_name.empty()) abort();
    json::object shown;
    if (!cameo::graph::append_user(shown, *user, {})) abort();
    return 0;
}
