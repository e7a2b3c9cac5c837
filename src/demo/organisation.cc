#include "demo/organisation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

#include "base/bytes.h"
#include "base/encoding.h"
#include "base/text.h"
#include "image/portrait.h"

namespace cameo::demo {
namespace {

constexpr std::string_view kDomain = "contoso.example";

struct Person {
    std::string_view given_name, surname, job_title;
    bool has_photo = true;
    PhotoStorage storage = PhotoStorage::mailbox;
};

constexpr std::array kPeople{
    Person{"Eileen", "Marlow", "Commander"},
    Person{"Amara", "Diallo", "Product Manager"},
    Person{"Bruno", "Keller", "Software Engineer"},
    Person{"Chiara", "Ricci", "Designer"},
    Person{"Dmitri", "Volkov", "Data Analyst"},
    Person{"Esther", "Nakamura", "Support Lead"},
    Person{"Farid", "Haddad", "Site Reliability Engineer"},
    Person{"Greta", "Lindqvist", "Researcher"},
    Person{"Hugo", "Fernandes", "Account Manager"},
    Person{"Ines", "Moreau", "Recruiter"},
    Person{"Jonas", "Okafor", "Security Engineer", true, PhotoStorage::directory},
    Person{"Keiko", "Tanaka", "Technical Writer"},
    Person{"Liam", "Byrne", "Intern", false},
    Person{"Mei", "Chen", "Contractor", false},
};

directory::User user_of(std::size_t number, const directory::Tenant& tenant) {
    const Person& person = kPeople.at(number);
    const std::string nickname = to_lower(person.given_name);
    const auto name = fmt::format("{}@{}", nickname, kDomain);
    return {.tenant = tenant.id,
            .id = demo_user_id(number),
            .user_principal_name = name,
            .display_name = fmt::format("{} {}", person.given_name, person.surname),
            .given_name = std::string(person.given_name),
            .surname = std::string(person.surname),
            .mail = name,
            .mail_nickname = nickname,
            .job_title = std::string(person.job_title),
            .photo_storage = person.storage};
}

}  // namespace

std::string demo_user_id(std::size_t number) {
    return fmt::format("de300000-0000-4000-8000-{:012}", number + 1);
}

std::vector<DemoEntry<directory::User>> demo_people(const directory::Tenant& tenant,
                                                    const DemoPortraits& portraits) {
    std::vector<DemoEntry<directory::User>> people;
    for (std::size_t i = 0; i < kPeople.size(); ++i)
        people.push_back(
            {user_of(i, tenant), kPeople.at(i).has_photo ? portraits.picture(i) : DemoPicture()});
    return people;
}

namespace {

struct GroupPlan {
    std::string_view name, nickname, description;
    std::array<std::size_t, 4> members;  // numbers of people; the first owns the group
    bool is_team = false;
    PhotoStorage storage = PhotoStorage::mailbox;
    photo::Size picture{720, 720};
};

constexpr std::array kGroups{
    GroupPlan{"Mission Control", "mission-control", "Those who decide", {0, 1, 5, 8}},
    GroupPlan{"Book Club", "book-club", "One novel a month", {3, 7, 11, 13}},
    // Any dimension, since its photo is not stored in a mailbox.
    GroupPlan{"Everyone in Lisbon",
              "lisbon",
              "The office by the river",
              {4, 6, 9, 12},
              false,
              PhotoStorage::directory,
              {1024, 576}},
    GroupPlan{"Orbital Design", "orbital-design", "Draws what will fly", {0, 2, 3, 7}, true},
    GroupPlan{
        "Flight Operations", "flight-operations", "Flies what was drawn", {0, 4, 6, 10}, true},
};

directory::Group group_of(std::size_t number, const directory::Tenant& tenant) {
    const GroupPlan& plan = kGroups.at(number);
    const bool has_mailbox = plan.storage == PhotoStorage::mailbox;
    return {.tenant = tenant.id,
            .id = demo_group_id(number),
            .display_name = std::string(plan.name),
            .description = std::string(plan.description),
            .mail = has_mailbox ? fmt::format("{}@contoso.example", plan.nickname) : "",
            .mail_nickname = std::string(plan.nickname),
            .visibility = "Public",
            .group_types =
                has_mailbox ? std::vector<std::string>{"Unified"} : std::vector<std::string>{},
            .mail_enabled = has_mailbox,
            .security_enabled = !has_mailbox,
            .is_team = plan.is_team,
            .photo_storage = plan.storage};
}

}  // namespace

std::string demo_group_id(std::size_t number) {
    return fmt::format("de300000-0000-4000-8001-{:012}", number + 1);
}

std::vector<DemoGroup> demo_groups(const directory::Tenant& tenant) {
    std::vector<DemoGroup> groups;
    for (std::size_t i = 0; i < kGroups.size(); ++i) {
        DemoGroup group{group_of(i, tenant), {}, {}, {demo_user_id(kGroups.at(i).members[0])}};
        group.picture = [i] {
            return image::draw_group(kGroups.at(i).picture, static_cast<std::uint32_t>(i));
        };
        for (const auto member : kGroups.at(i).members)
            group.members.push_back(demo_user_id(member));
        groups.push_back(std::move(group));
    }
    return groups;
}

namespace {

struct ContactPlan {
    std::string_view given_name, surname, job_title, company;
    std::size_t depth;  // folders above it; 0 for the default folder
    bool has_photo = true;
};

constexpr std::array<std::string_view, 2> kFolders{"Suppliers", "Overseas"};  // one in the other
constexpr std::array kContacts{
    ContactPlan{"Priya", "Nair", "Journalist", "Fabrikam Press", 0},
    ContactPlan{"Walter", "Jensen", "Landlord", "Northwind Estates", 0, false},
    ContactPlan{"Lena", "Fischer", "Sales Director", "Adatum Optics", 1},
    ContactPlan{"Oskar", "Lund", "Glassblower", "Proseware", 2},
};

// The photographs after those of the people are for contacts.
constexpr std::size_t kFirstPicture = 14;

// Opaque, with an `=` at the end, as in Exchange; shorter, so that lines with it stay readable.
std::string item_id(std::string_view name) {
    std::string text = to_lower(name);
    while (text.size() % 3 != 2) text += '.';
    return to_base64url(as_bytes(text)) + '=';
}

std::string folder_id(const std::string& mailbox, std::size_t depth) {
    return depth == 0 ? directory::default_folder_id(mailbox) : item_id(kFolders.at(depth - 1));
}

directory::Contact contact_of(const ContactPlan& plan, const directory::Tenant& tenant) {
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

namespace {

namespace fs = std::filesystem;

constexpr int kPortraitSide = 720;  // pixels: more than the largest HD size

Bytes read_file(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

DemoPortraits::DemoPortraits(const fs::path& folder) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const auto extension = to_lower(entry.path().extension().string());
        if (extension == ".png" || extension == ".jpg" || extension == ".jpeg")
            files_.push_back(entry.path());
    }
    std::ranges::sort(files_);
}

DemoPicture DemoPortraits::picture(std::size_t number) const {
    if (number < files_.size()) return [file = files_[number]] { return read_file(file); };
    return [number] {
        return image::draw_portrait(kPortraitSide, static_cast<std::uint32_t>(number));
    };
}

}  // namespace cameo::demo
