#include "graph/conditional.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
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

// A proxy that compresses marks the etag, and never removes the mark from the condition that comes
// back: Apache's mod_deflate and mod_brotli (`-gzip`, `-br`), Jetty (`--gzip`), others (`;gzip`).
std::string_view without_coding_suffix(std::string_view opaque) {
    constexpr std::array<std::string_view, 4> kCodings{"gzip", "br", "deflate", "zstd"};
    constexpr std::array<std::string_view, 3> kSeparators{"--", "-", ";"};
    for (const auto coding : kCodings) {
        if (!opaque.ends_with(coding)) continue;
        const auto stem = opaque.substr(0, opaque.size() - coding.size());
        for (const auto separator : kSeparators)
            if (stem.ends_with(separator)) return stem.substr(0, stem.size() - separator.size());
    }
    return opaque;
}

void append_strong_tags(std::string_view list, std::vector<std::string>& tags) {
    while (!list.empty()) {
        const auto tag = take_entity_tag(list);
        if (!tag.weak && tag.quoted) tags.emplace_back(tag.opaque);
    }
}

// Every etag as it may be compared weakly.
void append_tags(std::string_view list, std::vector<std::string>& tags) {
    while (!list.empty()) tags.emplace_back(without_coding_suffix(take_entity_tag(list).opaque));
}

bool list_names(std::string_view list, std::string_view etag) {
    if (trim(list) == "*") return true;
    while (!list.empty())
        if (without_coding_suffix(take_entity_tag(list).opaque) == etag) return true;
    return false;
}

// RFC 9110 section 13.1.1: strong comparison, several lines are one list.
bool match_names(const http::Request& request, std::string_view etag) {
    std::vector<std::string> tags;
    for (const auto& field : request.fields) {
        if (!equals_ignoring_case(field.name, "if-match")) continue;
        if (trim(field.value) == "*") return true;
        append_strong_tags(field.value, tags);
    }
    return std::ranges::find(tags, etag) != tags.end();
}

std::chrono::sys_seconds second_of(Instant time) {
    return std::chrono::floor<std::chrono::seconds>(time);
}

// The date of a condition. nullopt, so that the condition is ignored, for no date, an invalid one,
// and several (RFC 9110 sections 13.1.3 and 13.1.4).
std::optional<std::chrono::sys_seconds> date_of(const http::Request& request, std::string_view name,
                                                Instant now) {
    const auto is_named = [&](const http::Field& field) {
        return equals_ignoring_case(field.name, name);
    };
    if (std::ranges::count_if(request.fields, is_named) != 1) return std::nullopt;
    return http::parse_http_date(request.find(name), second_of(now));
}

// A number that overflows is beyond the end of every photo, as the largest value is.
std::optional<std::size_t> number(std::string_view digits) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
    return error == std::errc{} ? value : std::numeric_limits<std::size_t>::max();
}

bool if_range_holds(std::string_view if_range, const photo::Photo& photo, Instant now) {
    if_range = trim(if_range);
    if (if_range.starts_with('"')) {
        const auto tag = take_entity_tag(if_range);
        return tag.opaque == photo.etag;
    }
    return http::parse_http_date(if_range, second_of(now)) == second_of(photo.modified);
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
    return http::http_date(std::chrono::system_clock::to_time_t(second_of(time)));
}

bool none_match_names(const http::Request& request, std::string_view etag) {
    return std::ranges::any_of(request.fields, [&](const http::Field& field) {
        return equals_ignoring_case(field.name, "if-none-match") && list_names(field.value, etag);
    });
}

photo::WriteCondition write_condition(const http::Request& request, Instant now) {
    photo::WriteCondition condition;
    for (const auto& field : request.fields) {
        const bool star = trim(field.value) == "*";
        if (equals_ignoring_case(field.name, "if-none-match") && star) {
            condition.must_not_exist = true;
        } else if (equals_ignoring_case(field.name, "if-none-match")) {
            append_tags(field.value, condition.none_of);
        } else if (equals_ignoring_case(field.name, "if-match") && star) {
            condition.must_exist = true;
        } else if (equals_ignoring_case(field.name, "if-match")) {
            if (!condition.any_of) condition.any_of.emplace();
            append_strong_tags(field.value, *condition.any_of);
        }
    }
    if (!condition.must_exist && !condition.any_of)
        condition.unmodified_since = date_of(request, "if-unmodified-since", now);
    return condition;
}

bool has_read_condition(const http::Request& request) {
    constexpr std::string_view kPrefix = "if-";
    return std::ranges::any_of(request.fields, [&](const http::Field& field) {
        return equals_ignoring_case(field.name.substr(0, kPrefix.size()), kPrefix) &&
               !equals_ignoring_case(field.name, "if-range");
    });
}

ReadOutcome evaluate_read(const http::Request& request, const photo::Photo& photo, Instant now) {
    const auto modified = second_of(photo.modified);
    if (request.has("if-match")) {
        if (!match_names(request, photo.etag)) return ReadOutcome::failed;
    } else if (const auto since = date_of(request, "if-unmodified-since", now);
               since && modified > *since) {
        return ReadOutcome::failed;
    }
    if (request.has("if-none-match"))
        return none_match_names(request, photo.etag) ? ReadOutcome::not_modified
                                                     : ReadOutcome::proceed;
    const auto since = date_of(request, "if-modified-since", now);
    return since && modified <= *since ? ReadOutcome::not_modified : ReadOutcome::proceed;
}

RangeChoice choose_range(const http::Request& request, std::size_t size, const photo::Photo& photo,
                         Instant now) {
    const auto range = request.find("range");
    if (range.data() == nullptr || request.method != http::Method::get) return WholeBody{};
    if (request.has("if-range") && !if_range_holds(request.find("if-range"), photo, now))
        return WholeBody{};
    return parse_range(range, size);
}

}  // namespace cameo::graph
