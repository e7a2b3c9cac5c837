#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "directory/contact.h"

// Lists in one column: JSON arrays of texts, or of objects with `name` and `address`.
namespace cameo::store::sqlite {

std::string to_json(const std::vector<std::string>& texts);
std::string to_json(const std::vector<directory::EmailAddress>& addresses);

// For std::string and EmailAddress. Fault::internal where that is no such array.
template <class Item>
Result<std::vector<Item>> from_json(std::string_view json);

}  // namespace cameo::store::sqlite
