#pragma once

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/text.h"

// Readers of one value of the configuration file into a member of a settings struct. The member is
// a pointer to member, or a function from the settings to a reference. The error of a reader has
// the allowed values; its caller adds file, line and key.
namespace cameo::config {

template <class Settings>
using Reader = std::function<Result<void>(const toml::node&, Settings&)>;

// The number is stored times `scale`.
template <class Member>
auto integer(std::int64_t least, std::int64_t most, Member member, std::int64_t scale = 1) {
    return [=](const toml::node& node, auto& settings) -> Result<void> {
        const auto value = node.value_exact<std::int64_t>();
        if (!value || *value < least || *value > most)
            return fail(Fault::malformed,
                        fmt::format("must be a whole number from {} to {}", least, most));
        auto& place = std::invoke(member, settings);
        place = static_cast<std::remove_reference_t<decltype(place)>>(*value * scale);
        return {};
    };
}

template <class Unit, class Member>
auto duration(std::int64_t least, std::int64_t most, Member member) {
    return [=](const toml::node& node, auto& settings) -> Result<void> {
        std::int64_t count = 0;
        const auto read = integer(least, most, [](auto& number) -> auto& { return number; });
        if (auto done = read(node, count); !done) return done;
        std::invoke(member, settings) = Unit(count);
        return {};
    };
}

template <class Member>
auto seconds(std::int64_t least, std::int64_t most, Member member) {
    return duration<std::chrono::seconds>(least, most, member);
}

template <class Member>
auto days(std::int64_t least, std::int64_t most, Member member) {
    return duration<std::chrono::days>(least, most, member);
}

template <class Member>
auto yes_or_no(Member member) {
    return [=](const toml::node& node, auto& settings) -> Result<void> {
        const auto value = node.value_exact<bool>();
        if (!value) return fail(Fault::malformed, "must be true or false");
        std::invoke(member, settings) = *value;
        return {};
    };
}

inline bool is_printable(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

template <class Member>
auto text(Member member) {
    return [=](const toml::node& node, auto& settings) -> Result<void> {
        const auto value = node.value_exact<std::string>();
        if (!value || !is_printable(*value))
            return fail(Fault::malformed, "must be a string of printable ASCII characters");
        std::invoke(member, settings) = *value;
        return {};
    };
}

template <class Member>
auto name(Member member) {
    return [=](const toml::node& node, auto& settings) -> Result<void> {
        const auto value = node.value_exact<std::string>();
        if (!value || value->empty() || trim(*value) != *value || !is_printable(*value))
            return fail(Fault::malformed,
                        "must be a name of printable ASCII characters, without spaces around it");
        std::invoke(member, settings) = *value;
        return {};
    };
}

// Kept in lower case.
template <class Member>
auto guid(Member member) {
    return [=](const toml::node& node, auto& settings) -> Result<void> {
        const auto value = node.value_exact<std::string>();
        if (!value || !is_guid(*value))
            return fail(Fault::malformed,
                        "must be a GUID like \"0f8fad5b-d9cb-469f-a165-70867728950e\"");
        std::invoke(member, settings) = to_lower(*value);
        return {};
    };
}

// An array of strings, none of them empty. `fits` checks one; `what` names the value in the error:
// "an array of names".
template <class Member, class Fits>
auto texts(std::string_view what, Fits fits, Member member) {
    return [=](const toml::node& node, auto& settings) -> Result<void> {
        std::vector<std::string> all;
        const auto* array = node.as_array();
        bool fine = array != nullptr;
        for (std::size_t i = 0; fine && i < array->size(); ++i) {
            const auto value = array->get(i)->template value_exact<std::string>();
            fine = value && !value->empty() && is_printable(*value) && fits(*value);
            if (fine) all.push_back(*value);
        }
        if (!fine) return fail(Fault::malformed, fmt::format("must be {}", what));
        std::invoke(member, settings) = std::move(all);
        return {};
    };
}

// `"a", "b" or "c"`.
template <class Words>
std::string listed(const Words& words) {
    std::string list;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto* const before = i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
        list += fmt::format("{}\"{}\"", before, words[i].first);
    }
    return list;
}

// One of a few words, each with its value.
template <class Value, std::size_t N, class Member>
auto one_of(const std::array<std::pair<std::string_view, Value>, N>& words, Member member) {
    return [=](const toml::node& node, auto& settings) -> Result<void> {
        const auto value = node.value_exact<std::string>();
        const auto known = std::ranges::find_if(
            words, [&](const auto& word) { return value == std::string(word.first); });
        if (known == words.end())
            return fail(Fault::malformed, fmt::format("must be {}", listed(words)));
        std::invoke(member, settings) = known->second;
        return {};
    };
}

// One of two words: true for the second.
template <class Member>
auto either(std::string_view first, std::string_view second, Member member) {
    return one_of(std::array{std::pair{first, false}, std::pair{second, true}}, member);
}

// The origin of links: scheme and host, optionally a path; a trailing slash is removed.
template <class Member>
auto origin(Member member) {
    return [=](const toml::node& node, auto& settings) -> Result<void> {
        auto value = node.value_exact<std::string>().value_or("");
        while (value.ends_with('/')) value.pop_back();
        const bool web = value.starts_with("https://") || value.starts_with("http://");
        const auto host = value.find("://") + 3;
        const auto allowed = [](char c) {
            return c > ' ' && c < 0x7f && c != '"' && c != '?' && c != '#';
        };
        if (!web || host >= value.size() || !std::ranges::all_of(value, allowed))
            return fail(Fault::malformed, "must be like \"https://faces.example.org\"");
        std::invoke(member, settings) = std::move(value);
        return {};
    };
}

}  // namespace cameo::config
