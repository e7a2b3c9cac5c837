#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "directory/property.h"
#include "directory/query.h"

namespace cameo::graph {

// The type of a property's value in $filter.
enum class FilterType : std::uint8_t { none, text, boolean };

// The type of a property by its Graph name; none if the object type lacks it or it cannot be
// compared.
using FilterTypes = FilterType (*)(std::string_view name);

template <class Object>
FilterType filter_type(std::string_view name) {
    const auto* property = directory::find_property<Object>(name);
    if (property == nullptr) return FilterType::none;
    if (std::holds_alternative<std::string Object::*>(property->member)) return FilterType::text;
    if (std::holds_alternative<bool Object::*>(property->member)) return FilterType::boolean;
    return FilterType::none;
}

// The value of $filter (OData 4.01 URL conventions section 5.1.1, the part that docs/directory.md
// names): `startsWith(displayName,'a') and not (mail eq null)`. Keywords in any letter case.
// Fault::malformed with what is wrong and where. Bounded: at most 100 comparisons (each value of
// `in` is one), 20 levels, texts of 1,024 bytes.
Result<directory::Filter> parse_filter(std::string_view text, FilterTypes types);

}  // namespace cameo::graph
