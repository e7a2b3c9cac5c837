#include "graph/odata.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "graph/target.h"

namespace cameo::graph {
namespace {

// The level of a media type; nullopt if it has none.
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

// Names are compared with each other, on an I/O thread too.
constexpr std::size_t kMaxSelected = 200;

Result<void> read_select(std::string_view value, Options& options) {
    auto names = select_names(value);
    if (!names) return std::unexpected(std::move(names.error()));
    if (std::ranges::find(*names, "*") == names->end()) options.select = *std::move(names);
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

std::unexpected<Error> bad_value(std::string_view name, std::string_view value,
                                 std::string_view wanted) {
    return fail(Fault::malformed, fmt::format("The value '{}' of the query option '{}' is not {}.",
                                              value, name, wanted));
}

Result<void> read_top(std::string_view value, Options& options) {
    constexpr std::size_t kMost = 999;  // as in Graph
    const auto top = number_in<std::size_t>(value);
    if (!top || *top < 1 || *top > kMost) return bad_value("$top", value, "a number from 1 to 999");
    options.top = top;
    return {};
}

Result<void> read_skip(std::string_view value, Options& options) {
    constexpr std::size_t kMost = 1'000'000'000;
    const auto skip = number_in<std::size_t>(value);
    if (!skip || *skip > kMost) return bad_value("$skip", value, "a number");
    options.skip = *skip;
    return {};
}

Result<void> read_count(std::string_view value, Options& options) {
    options.count = equals_ignoring_case(value, "true");
    if (!options.count && !equals_ignoring_case(value, "false"))
        return bad_value("$count", value, "true or false");
    return {};
}

struct ListOption {
    std::string_view name;
    Result<void> (*read)(std::string_view value, Options& options);
};

template <auto Member>
Result<void> keep(std::string_view value, Options& options) {
    options.*Member = std::string(value);
    return {};
}

constexpr std::array kListOptions{
    ListOption{"$top", read_top},
    ListOption{"$count", read_count},
    ListOption{"$filter", keep<&Options::filter>},
    ListOption{"$search", keep<&Options::search>},
    ListOption{"$orderby", keep<&Options::orderby>},
    ListOption{"$skiptoken", keep<&Options::skiptoken>},
};

constexpr std::array<std::string_view, 14> kOptionNames{
    "$select",  "$format",    "$skip",   "$top",        "$count", "$filter",  "$search",
    "$orderby", "$skiptoken", "$expand", "$deltatoken", "$apply", "$compute", "$levels"};

bool is_option(std::string_view name) {
    return std::ranges::find(kOptionNames, name) != kOptionNames.end();
}

// In lower case with the $: Graph takes its query options without it too. Empty if the name is not
// an option; an unknown name with a $ stays.
std::string option_name(std::string_view name) {
    auto lower = to_lower(name);
    if (lower.starts_with('$')) return lower;
    lower.insert(0, 1, '$');
    return is_option(lower) ? lower : std::string();
}

std::unexpected<Error> unsupported_option(std::string_view name) {
    return fail(Fault::malformed,
                fmt::format("The query option '{}' is not supported here.", name));
}

Result<void> read_option(const std::string& name, std::string_view value, OptionSet takes,
                         Expand expand, Options& options) {
    if (name == "$select") return read_select(value, options);
    if (name == "$format") return read_format(value, options);
    if (name == "$expand" && expand == Expand::supported) {
        options.expand = std::string(value);
        return {};
    }
    if (takes == OptionSet::list_with_skip && name == "$skip") return read_skip(value, options);
    if (takes == OptionSet::delta && name == "$deltatoken") {
        options.deltatoken = std::string(value);
        return {};
    }
    if (takes != OptionSet::object)
        for (const auto& option : kListOptions)
            if (name == option.name) return option.read(value, options);
    return unsupported_option(name);
}

// OData 4.01 URL conventions section 5.1: a system option appears at most once.
Result<void> note_option(const std::string& name, std::vector<std::string>& seen) {
    if (std::ranges::find(seen, name) != seen.end())
        return fail(Fault::malformed, fmt::format("The query option '{}' is given twice.", name));
    seen.push_back(name);
    return {};
}

// Clients that write a plus sign in a query mean a space.
std::optional<std::string> decode_query(std::string_view text) {
    std::string spaced(text);
    std::ranges::replace(spaced, '+', ' ');
    return percent_decode(spaced);
}

std::string_view name_in(std::string_view pair) { return pair.substr(0, pair.find('=')); }

std::string_view value_in(std::string_view pair) {
    const auto equals = pair.find('=');
    return equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
}

}  // namespace

bool Options::selects(std::string_view property) const {
    return !select || std::ranges::find(*select, property) != select->end();
}

Result<Options> parse_options(std::string_view query, std::string_view accept, OptionSet takes,
                              Expand expand) {
    Options options;
    options.level = level_in(accept).value_or(MetadataLevel::minimal);
    const auto parameters = query_parameters(query);
    if (!parameters) return std::unexpected(parameters.error());
    std::vector<std::string> seen;
    for (const auto& [name, value] : *parameters) {
        const auto option = option_name(name);
        if (option.empty()) continue;
        if (!is_option(option)) return unsupported_option(option);
        if (auto once = note_option(option, seen); !once)
            return std::unexpected(std::move(once.error()));
        if (trim(value).empty()) continue;  // as absent: the Graph Toolkit sends `$filter=`
        if (auto read = read_option(option, value, takes, expand, options); !read)
            return std::unexpected(std::move(read.error()));
    }
    return options;
}

Result<std::vector<QueryParameter>> query_parameters(std::string_view query) {
    std::vector<QueryParameter> parameters;
    for (const auto pair : split_list(query, '&')) {
        auto name = decode_query(name_in(pair));
        auto value = decode_query(value_in(pair));
        if (!name || !value)
            return fail(Fault::malformed, "The query has a malformed percent escape.");
        parameters.push_back({*std::move(name), *std::move(value)});
    }
    return parameters;
}

Result<std::vector<std::string>> select_names(std::string_view value) {
    std::vector<std::string> names;
    for (const auto name : split_list(value, ',')) {
        if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
        if (names.size() > kMaxSelected)
            return fail(Fault::malformed,
                        fmt::format("A $select has more than {} names.", kMaxSelected));
    }
    return names;
}

std::string without_options(std::string_view query, std::initializer_list<std::string_view> names) {
    std::string kept;
    for (const auto pair : split_list(query, '&')) {
        const auto name = decode_query(name_in(pair));
        const auto option = name ? option_name(*name) : std::string();
        if (!option.empty() && std::ranges::find(names, option) != names.end()) continue;
        if (!kept.empty()) kept += '&';
        kept += pair;
    }
    return kept;
}

std::string select_suffix(const Options& options) {
    if (!options.select && options.expansion.empty()) return {};
    auto names = options.select.value_or(std::vector<std::string>());
    if (!options.expansion.empty())
        names.push_back(fmt::format(
            "{}({})", options.expansion,
            fmt::join(options.expanded_select.value_or(std::vector<std::string>()), ",")));
    return fmt::format("({})", fmt::join(names, ","));
}

}  // namespace cameo::graph
