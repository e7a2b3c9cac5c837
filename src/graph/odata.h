#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// The OData system query options of reads, and the amount of metadata in replies.
namespace cameo::graph {

// `odata.metadata=` of Accept or $format: OData JSON format 4.01 section 3.1.
enum class MetadataLevel : std::uint8_t { none, minimal, full };

// Which options a resource supports besides $select and $format.
enum class OptionSet : std::uint8_t { object, list, list_with_skip, delta };

enum class Expand : std::uint8_t { unsupported, supported };

struct Options {
    MetadataLevel level = MetadataLevel::minimal;
    // Property names of $select in the order sent, each once; nullopt for all.
    std::optional<std::vector<std::string>> select;
    std::optional<std::string> expand;  // decoded; resolve_expand parses it
    std::string expansion;              // the expanded property; empty for none
    std::optional<std::vector<std::string>> expanded_select;  // of its objects
    // Of lists, decoded; list_query.h parses them.
    std::optional<std::string> filter;
    std::optional<std::string> search;
    std::optional<std::string> orderby;
    std::optional<std::string> skiptoken;
    std::optional<std::string> deltatoken;  // of OptionSet::delta
    std::optional<std::size_t> top;         // 1 to 999
    std::size_t skip = 0;
    bool count = false;

    bool selects(std::string_view property) const;
};

// Reads the query and Accept. Option names in any letter case, with or without the `$`, as in
// Graph; an option without a value is as absent. Fault::malformed for an option that is not
// supported, an invalid value, a malformed escape, or another $format than json. Other parameters
// are ignored.
Result<Options> parse_options(std::string_view query, std::string_view accept,
                              OptionSet takes = OptionSet::object,
                              Expand expand = Expand::unsupported);

// One parameter of a query, decoded: a plus sign is a space.
struct QueryParameter {
    std::string name;
    std::string value;  // empty without one
};

// In the order sent. Fault::malformed for a malformed percent escape.
Result<std::vector<QueryParameter>> query_parameters(std::string_view query);

// The names in the value of a $select, each once: at most 200, else Fault::malformed.
Result<std::vector<std::string>> select_names(std::string_view value);

// The query as sent, without the named options (`$skip`): for a link to the next page.
std::string without_options(std::string_view query, std::initializer_list<std::string_view> names);

// `(id,width)` for a context URL; empty for all properties.
std::string select_suffix(const Options& options);

}  // namespace cameo::graph
