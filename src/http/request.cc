#include "http/request.h"

#include "base/text.h"

namespace cameo::http {

std::string_view Request::find(std::string_view name) const {
    for (const auto& field : fields)
        if (equals_ignoring_case(field.name, name)) return field.value;
    return {};
}

}  // namespace cameo::http
