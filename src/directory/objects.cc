#include "directory/objects.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <variant>

#include "base/bytes.h"
#include "base/encoding.h"
#include "base/ids.h"
#include "base/text.h"
#include "directory/property.h"

namespace cameo::directory {
namespace {

// 50 bytes, of which base64 makes 67 characters and one of padding.
std::string item_id(std::string text) {
    text.resize(50, '.');
    return to_base64url(as_bytes(text)) + '=';
}

std::unexpected<Error> wrong(std::string_view name, std::string_view what) {
    return fail(Fault::malformed, fmt::format("The property '{}' {}.", name, what));
}

std::string fault_in(const std::string& text, std::size_t max_length) {
    return fault_of(text, max_length);
}
std::string fault_in(const std::vector<std::string>& texts, std::size_t max_length) {
    for (const auto& text : texts)
        if (auto fault = fault_of(text, max_length); !fault.empty()) return fault;
    return {};
}
template <class Other>
std::string fault_in(const Other&, std::size_t) {
    return {};
}

Result<void> check_texts(const User& user, const User* before) {
    for (const auto& property : properties<User>()) {
        const auto fault = std::visit(
            [&](auto member) -> std::string {
                if (before != nullptr && before->*member == user.*member) return {};
                return fault_in(user.*member, property.max_length);
            },
            property.member);
        if (!fault.empty()) return wrong(property.name, fault);
    }
    return {};
}

bool lies_in(std::string_view domain, const std::vector<std::string>& domains) {
    return domains.empty() || std::ranges::any_of(domains, [&](const std::string& ours) {
               return equals_ignoring_case(ours, domain);
           });
}

bool is_hidden(const Group& group) { return group.visibility == kHiddenMembership; }

Result<void> normalize_visibility(Group& group) {
    if (group.visibility.empty()) return {};
    for (const auto known :
         {std::string_view("Public"), std::string_view("Private"), kHiddenMembership}) {
        if (!equals_ignoring_case(group.visibility, known)) continue;
        group.visibility = known;
        return {};
    }
    return wrong("visibility", "must be Public, Private or HiddenMembership");
}

Result<void> check_new_group(const Group& group) {
    if (is_hidden(group) && !is_unified(group))
        return wrong("visibility",
                     "is HiddenMembership, which only a Microsoft 365 group can have");
    return {};
}

Result<void> check_changed_group(const Group& group, const Group& before) {
    if (is_hidden(group) != is_hidden(before))
        return wrong("visibility",
                     "can be HiddenMembership only from the creation of the group on");
    if (is_unified(group)) return {};
    const bool was_unified = is_unified(before);
    if (group.is_team && (was_unified || !before.is_team))
        return fail(Fault::malformed,
                    "A team is a Microsoft 365 group: its groupTypes must hold Unified.");
    if (is_hidden(group) && was_unified)
        return wrong("groupTypes", "must hold Unified where visibility is HiddenMembership");
    return {};
}

}  // namespace

std::string unique_nickname(const Group& group) {
    return is_unified(group) ? to_lower(group.mail_nickname) : std::string();
}

std::string default_folder_id(const std::string& mailbox) { return item_id("default:" + mailbox); }

std::string new_item_id() {
    return item_id("i:" + random_hex128_lower() + random_hex128_lower().substr(0, 16));
}

Result<void> check_binding(const IssuerSubject& subject, const std::vector<IssuerSubject>& held) {
    for (const auto& other : held) {
        if (other == subject) continue;
        if (other.issuer == subject.issuer)
            return fail(Fault::conflict,
                        "the user is bound to another subject of the issuer, until the user is "
                        "removed");
        if (!is_guid(subject.subject) || !equals_ignoring_case(other.subject, subject.subject))
            return fail(Fault::conflict,
                        fmt::format("the user is bound to a subject of the issuer {}: if that is "
                                    "another person, rename or remove that user; if it is the same "
                                    "person, remove the user and add them again",
                                    other.issuer));
    }
    return {};
}

bool is_user_principal_name(std::string_view text) {
    const auto at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
           text.find('@', at + 1) == std::string_view::npos &&
           text.find_first_of(" \"/\\") == std::string_view::npos;
}

Result<void> check(const User& user, const std::vector<std::string>& domains, const User* before) {
    const std::string_view name = user.user_principal_name;
    if (auto fine = check_texts(user, before); !fine) return fine;
    if (before == nullptr && !is_guid(user.id)) return wrong("id", "is not a GUID");
    if (!is_user_principal_name(name))
        return wrong("userPrincipalName", "is not like name@example.org");
    if (user.display_name.empty()) return wrong("displayName", "cannot be empty");
    if (user.mail_nickname.empty()) return wrong("mailNickname", "cannot be empty");
    const auto domain = name.substr(name.find('@') + 1);
    // A name that was there before the organisation named its domains may stay.
    const bool is_new = before == nullptr || before->user_principal_name != name;
    if (is_new && !lies_in(domain, domains))
        return wrong("userPrincipalName",
                     fmt::format("is in the domain '{}'; it must be one of the organisation's "
                                 "own: {}",
                                 domain, fmt::join(domains, ", ")));
    return {};
}

Result<void> normalize(Group& group, const Group* before) {
    if (group.display_name.empty()) return wrong("displayName", "cannot be empty");
    if (group.mail_nickname.empty()) return wrong("mailNickname", "cannot be empty");
    if (group.mail_nickname.find_first_of(" @()\\[]\";:<>,") != std::string::npos)
        return wrong("mailNickname", "has a character that is not allowed");
    if (auto valid = normalize_visibility(group); !valid) return valid;
    return before == nullptr ? check_new_group(group) : check_changed_group(group, *before);
}

}  // namespace cameo::directory
