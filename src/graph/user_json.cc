#include "graph/user_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/ids.h"
#include "base/text.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::User;

struct TextProperty {
    std::string_view name;
    std::string User::* member;
    std::size_t max_length;  // characters: Graph's limits
};

constexpr std::array kTexts{
    TextProperty{"displayName", &User::display_name, 256},
    TextProperty{"givenName", &User::given_name, 64},
    TextProperty{"jobTitle", &User::job_title, 128},
    TextProperty{"mail", &User::mail, 320},
    TextProperty{"mobilePhone", &User::mobile_phone, 64},
    TextProperty{"officeLocation", &User::office_location, 128},
    TextProperty{"preferredLanguage", &User::preferred_language, 64},
    TextProperty{"surname", &User::surname, 64},
    TextProperty{"userPrincipalName", &User::user_principal_name, 320},
    TextProperty{"id", &User::id, 36},
    TextProperty{"mailNickname", &User::mail_nickname, 64},
    TextProperty{"userType", &User::user_type, 16},
};

// The default set, in Graph's order.
constexpr std::array<std::string_view, 11> kDefault{
    "businessPhones", "displayName",       "givenName", "jobTitle",          "mail", "mobilePhone",
    "officeLocation", "preferredLanguage", "surname",   "userPrincipalName", "id"};

// Properties of Graph's user that are not kept here: selecting them gives null, as for a person who
// has none, so that a client that asks for a department still gets its answer.
constexpr std::array<std::string_view, 17> kNotKept{"ageGroup",
                                                    "city",
                                                    "companyName",
                                                    "country",
                                                    "department",
                                                    "employeeId",
                                                    "employeeType",
                                                    "faxNumber",
                                                    "createdDateTime",
                                                    "externalUserState",
                                                    "onPremisesImmutableId",
                                                    "onPremisesSamAccountName",
                                                    "postalCode",
                                                    "state",
                                                    "streetAddress",
                                                    "usageLocation",
                                                    "legalAgeGroupClassification"};

constexpr std::string_view kDirectory = "directory";
constexpr std::string_view kMailbox = "mailbox";

json::value text_value(const std::string& text) {
    if (text.empty()) return nullptr;
    return json::string(text);
}

std::optional<json::value> property(const User& user, std::string_view name) {
    const auto text = std::ranges::find(kTexts, name, &TextProperty::name);
    if (text != kTexts.end()) return text_value(user.*text->member);
    if (name == "accountEnabled") return user.account_enabled;
    if (name == "photoStorage")
        return json::string(user.photo_storage == PhotoStorage::directory ? kDirectory : kMailbox);
    if (name == "businessPhones") {
        json::array phones;
        for (const auto& phone : user.business_phones) phones.emplace_back(phone);
        return phones;
    }
    if (std::ranges::find(kNotKept, name) != kNotKept.end()) return nullptr;
    return std::nullopt;
}

std::unexpected<Error> wrong(std::string_view name, std::string_view what) {
    return fail(Fault::malformed, fmt::format("The property '{}' {}.", name, what));
}

// Code points of well-formed UTF-8.
std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

Result<void> read_text(const json::object& body, const TextProperty& property, User& user) {
    const auto* value = body.if_contains(property.name);
    if (value == nullptr || value->is_null()) return {};
    if (!value->is_string()) return wrong(property.name, "is not a string");
    const std::string_view text = value->get_string();
    if (characters(text) > property.max_length) return wrong(property.name, "is too long");
    if (std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
        return wrong(property.name, "holds a control character");
    user.*property.member = text;
    return {};
}

Result<void> read_phones(const json::object& body, User& user) {
    constexpr std::string_view kName = "businessPhones";
    const auto* value = body.if_contains(kName);
    if (value == nullptr || value->is_null()) return {};
    if (!value->is_array()) return wrong(kName, "is not a list of strings");
    for (const auto& phone : value->get_array()) {
        if (!phone.is_string() || phone.get_string().size() > 64)
            return wrong(kName, "is not a list of short strings");
        user.business_phones.emplace_back(phone.get_string());
    }
    return {};
}

Result<void> read_account_enabled(const json::object& body, User& user) {
    const auto* value = body.if_contains("accountEnabled");
    if (value == nullptr || !value->is_bool())
        return wrong("accountEnabled", "is required and is true or false");
    user.account_enabled = value->get_bool();
    return {};
}

Result<void> read_photo_storage(const json::object& body, User& user) {
    const auto* value = body.if_contains("photoStorage");
    if (value == nullptr || value->is_null()) return {};
    const std::string_view text = value->is_string() ? std::string_view(value->get_string()) : "";
    if (text != kDirectory && text != kMailbox)
        return wrong("photoStorage", "is neither 'mailbox' nor 'directory'");
    user.photo_storage = text == kDirectory ? PhotoStorage::directory : PhotoStorage::mailbox;
    return {};
}

bool is_user_principal_name(std::string_view name) {
    const auto at = name.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < name.size() &&
           name.find('@', at + 1) == std::string_view::npos &&
           name.find_first_of(" \"/\\") == std::string_view::npos;
}

Result<void> check(User& user) {
    if (user.display_name.empty()) return wrong("displayName", "is required");
    if (user.mail_nickname.empty()) return wrong("mailNickname", "is required");
    if (!is_user_principal_name(user.user_principal_name))
        return wrong("userPrincipalName", "is required and is like name@example.org");
    if (user.id.empty()) user.id = new_guid();
    if (!is_guid(user.id)) return wrong("id", "is not a GUID");
    user.id = to_lower(user.id);
    return {};
}

}  // namespace

Result<void> append_user(json::object& body, const User& user, const Options& options) {
    if (!options.select) {
        for (const auto name : kDefault) body[name] = *property(user, name);
        return {};
    }
    for (const auto& name : *options.select) {
        auto value = property(user, name);
        if (!value)
            return fail(Fault::malformed,
                        fmt::format("Could not find a property named '{}' on type "
                                    "'microsoft.graph.user'.",
                                    name));
        body[name] = std::move(*value);
    }
    return {};
}

Result<User> parse_user(const json::object& body) {
    User user;
    for (const auto& text : kTexts)
        if (auto read = read_text(body, text, user); !read) return std::unexpected(read.error());
    for (const auto read : {read_phones, read_account_enabled, read_photo_storage})
        if (auto done = read(body, user); !done) return std::unexpected(done.error());
    if (auto fine = check(user); !fine) return std::unexpected(fine.error());
    return user;
}

}  // namespace cameo::graph
