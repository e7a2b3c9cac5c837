#include "graph/odata.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "graph/target.h"

namespace cameo::graph {
namespace {

// The level named in a media type; nullopt where none is.
std::optional<MetadataLevel> level_in(std::string_view media_type) {
    const std::string lower = to_lower(media_type);
    constexpr std::string_view kParameter = "metadata=";
    const auto found = lower.find(kParameter);
    if (found == std::string::npos) return std::nullopt;
    const std::string_view value = std::string_view(lower).substr(found + kParameter.size());
    if (value.starts_with("none")) return MetadataLevel::none;
    if (value.starts_with("full")) return MetadataLevel::full;
    return MetadataLevel::minimal;
}

Result<void> read_select(std::string_view value, Options& options) {
    std::vector<std::string> names;
    for (const auto name : split_list(value, ','))
        if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
    if (names.empty()) return fail(Fault::malformed, "The query option $select names no property.");
    if (std::ranges::find(names, "*") == names.end()) options.select = std::move(names);
    return {};
}

Result<void> read_format(std::string_view value, Options& options) {
    const std::string lower = to_lower(value);
    if (lower != "json" && !lower.starts_with("application/json"))
        return fail(Fault::malformed,
                    fmt::format("The format '{}' of $format is not supported; use json.", value));
    options.level = level_in(lower).value_or(options.level);
    return {};
}

Result<void> read_option(std::string_view name, std::string_view value, Options& options) {
    if (!name.starts_with('$')) return {};
    if (equals_ignoring_case(name, "$select")) return read_select(value, options);
    if (equals_ignoring_case(name, "$format")) return read_format(value, options);
    return fail(Fault::malformed,
                fmt::format("The query option '{}' is not supported here.", name));
}

// A plus sign in a query means a space to the clients that write it.
std::optional<std::string> decode_query(std::string_view text) {
    std::string spaced(text);
    std::ranges::replace(spaced, '+', ' ');
    return percent_decode(spaced);
}

}  // namespace

bool Options::selects(std::string_view property) const {
    return !select || std::ranges::find(*select, property) != select->end();
}

Result<Options> parse_options(std::string_view query, std::string_view accept) {
    Options options;
    options.level = level_in(accept).value_or(MetadataLevel::minimal);
    for (const auto pair : split_list(query, '&')) {
        const auto equals = std::min(pair.find('='), pair.size());
        const auto name = decode_query(pair.substr(0, equals));
        const auto value = decode_query(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value)
            return fail(Fault::malformed, "The query holds a malformed percent escape.");
        if (auto read = read_option(*name, *value, options); !read)
            return std::unexpected(std::move(read.error()));
    }
    return options;
}

std::string select_suffix(const Options& options) {
    if (!options.select) return {};
    return fmt::format("({})", fmt::join(*options.select, ","));
}

}  // namespace cameo::graph
