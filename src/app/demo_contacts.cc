#include <fmt/format.h>

#include <array>
#include <string_view>

#include "app/demo_organisation.h"
#include "base/base64url.h"
#include "base/bytes.h"
#include "base/text.h"

namespace cameo::app {
namespace {

struct Plan {
    std::string_view given_name, surname, job_title, company;
    std::size_t depth;  // folders above it; 0 for the default folder
    bool has_photo = true;
};

constexpr std::array<std::string_view, 2> kFolders{"Suppliers", "Overseas"};  // one in the other
constexpr std::array kContacts{
    Plan{"Priya", "Nair", "Journalist", "Fabrikam Press", 0},
    Plan{"Walter", "Jensen", "Landlord", "Northwind Estates", 0, false},
    Plan{"Lena", "Fischer", "Sales Director", "Adatum Optics", 1},
    Plan{"Oskar", "Lund", "Glassblower", "Proseware", 2},
};

// Photographs behind those of the people are for contacts.
constexpr std::size_t kFirstPicture = 14;

// Opaque, with an `=` at the end, as Exchange's; shorter, so that lines with it stay readable.
std::string item_id(std::string_view name) {
    std::string text = to_lower(name);
    while (text.size() % 3 != 2) text += '.';
    return to_base64url(as_bytes(text)) + '=';
}

std::string folder_id(const std::string& mailbox, std::size_t depth) {
    return depth == 0 ? directory::default_folder_id(mailbox) : item_id(kFolders.at(depth - 1));
}

directory::Contact contact_of(const Plan& plan, const directory::Tenant& tenant) {
    const std::string mailbox = demo_user_id(0);
    const auto name = fmt::format("{} {}", plan.given_name, plan.surname);
    const auto address = fmt::format("{}@partner.example", to_lower(plan.given_name));
    return {.tenant = tenant.id,
            .mailbox = mailbox,
            .id = item_id(name),
            .parent_folder_id = folder_id(mailbox, plan.depth),
            .display_name = name,
            .given_name = std::string(plan.given_name),
            .surname = std::string(plan.surname),
            .job_title = std::string(plan.job_title),
            .company_name = std::string(plan.company),
            .email_addresses = {{.name = name, .address = address}}};
}

}  // namespace

DemoAddressBook demo_address_book(const directory::Tenant& tenant, const DemoPortraits& portraits) {
    const std::string mailbox = demo_user_id(0);
    DemoAddressBook book;
    for (std::size_t depth = 1; depth <= kFolders.size(); ++depth)
        book.folders.push_back({.tenant = tenant.id,
                                .mailbox = mailbox,
                                .id = folder_id(mailbox, depth),
                                .parent_folder_id = folder_id(mailbox, depth - 1),
                                .display_name = std::string(kFolders.at(depth - 1))});
    for (std::size_t i = 0; i < kContacts.size(); ++i)
        book.contacts.push_back(
            {contact_of(kContacts.at(i), tenant),
             kContacts.at(i).has_photo ? portraits.picture(kFirstPicture + i) : DemoPicture()});
    return book;
}

}  // namespace cameo::app
