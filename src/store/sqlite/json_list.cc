#include "store/sqlite/json_list.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace cameo::store::sqlite {
namespace {

using directory::EmailAddress;
namespace json = boost::json;

bool read(const json::value& value, std::string& text) {
    if (!value.is_string()) return false;
    text = std::string(std::string_view(value.get_string()));
    return true;
}

bool read(const json::value& value, EmailAddress& address) {
    const auto* object = value.if_object();
    if (object == nullptr) return false;
    const auto* name = object->if_contains("name");
    const auto* mailbox = object->if_contains("address");
    return name != nullptr && mailbox != nullptr && read(*name, address.name) &&
           read(*mailbox, address.address);
}

}  // namespace

std::string to_json(const std::vector<std::string>& texts) {
    return json::serialize(json::array(texts.begin(), texts.end()));
}

std::string to_json(const std::vector<EmailAddress>& addresses) {
    json::array array;
    for (const auto& item : addresses)
        array.push_back(json::object{{"name", item.name}, {"address", item.address}});
    return json::serialize(array);
}

template <class Item>
Result<std::vector<Item>> from_json(std::string_view text) {
    json::error_code error;
    const auto parsed = json::parse(text, error);
    if (error || !parsed.is_array()) return fail(Fault::internal, "a list is no JSON array");
    std::vector<Item> items;
    for (const auto& value : parsed.get_array())
        if (!read(value, items.emplace_back()))
            return fail(Fault::internal, "a list holds what does not belong there");
    return items;
}

template Result<std::vector<std::string>> from_json(std::string_view);
template Result<std::vector<EmailAddress>> from_json(std::string_view);

}  // namespace cameo::store::sqlite
