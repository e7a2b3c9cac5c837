#include "directory/property.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace cameo::directory {
namespace {

constexpr bool kSearched = true;
constexpr bool kIndexed = true;

constexpr std::array kUser{
    Property<User>{"id", &User::id, 36},
    Property<User>{"businessPhones", &User::business_phones, 64},
    Property<User>{"displayName", &User::display_name, 256, kSearched},
    Property<User>{"givenName", &User::given_name, 64, kSearched},
    Property<User>{"jobTitle", &User::job_title, 128, kSearched},
    Property<User>{"mail", &User::mail, 320, kSearched},
    Property<User>{"mobilePhone", &User::mobile_phone, 64},
    Property<User>{"officeLocation", &User::office_location, 128},
    Property<User>{"preferredLanguage", &User::preferred_language, 64},
    Property<User>{"surname", &User::surname, 64, kSearched},
    Property<User>{"userPrincipalName", &User::user_principal_name, 320, kSearched},
    Property<User>{"accountEnabled", &User::account_enabled},
    Property<User>{"mailNickname", &User::mail_nickname, 64, kSearched},
    Property<User>{"userType", &User::user_type, 16},
    Property<User>{"department", &User::department, 64},
    Property<User>{"companyName", &User::company_name, 64},
    Property<User>{"createdDateTime", &User::created},
    Property<User>{"proxyAddresses", &User::proxy_addresses, 320, false, kIndexed},
    Property<User>{"otherMails", &User::other_mails, 320, false, kIndexed},
    Property<User>{"photoStorage", &User::photo_storage},
};

constexpr std::array kGroup{
    Property<Group>{"id", &Group::id, 36},
    Property<Group>{"description", &Group::description, 1024, kSearched},
    Property<Group>{"displayName", &Group::display_name, 256, kSearched},
    Property<Group>{"groupTypes", &Group::group_types, 64},
    Property<Group>{"mail", &Group::mail, 320, kSearched},
    Property<Group>{"mailEnabled", &Group::mail_enabled},
    Property<Group>{"mailNickname", &Group::mail_nickname, 64, kSearched},
    Property<Group>{"securityEnabled", &Group::security_enabled},
    Property<Group>{"visibility", &Group::visibility, 16},
    Property<Group>{"isTeam", &Group::is_team},
    Property<Group>{"createdDateTime", &Group::created},
    Property<Group>{"proxyAddresses", &Group::proxy_addresses, 320, false, kIndexed},
    Property<Group>{"photoStorage", &Group::photo_storage},
    Property<Group>{"isArchived", &Group::is_archived},
};

constexpr std::array kContact{
    Property<Contact>{"id", &Contact::id, 128},
    Property<Contact>{"parentFolderId", &Contact::parent_folder_id, 128},
    Property<Contact>{"displayName", &Contact::display_name, 256, kSearched},
    Property<Contact>{"givenName", &Contact::given_name, 64, kSearched},
    Property<Contact>{"surname", &Contact::surname, 64, kSearched},
    Property<Contact>{"jobTitle", &Contact::job_title, 128, kSearched},
    Property<Contact>{"companyName", &Contact::company_name, 256, kSearched},
    Property<Contact>{"mobilePhone", &Contact::mobile_phone, 64},
    Property<Contact>{"businessPhones", &Contact::business_phones, 64},
    Property<Contact>{"emailAddresses", &Contact::email_addresses, 320, false, kIndexed},
};

constexpr std::array kFolder{
    Property<ContactFolder>{"id", &ContactFolder::id, 128},
    Property<ContactFolder>{"parentFolderId", &ContactFolder::parent_folder_id, 128},
    Property<ContactFolder>{"displayName", &ContactFolder::display_name, 256, kSearched},
};

// Of UTF-8.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

}  // namespace

template <>
std::span<const Property<User>> properties<User>() {
    return kUser;
}
template <>
std::span<const Property<Group>> properties<Group>() {
    return kGroup;
}
template <>
std::span<const Property<Contact>> properties<Contact>() {
    return kContact;
}
template <>
std::span<const Property<ContactFolder>> properties<ContactFolder>() {
    return kFolder;
}

bool fits(std::string_view text, std::size_t max_length) {
    if (text.size() <= max_length) return true;
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_character)) <= max_length;
}

std::string fault_of(std::string_view text, std::size_t max_length) {
    if (!fits(text, max_length)) return fmt::format("is longer than {} characters", max_length);
    if (std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
        return "contains a control character";
    return {};
}

std::string_view first_characters(std::string_view text, std::size_t most) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (begins_character(text[i]) && characters++ == most) return text.substr(0, i);
    return text;
}

std::string snake_case(std::string_view name) {
    std::string snake;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') snake += '_';
        snake += to_lower(c);
    }
    return snake;
}

}  // namespace cameo::directory
