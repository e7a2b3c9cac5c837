#pragma once

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>

#include "app/config.h"
#include "base/result.h"

// How one value of the configuration file is read into its member: each maker gives a Reader for a
// member, named by a function from Config to a reference. A Reader fails with what the value must
// be.
namespace cameo::app {

using Reader = std::function<Result<void>(const toml::node&, Config&)>;

// `member` gives a reference to the number in a Config; it is stored times `scale`.
template <class Member>
Reader integer(std::int64_t least, std::int64_t most, Member member, std::int64_t scale = 1) {
    return [=](const toml::node& node, Config& config) -> Result<void> {
        const auto value = node.value_exact<std::int64_t>();
        if (!value || *value < least || *value > most)
            return fail(Fault::malformed,
                        fmt::format("must be a whole number from {} to {}", least, most));
        auto& place = member(config);
        place = static_cast<std::remove_reference_t<decltype(place)>>(*value * scale);
        return {};
    };
}

template <class Member>
Reader seconds(std::int64_t least, std::int64_t most, Member member) {
    return [=](const toml::node& node, Config& config) -> Result<void> {
        std::int64_t count = 0;
        const auto read = integer(least, most, [&](Config&) -> auto& { return count; });
        if (auto done = read(node, config); !done) return done;
        member(config) = std::chrono::seconds(count);
        return {};
    };
}

template <class Member>
Reader text(Member member) {
    return [=](const toml::node& node, Config& config) -> Result<void> {
        const auto value = node.value_exact<std::string>();
        const bool printable = value && std::ranges::all_of(*value, [](unsigned char c) {
                                   return c >= 0x20 && c < 0x7f;
                               });
        if (!printable)
            return fail(Fault::malformed, "must be a string of printable ASCII characters");
        member(config) = *value;
        return {};
    };
}

// One of two words: the member becomes whether it is the second.
template <class Member>
Reader either(const std::string& first, const std::string& second, Member member) {
    return [=](const toml::node& node, Config& config) -> Result<void> {
        const auto value = node.value_exact<std::string>();
        if (!value || (*value != first && *value != second))
            return fail(Fault::malformed, fmt::format("must be \"{}\" or \"{}\"", first, second));
        member(config) = *value == second;
        return {};
    };
}

// The origin of links: scheme and host, perhaps a path; a slash at its end is left out.
template <class Member>
Reader origin(Member member) {
    return [=](const toml::node& node, Config& config) -> Result<void> {
        auto value = node.value_exact<std::string>().value_or("");
        while (value.ends_with('/')) value.pop_back();
        const bool web = value.starts_with("https://") || value.starts_with("http://");
        const auto host = value.find("://") + 3;
        const auto allowed = [](char c) {
            return c > ' ' && c < 0x7f && c != '"' && c != '?' && c != '#';
        };
        if (!web || host >= value.size() || !std::ranges::all_of(value, allowed))
            return fail(Fault::malformed, "must be like \"https://faces.example.org\"");
        member(config) = std::move(value);
        return {};
    };
}

}  // namespace cameo::app
