#include "matching/name_pattern.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include <algorithm>
#include <cstdint>
#include <variant>

#include "base/text.h"
#include "directory/kept.h"
#include "directory/property.h"

namespace cameo::matching {
namespace {

bool is_kept_text(const directory::KeptProperty& property) {
    return property.type == directory::KeptType::text && property.use == directory::KeptUse::kept;
}

template <class Entry>
std::vector<std::string_view> text_properties() {
    std::vector<std::string_view> names;
    for (const auto& property : directory::properties<Entry>())
        if (std::holds_alternative<std::string Entry::*>(property.member))
            names.push_back(property.name);
    for (const auto& property : directory::kept_properties<Entry>())
        if (is_kept_text(property)) names.push_back(property.name);
    return names;
}

std::vector<std::string_view> text_properties(OwnerKind kind) {
    return kind == OwnerKind::group ? text_properties<directory::Group>()
                                    : text_properties<directory::User>();
}

bool is_kept(std::string_view name, OwnerKind kind) {
    const auto kept = kind == OwnerKind::group ? directory::kept_properties<directory::Group>()
                                               : directory::kept_properties<directory::User>();
    return directory::find_kept(kept, name) != nullptr;
}

std::string written_out(std::string_view text) {
    if (text == "upn") return "{userPrincipalName}";
    if (text == "mail" || text == "id" || text == "displayName") return fmt::format("{{{}}}", text);
    return std::string(text);
}

// Leaves space for an extension and the suffix of a temporary name within the 255 bytes of most
// file systems.
constexpr std::size_t kLongest = 200;

bool is_safe(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f &&
           std::string_view(R"(/\<>:"|?*)").find(c) == std::string_view::npos;
}

// Unicode's normal form C.
std::string normal_form(std::string_view name) {
    const bool is_ascii =
        std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (is_ascii || !is_utf8(name)) return std::string(name);
    UErrorCode error = U_ZERO_ERROR;
    const auto* form = icu::Normalizer2::getNFCInstance(error);
    std::string normal;
    icu::StringByteSink<std::string> sink(&normal);
    const icu::StringPiece text(name.data(), static_cast<std::int32_t>(name.size()));
    if (U_SUCCESS(error)) form->normalizeUTF8(0, text, sink, nullptr, error);
    return U_SUCCESS(error) ? normal : std::string(name);
}

template <class Entry>
std::string text_in(const Entry& entry, std::string_view name) {
    const auto* property = directory::find_property<Entry>(name);
    const auto* value = property == nullptr ? nullptr : directory::text_of(entry, *property);
    return value == nullptr ? std::string() : *value;
}

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

}  // namespace

Result<Pattern> Pattern::parse(std::string_view text, OwnerKind kind) {
    Pattern pattern;
    pattern.text_ = written_out(text);
    const auto known = text_properties(kind);
    bool names_any = false;
    for (std::string_view rest = pattern.text_; !rest.empty();) {
        const auto open = rest.find('{');
        if (open != 0) pattern.parts_.push_back({.text = std::string(rest.substr(0, open))});
        if (open == std::string_view::npos) break;
        const auto close = rest.find('}', open);
        if (close == std::string_view::npos)
            return fail(Fault::malformed,
                        fmt::format("the pattern '{}' has a {{ without }}", text));
        const auto name = rest.substr(open + 1, close - open - 1);
        if (std::ranges::find(known, name) == known.end())
            return fail(Fault::malformed, fmt::format("the pattern '{}' names {{{}}}; there are {}",
                                                      text, name, fmt::join(known, ", ")));
        pattern.parts_.push_back({true, is_kept(name, kind), std::string(name)});
        names_any = true;
        rest.remove_prefix(close + 1);
    }
    if (!names_any)
        return fail(
            Fault::malformed,
            fmt::format("the pattern '{}' names no property, as {{mail}} does; there are {}", text,
                        fmt::join(known, ", ")));
    return pattern;
}

Pattern Pattern::default_for(OwnerKind kind) {
    return *parse(kind == OwnerKind::group ? "displayName" : "upn", kind);
}

bool Pattern::names_kept() const { return std::ranges::any_of(parts_, &Part::is_kept); }

template <class Entry>
std::string Pattern::expanded(const Entry& entry) const {
    std::string name;
    for (const auto& part : parts_) {
        if (!part.is_property) {
            name += part.text;
            continue;
        }
        const auto value =
            part.is_kept ? directory::kept_text(entry.kept, part.text) : text_in(entry, part.text);
        if (value.empty()) return {};
        name += value;
    }
    return name;
}

std::vector<std::string> Pattern::properties() const {
    std::vector<std::string> names;
    for (const auto& part : parts_)
        if (part.is_property) names.push_back(part.text);
    return names;
}

std::string Pattern::expand(const directory::User& user) const { return expanded(user); }
std::string Pattern::expand(const directory::Group& group) const { return expanded(group); }

std::string safe_file_name(std::string_view name) {
    std::string safe(name);
    std::ranges::replace_if(safe, [](char c) { return !is_safe(c); }, '_');
    if (safe.size() > kLongest) {
        auto end = kLongest;
        while (end > 0 && continues_a_character(safe[end])) --end;
        safe.resize(end);
    }
    if (safe.starts_with('.')) safe.front() = '_';
    while (safe.ends_with(' ') || safe.ends_with('.')) safe.pop_back();
    if (safe.empty() && !name.empty()) safe = "_";
    return safe;
}

std::string match_key(std::string_view name) { return to_lower(safe_file_name(normal_form(name))); }

}  // namespace cameo::matching
