#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/text.h"
#include "directory/kept.h"
#include "directory/property.h"
#include "directory/query.h"

namespace cameo::graph {

// The type of a property's value in $filter.
enum class FilterType : std::uint8_t {
    none,
    text,
    boolean,
    time,
    texts,      // a list, for any()
    addresses,  // a list of objects with address and name, for any()
    key,        // a text that only `eq` and `in` compare
    kept,       // known, and not compared
    team,       // resourceProvisioningOptions: the list holds Team where isTeam is true
};

struct FilterProperty {
    std::string_view name = {};  // in the schema's spelling
    FilterType type = FilterType::none;
};

// The property of that name in any letter case; of type none if the object type lacks it or it
// cannot be compared.
using FilterProperties = FilterProperty (*)(std::string_view name);

template <class Object>
FilterType filter_type(const typename directory::Property<Object>::Member& member) {
    using Addresses = std::vector<directory::EmailAddress>;
    if (std::holds_alternative<std::string Object::*>(member)) return FilterType::text;
    if (std::holds_alternative<bool Object::*>(member)) return FilterType::boolean;
    if (std::holds_alternative<Instant Object::*>(member)) return FilterType::time;
    if (std::holds_alternative<std::vector<std::string> Object::*>(member))
        return FilterType::texts;
    if (std::holds_alternative<Addresses Object::*>(member)) return FilterType::addresses;
    return FilterType::none;
}

template <class Object>
FilterProperty filter_property(std::string_view name) {
    if constexpr (std::is_same_v<Object, directory::Group>) {
        if (equals_ignoring_case(name, "resourceProvisioningOptions"))
            return {"isTeam", FilterType::team};
        if (equals_ignoring_case(name, "isTeam")) return {};  // not a property of Graph
    }
    for (const auto& property : directory::properties<Object>())
        if (equals_ignoring_case(property.name, name))
            return {property.name, filter_type<Object>(property.member)};
    for (const auto& kept : directory::kept_properties<Object>())
        if (equals_ignoring_case(kept.name, name) && kept.use != directory::KeptUse::dropped)
            return {kept.name,
                    kept.name == directory::kEmployeeId ? FilterType::key : FilterType::kept};
    return {};
}

// What the filter of one list takes besides.
struct FilterDialect {
    // `microsoft.graph.{type}/` and `graph.{type}/` before a property; empty for none.
    std::string_view type = {};
    bool double_quotes = false;  // texts in double quotes too
};

// The value of $filter (OData 4.01 URL conventions section 5.1.1, the part that docs/directory.md
// names): `startsWith(displayName,'a') and not (mail eq null)`,
// `groupTypes/any(c:c eq 'Unified')`. Keywords and names in any letter case.
// Fault::malformed with what is wrong and where; Fault::unsupported_query for another operator or
// lambda of OData. Bounded: at most 100 comparisons (each value of
// `in` is one), 20 levels, texts of 4,096 bytes.
Result<directory::Filter> parse_filter(std::string_view text, FilterProperties properties,
                                       FilterDialect dialect = {});

}  // namespace cameo::graph
