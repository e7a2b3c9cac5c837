// Entries from a JSON body: an accepted entry must be complete enough to be stored and returned.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/ids.h"
#include "graph/object_json.h"

namespace json = boost::json;
using namespace cameo;

namespace {

template <class Object>
void take_and_show(const json::object& body, const graph::EntitySchema& schema) {
    Object object;
    if (!graph::check_required(body, schema) || !graph::read_object(body, schema, object)) return;
    json::object shown;
    graph::append_object(shown, object, schema, {}, graph::Extent::whole);
    Object again;
    if (!graph::read_object(shown, schema, again)) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto body = graph::parse_json_object(text);
    if (!body) return 0;
    if (const auto id = graph::id_of_new(*body); id && !is_guid(*id)) abort();
    take_and_show<directory::User>(*body, graph::kUserSchema);
    take_and_show<directory::Group>(*body, graph::kGroupSchema);
    take_and_show<directory::Contact>(*body, graph::kContactSchema);
    take_and_show<directory::ContactFolder>(*body, graph::kFolderSchema);
    return 0;
}
