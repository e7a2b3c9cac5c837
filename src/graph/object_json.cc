#include "graph/object_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/text.h"
#include "directory/property.h"
#include "graph/kept_json.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::EmailAddress;

constexpr std::string_view kDirectory = "directory";
constexpr std::string_view kMailbox = "mailbox";
constexpr std::size_t kMaxItems = 100;  // of one list

json::value to_json(const std::string& text) {
    if (text.empty()) return nullptr;
    return json::string(text);
}
json::value to_json(bool boolean) { return boolean; }
json::value to_json(Instant time) {
    if (time == Instant()) return nullptr;
    return json::string(date_time(time));
}
json::value to_json(PhotoStorage storage) {
    return json::string(storage == PhotoStorage::directory ? kDirectory : kMailbox);
}
json::value to_json(const std::vector<std::string>& texts) {
    return json::array(texts.begin(), texts.end());
}
json::value to_json(const std::vector<EmailAddress>& addresses) {
    json::array list;
    for (const auto& item : addresses)
        list.push_back({{"name", to_json(item.name)}, {"address", to_json(item.address)}});
    return list;
}

// visibility of a team is the enumeration teamVisibilityType, of a group free text.
std::string as_team_visibility(std::string text) {
    if (!text.empty()) text[0] = to_lower(text[0]);
    return text;
}

// Properties that are computed from others.
std::optional<json::value> computed(const directory::Group& group, const EntitySchema& schema,
                                    std::string_view name) {
    if (name == "resourceProvisioningOptions")
        return group.is_team ? json::array{"Team"} : json::array{};
    if (name == "isArchived" && !group.is_team) return nullptr;
    if (schema.type != kTeamSchema.type) return std::nullopt;
    if (name == "visibility") return to_json(as_team_visibility(group.visibility));
    if (name == "internalId") return to_json(group.id);
    if (name == "tenantId") return to_json(group.tenant);
    return std::nullopt;
}

template <class Object>
std::optional<json::value> computed(const Object& /*object*/, const EntitySchema& /*kind*/,
                                    std::string_view /*name*/) {
    return std::nullopt;
}

template <class Object>
json::value value_of(const Object& object, const EntitySchema& schema, std::string_view name) {
    if (auto value = computed(object, schema, name)) return *std::move(value);
    const auto* property = directory::find_property<Object>(name);
    if (property == nullptr) return nullptr;
    return std::visit([&](auto member) { return to_json(object.*member); }, property->member);
}

// The placeholder for a hidden value: as of an object without the value.
template <class Object>
json::value hidden_value(std::string_view name) {
    if (name == "resourceProvisioningOptions") return json::array();
    const auto* property = directory::find_property<Object>(name);
    if (property == nullptr) return nullptr;
    return std::visit(
        [](auto member) -> json::value {
            using Value = std::remove_cvref_t<decltype(Object().*member)>;
            if constexpr (std::is_same_v<Value, std::vector<std::string>> ||
                          std::is_same_v<Value, std::vector<EmailAddress>>)
                return json::array();
            else
                return nullptr;
        },
        property->member);
}

template <class Object>
json::object kept_members(const Object& object) {
    if constexpr (std::is_same_v<Object, directory::ContactFolder>)
        return {};
    else
        return parse_kept(object.kept);
}

bool has(const auto& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// The names that Graph's open types accept.
bool is_property_name(std::string_view name) {
    constexpr std::size_t kMaxCharacters = 128;
    const auto is_letter = [](char c) {
        return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '_';
    };
    return !name.empty() && name.size() <= kMaxCharacters && is_letter(name[0]) &&
           std::ranges::all_of(
               name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.'; });
}

// One member of a body that is read into an object.
struct Member {
    std::string_view name;
    const json::value& value;
    std::size_t max_length;

    std::unexpected<Error> wrong(std::string_view what) const { return wrong_member(name, what); }
};

Result<std::string> text_in(const Member& member, const json::value& value) {
    if (value.is_null()) return std::string();
    if (!value.is_string()) return member.wrong("is not a string");
    const std::string_view text = value.get_string();
    if (const auto fault = directory::fault_of(text, member.max_length); !fault.empty())
        return member.wrong(fault);
    return std::string(text);
}

Result<void> assign(const Member& member, std::string& into) {
    auto text = text_in(member, member.value);
    if (!text) return std::unexpected(std::move(text.error()));
    into = *std::move(text);
    return {};
}

Result<void> assign(const Member& member, bool& into) {
    if (!member.value.is_bool()) return member.wrong("is neither true nor false");
    into = member.value.get_bool();
    return {};
}

Result<void> assign(const Member& member, Instant& /*into*/) {
    if (member.value.is_null()) return {};
    return member.wrong("is read-only");
}

Result<void> assign(const Member& member, PhotoStorage& into) {
    if (member.value.is_null()) return {};
    const std::string_view text =
        member.value.is_string() ? std::string_view(member.value.get_string()) : "";
    if (text != kDirectory && text != kMailbox)
        return member.wrong("is neither 'mailbox' nor 'directory'");
    into = text == kDirectory ? PhotoStorage::directory : PhotoStorage::mailbox;
    return {};
}

Result<json::array> list_in(const Member& member) {
    if (member.value.is_null()) return json::array();
    if (!member.value.is_array()) return member.wrong("is not a list");
    if (member.value.get_array().size() > kMaxItems)
        return member.wrong(fmt::format("has more than {} items", kMaxItems));
    return member.value.get_array();
}

Result<void> assign(const Member& member, std::vector<std::string>& into) {
    const auto list = list_in(member);
    if (!list) return std::unexpected(list.error());
    std::vector<std::string> texts;
    for (const auto& item : *list) {
        auto text = text_in(member, item);
        if (!text || !item.is_string()) return member.wrong("is not a list of short strings");
        texts.push_back(*std::move(text));
    }
    into = std::move(texts);
    return {};
}

Result<void> assign(const Member& member, std::vector<EmailAddress>& into) {
    const auto list = list_in(member);
    if (!list) return std::unexpected(list.error());
    std::vector<EmailAddress> addresses;
    for (const auto& item : *list) {
        const auto* fields = item.if_object();
        if (fields == nullptr) return member.wrong("is not a list of objects");
        const auto part = [&](std::string_view name) {
            const auto* value = fields->if_contains(name);
            return value == nullptr ? std::string() : text_in(member, *value);
        };
        auto name = part("name");
        auto address = part("address");
        if (!name) return std::unexpected(std::move(name.error()));
        if (!address) return std::unexpected(std::move(address.error()));
        addresses.push_back({*std::move(name), *std::move(address)});
    }
    into = std::move(addresses);
    return {};
}

}  // namespace

std::string date_time(Instant time) {
    return utc_text(std::chrono::floor<std::chrono::seconds>(time)) + 'Z';
}

json::value text_or_null(std::string_view text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

Result<void> check_known_members(const json::object& body,
                                 std::initializer_list<std::string_view> names) {
    for (const auto& member : body)
        if (std::ranges::find(names, std::string_view(member.key())) == names.end())
            return wrong_member(member.key(), "is not known");
    return {};
}

std::unexpected<Error> wrong_member(std::string_view name, std::string_view what) {
    return fail(Fault::malformed, fmt::format("The property '{}' {}.", name, what));
}

template <class Object>
void append_object(json::object& body, const Object& object, const EntitySchema& schema,
                   const Options& options, Extent extent) {
    const auto show = [&](std::string_view name) {
        body[name] = shows(schema, extent, name) ? value_of(object, schema, name)
                                                 : hidden_value<Object>(name);
    };
    if (!options.select) {
        for (const auto name : schema.shown) show(name);
        return;
    }
    const auto kept = selects_kept(options, schema) ? kept_members(object) : json::object();
    for (const std::string_view name : *options.select) {
        if (has(schema.shown, name) || has(schema.hidden, name))
            show(name);
        else if (const auto* property = directory::find_kept(schema.kept(), name))
            body[name] = kept_value(kept, *property, shows(schema, extent, name));
        else if (has(schema.absent, name))
            body[name] = nullptr;
        else if (has(schema.absent, std::string(name).append(kListMark)))
            body[name] = json::array();
    }
}

Result<void> resolve_select(Options& options, const EntitySchema& schema) {
    if (!options.select) return {};
    std::vector<std::string> names;
    for (auto& name : *options.select) {
        const auto known = known_name(schema, name);
        if (known.empty() && !(schema.is_open && is_property_name(name)))
            return fail(Fault::malformed, fmt::format("Could not find a property named '{}' on "
                                                      "type 'microsoft.graph.{}'.",
                                                      name, schema.type));
        auto spelled = known.empty() ? std::move(name) : std::string(known);
        if (!has(names, spelled)) names.push_back(std::move(spelled));
    }
    options.select = std::move(names);
    return {};
}

template <class Object>
Result<void> read_object(const json::object& body, const EntitySchema& schema, Object& object) {
    for (const auto name : schema.writable) {
        const auto* value = body.if_contains(name);
        if (value == nullptr) continue;
        const auto& property = *directory::find_property<Object>(name);
        const Member member{name, *value, property.max_length};
        auto taken =
            std::visit([&](auto field) { return assign(member, object.*field); }, property.member);
        if (!taken) return taken;
    }
    if constexpr (std::is_same_v<Object, directory::ContactFolder>)
        return {};
    else
        return merge_kept(body, schema.kept(), object.kept);
}

Result<void> check_required(const json::object& body, const EntitySchema& schema) {
    for (const auto name : schema.required) {
        const auto* value = body.if_contains(name);
        const auto* text = value == nullptr ? nullptr : value->if_string();
        if (value == nullptr || value->is_null() || (text != nullptr && text->empty()))
            return wrong_member(name, "is required");
    }
    return {};
}

Result<std::string> id_of_new(const json::object& body) {
    const auto* value = body.if_contains("id");
    if (value == nullptr || value->is_null()) return new_guid();
    if (!value->is_string() || !is_guid(value->get_string()))
        return wrong_member("id", "is not a GUID");
    return to_lower(value->get_string());
}

Result<json::object> read_json_body(const RequestContext& context) {
    const auto text = read_body(context.request, context.settings.json_bytes);
    if (!text) return std::unexpected(text.error());
    return parse_json_object(text->view());
}

Result<json::object> parse_json_object(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse(text, error, {}, {.max_depth = 16});
    if (error) return fail(Fault::malformed, "The body is not valid JSON.");
    if (!value.is_object()) return fail(Fault::malformed, "The body is not a JSON object.");
    return std::move(value.get_object());
}

template void append_object(json::object&, const directory::User&, const EntitySchema&,
                            const Options&, Extent);
template void append_object(json::object&, const directory::Group&, const EntitySchema&,
                            const Options&, Extent);
template void append_object(json::object&, const directory::Contact&, const EntitySchema&,
                            const Options&, Extent);
template void append_object(json::object&, const directory::ContactFolder&, const EntitySchema&,
                            const Options&, Extent);
template Result<void> read_object(const json::object&, const EntitySchema&, directory::User&);
template Result<void> read_object(const json::object&, const EntitySchema&, directory::Group&);
template Result<void> read_object(const json::object&, const EntitySchema&, directory::Contact&);
template Result<void> read_object(const json::object&, const EntitySchema&,
                                  directory::ContactFolder&);

}  // namespace cameo::graph
