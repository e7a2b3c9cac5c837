#include "graph/conditional.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <vector>

#include "base/text.h"
#include "http/http_date.h"

namespace cameo::graph {
namespace {

struct EntityTag {
    std::string_view opaque;  // without quotes
    bool weak = false;
    bool quoted = true;
};

// Removes one entity tag and the comma after it from the front of `list`.
EntityTag take_entity_tag(std::string_view& list) {
    EntityTag tag;
    list = trim(list);
    if (list.starts_with("W/")) {
        tag.weak = true;
        list.remove_prefix(2);
    }
    tag.quoted = list.starts_with('"');
    if (tag.quoted) list.remove_prefix(1);
    const auto end = std::min(list.find(tag.quoted ? '"' : ','), list.size());
    tag.opaque = tag.quoted ? list.substr(0, end) : trim(list.substr(0, end));
    list.remove_prefix(end);
    const auto comma = list.find(',');
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    return tag;
}

void append_strong_tags(std::string_view list, std::vector<std::string>& tags) {
    while (!list.empty()) {
        const auto tag = take_entity_tag(list);
        if (!tag.weak && tag.quoted) tags.emplace_back(tag.opaque);
    }
}

bool list_names(std::string_view list, std::string_view etag) {
    if (trim(list) == "*") return true;
    while (!list.empty())
        if (take_entity_tag(list).opaque == etag) return true;
    return false;
}

// A number that overflows is beyond the end of every photo, as the largest value is.
std::optional<std::size_t> number(std::string_view digits) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
    return error == std::errc{} ? value : std::numeric_limits<std::size_t>::max();
}

bool if_range_holds(std::string_view if_range, const photo::Photo& photo) {
    if_range = trim(if_range);
    if (if_range.starts_with('"')) {
        const auto tag = take_entity_tag(if_range);
        return tag.opaque == photo.etag;
    }
    return if_range == http_date(photo.modified);
}

// The last `count` bytes.
RangeChoice suffix(std::size_t count, std::size_t size) {
    if (count == 0) return UnsatisfiableRange{};
    const std::size_t length = std::min(count, size);
    return ByteRange{size - length, length};
}

RangeChoice parse_range(std::string_view value, std::size_t size) {
    constexpr std::string_view kUnit = "bytes=";
    if (value.size() <= kUnit.size() || !equals_ignoring_case(value.substr(0, kUnit.size()), kUnit))
        return WholeBody{};
    value = trim(value.substr(kUnit.size()));
    const auto dash = value.find('-');
    if (dash == std::string_view::npos) return WholeBody{};
    const auto first = number(value.substr(0, dash));
    const auto last = number(value.substr(dash + 1));
    if (dash == 0) return last ? suffix(*last, size) : RangeChoice(WholeBody{});
    const bool open_ended = dash + 1 == value.size();
    if (!first || (!last && !open_ended) || (last && *last < *first)) return WholeBody{};
    if (*first >= size) return UnsatisfiableRange{};
    const std::size_t end = last ? std::min(*last, size - 1) : size - 1;
    return ByteRange{*first, end - *first + 1};
}

}  // namespace

std::string http_date(Instant time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return http::http_date(std::chrono::system_clock::to_time_t(seconds));
}

bool none_match_names(const http::Request& request, std::string_view etag) {
    return std::ranges::any_of(request.fields, [&](const http::Field& field) {
        return equals_ignoring_case(field.name, "if-none-match") && list_names(field.value, etag);
    });
}

photo::WriteCondition write_condition(const http::Request& request) {
    photo::WriteCondition condition;
    for (const auto& field : request.fields) {
        const bool star = trim(field.value) == "*";
        if (equals_ignoring_case(field.name, "if-none-match")) {
            condition.must_not_exist = condition.must_not_exist || star;
        } else if (equals_ignoring_case(field.name, "if-match") && star) {
            condition.must_exist = true;
        } else if (equals_ignoring_case(field.name, "if-match")) {
            if (!condition.any_of) condition.any_of.emplace();
            append_strong_tags(field.value, *condition.any_of);
        }
    }
    return condition;
}

RangeChoice choose_range(const http::Request& request, std::size_t size,
                         const photo::Photo& photo) {
    const auto range = request.find("range");
    if (range.data() == nullptr || request.method != http::Method::get) return WholeBody{};
    if (request.has("if-range") && !if_range_holds(request.find("if-range"), photo))
        return WholeBody{};
    return parse_range(range, size);
}

}  // namespace cameo::graph
