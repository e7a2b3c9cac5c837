#include "graph/kept_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdint>
#include <limits>
#include <utility>

#include "base/clock.h"
#include "graph/object_json.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::KeptProperty;
using directory::KeptType;
using directory::KeptUse;

constexpr std::size_t kMaxItems = 250;
constexpr int kMaxLevels = 4;
constexpr std::size_t kMaxPageBytes = 4 << 20;
constexpr std::size_t kPageHead = 64 << 10;  // what is around the entries

using Checked = Result<json::value>;

// `path` names the value in messages: homeAddress/city.
Checked checked(const KeptProperty& property, const std::string& path, const json::value& value);

Result<void> check_bounds(const json::value& value, const std::string& path, int levels) {
    const auto* list = value.if_array();
    const auto* object = value.if_object();
    if (list == nullptr && object == nullptr) return {};
    if (levels == 0) return wrong_member(path, fmt::format("has more than {} levels", kMaxLevels));
    Result<void> done;
    if (list != nullptr) {
        if (list->size() > kMaxItems)
            return wrong_member(path, fmt::format("has more than {} items", kMaxItems));
        for (const auto& item : *list)
            if (done) done = check_bounds(item, path, levels - 1);
    } else {
        for (const auto& member : *object)
            if (done) done = check_bounds(member.value(), path, levels - 1);
    }
    return done;
}

// Members that the type does not have, annotations among them, are left out.
Checked checked_object(const directory::ComplexType& type, const std::string& path,
                       const json::value& value) {
    const auto* object = value.if_object();
    if (object == nullptr) return wrong_member(path, "is not an object");
    if (type.members.empty()) return value;
    json::object taken;
    for (const auto& member : type.members) {
        const auto* sent = object->if_contains(member.name);
        if (sent == nullptr) continue;
        auto fine = checked(member, fmt::format("{}/{}", path, member.name), *sent);
        if (!fine) return fine;
        taken[member.name] = *std::move(fine);
    }
    return taken;
}

Checked checked_list(const KeptProperty& property, const std::string& path,
                     const json::value& value) {
    const auto* list = value.if_array();
    if (list == nullptr) return wrong_member(path, "is not a list");
    if (property.type == KeptType::texts) {
        if (!std::ranges::all_of(*list, &json::value::is_string))
            return wrong_member(path, "is not a list of strings");
        return value;
    }
    json::array taken;
    for (const auto& item : *list) {
        auto fine = checked_object(complex_type(property), path, item);
        if (!fine) return fine;
        taken.push_back(*std::move(fine));
    }
    return taken;
}

bool is_int32(const json::value& value) {
    const auto* number = value.if_int64();
    return number != nullptr && *number >= std::numeric_limits<std::int32_t>::min() &&
           *number <= std::numeric_limits<std::int32_t>::max();
}

bool is_time(const json::value& value) {
    const auto* text = value.if_string();
    return text != nullptr && parse_utc(*text).has_value();
}

Checked checked(const KeptProperty& property, const std::string& path, const json::value& value) {
    if (value.is_null()) return value;
    switch (property.type) {
        case KeptType::text:
            if (!value.is_string()) return wrong_member(path, "is not a string");
            break;
        case KeptType::boolean:
            if (!value.is_bool()) return wrong_member(path, "is neither true nor false");
            break;
        case KeptType::integer:
            if (!is_int32(value)) return wrong_member(path, "is not an integer of 32 bits");
            break;
        case KeptType::time:
            if (!is_time(value))
                return wrong_member(path, "is not a time such as 2026-11-30T10:00:00Z");
            break;
        case KeptType::object:
            return checked_object(complex_type(property), path, value);
        case KeptType::texts:
        case KeptType::objects:
            return checked_list(property, path, value);
    }
    return value;
}

Result<void> merge(const KeptProperty& property, const json::value& sent, json::object& members) {
    if (sent.is_null()) {
        members.erase(property.name);
        return {};
    }
    if (property.use == KeptUse::computed) return wrong_member(property.name, "is read-only");
    const std::string name(property.name);
    if (auto bounded = check_bounds(sent, name, kMaxLevels); !bounded) return bounded;
    auto value = checked(property, name, sent);
    if (!value) return std::unexpected(std::move(value.error()));
    auto* before = members.if_contains(name);
    if (before == nullptr || !before->is_object()) {
        members[name] = *std::move(value);
        return {};
    }
    for (auto& member : value->get_object())
        before->get_object()[member.key()] = std::move(member.value());
    return {};
}

}  // namespace

Result<void> merge_kept(const json::object& body, std::span<const KeptProperty> properties,
                        std::string& kept) {
    json::object members = parse_kept(kept);
    bool names_any = false;
    for (const auto& member : body) {
        const auto* property = find_kept(properties, member.key());
        if (property == nullptr || property->use == KeptUse::dropped) continue;
        names_any = true;
        if (auto done = merge(*property, member.value(), members); !done) return done;
    }
    if (!names_any) return {};
    kept = members.empty() ? std::string() : json::serialize(members);
    if (kept.size() <= directory::kMaxKeptBytes) return {};
    return fail(Fault::malformed,
                fmt::format("The properties that only $select returns have {} bytes together; at "
                            "most {} are kept.",
                            kept.size(), directory::kMaxKeptBytes));
}

bool selects_kept(const Options& options, const EntitySchema& schema) {
    if (!options.select) return false;
    return std::ranges::any_of(*options.select, [&](const std::string& name) {
        const auto* property = find_kept(schema.kept(), name);
        return property != nullptr && property->use == KeptUse::kept;
    });
}

json::object parse_kept(std::string_view kept) {
    if (kept.empty()) return {};
    boost::system::error_code error;
    auto value = json::parse(kept, error);
    return error || !value.is_object() ? json::object() : std::move(value.get_object());
}

json::value kept_value(const json::object& kept, const KeptProperty& property, bool visible) {
    const auto* value = visible ? kept.if_contains(property.name) : nullptr;
    if (value != nullptr) return *value;
    return is_list(property) ? json::value(json::array()) : json::value(nullptr);
}

PageSize::PageSize(const Options& options, const EntitySchema& schema)
    : measured_(selects_kept(options, schema) ||
                selects_kept({.select = options.expanded_select}, kUserSchema)) {}

bool PageSize::takes(const json::object& entry) {
    if (!measured_) return true;
    const bool is_first = bytes_ == 0;
    bytes_ += json::serialize(entry).size() + 1;
    return is_first || bytes_ + kPageHead <= kMaxPageBytes;
}

}  // namespace cameo::graph
